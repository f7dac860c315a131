//! Heads: interim responses, status lines, and headers that do not say how long the body is.

use proptest::prelude::*;
use proptest::sample::select;

pub(super) fn interim() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        10 => Just(""),
        3 => select(vec![
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 100 Continue\r\nx: y\r\n\r\n",
            "HTTP/1.1 102 Processing\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 199 X\r\ncontent-length: 5\r\n\r\n",
            "HTTP/1.0 100 Continue\r\n\r\n",
            "\r\n",
        ]),
    ]
}

pub(super) fn status_line() -> impl Strategy<Value = String> {
    let status = prop_oneof![
        6 => select(vec![200_u16, 201, 202, 400, 401, 404, 422, 429, 500, 503]),
        3 => select(vec![204, 205, 206, 301, 303, 304, 408, 413, 421, 425]),
        1 => select(vec![101, 150, 199]),
        1 => 100..1000_u16,
    ];
    let good = (status, select(vec![" OK", " ", "", " No\tContent here"]))
        .prop_map(|(status, reason)| format!("HTTP/1.1 {status}{reason}"));
    prop_oneof![
        16 => good,
        3 => (200..600_u16).prop_map(|status| format!("HTTP/1.0 {status} OK")),
        1 => select(vec![
            "HTTP/1.1 099 X",
            "HTTP/1.1 2000 X",
            "HTTP/1.1  200 OK",
            "HTTP/1.1 20 OK",
            "HTTP/1.1 +20 OK",
            "HTTP/1.2 200 OK",
            "HTTP/2 200 OK",
            "http/1.1 200 OK",
            " HTTP/1.1 200 OK",
            "HTTP/1.1 200\tOK",
            "HTTP/1.1 200 \u{e9}",
            "HTTP/1.1 200 a\rb",
            "ICY 200 OK",
            "",
        ])
        .prop_map(str::to_owned),
    ]
}

/// A header line that does not say how long the body is.
pub(super) fn header() -> impl Strategy<Value = String> {
    let good = select(vec![
        "x: y",
        "X-Mixed:  spaces around \t",
        "empty:",
        "set-cookie: a=b",
        "content-type: application/json",
        "retry-after: 1",
        "location: /elsewhere",
        "content-encoding: gzip",
        "latin: \u{e9}",
        "trailer: x",
        "upgrade: h2c",
        "keep-alive: timeout=5, max=2",
    ]);
    let connection = select(vec![
        "connection: close",
        "connection: keep-alive",
        "Connection: Keep-Alive",
        "Connection: Keep-Alive, Close",
        "connection: upgrade",
        "connection: close, x",
        "connection:",
        "connection: closed",
    ]);
    let odd = select(vec![
        "no colon",
        ": no name",
        "space : before",
        " folded: line",
        "\tfolded",
        "x: a\rb",
        "x: a\u{0}b",
        "x: \u{7f}",
        "na(me: x",
        "\u{e9}: x",
    ]);
    let many = (50..110_usize).prop_map(|count| "m: n\r\n".repeat(count));
    let long = (15_000..34_000_usize).prop_map(|length| format!("long: {}\r\n", "y".repeat(length)));
    let line = prop_oneof![12 => good, 6 => connection, 2 => odd].prop_map(|line| format!("{line}\r\n"));
    let bare = select(vec!["bare: line feed\n", "bare: return\r"]).prop_map(str::to_owned);
    prop_oneof![60 => line, 1 => many, 1 => long, 1 => bare]
}
