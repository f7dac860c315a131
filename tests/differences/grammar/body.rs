//! Bodies and the headers that say how long they are: sized, chunked, until the end, and contradictory.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) headers: String,
    pub(super) bytes: Vec<u8>,
    /// How long its content is.
    pub(super) length: usize,
    /// Whether it says where it ends, and does end there.
    pub(super) is_whole: bool,
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        1 => Just(0_usize),
        6 => 1..60_usize,
        1 => 1..50_000_usize,
    ];
    text.prop_map(|length| b"abcdefghijklmnopqrstuvwxyz".iter().copied().cycle().take(length).collect())
}

pub(super) fn body() -> impl Strategy<Value = Body> {
    prop_oneof![6 => sized(), 6 => chunked(), 2 => until_the_end(), 2 => contradictory()]
}

fn sized() -> impl Strategy<Value = Body> {
    let name = select(vec!["content-length", "Content-Length"]);
    let missing = prop_oneof![6 => Just(0_usize), 1 => 1..20_usize];
    (content(), name, missing).prop_map(|(mut bytes, name, missing)| {
        let headers = format!("{name}: {}\r\n", bytes.len());
        let is_whole = missing == 0 || bytes.is_empty();
        bytes.truncate(bytes.len().saturating_sub(missing));
        Body { headers, length: bytes.len(), bytes, is_whole }
    })
}

fn until_the_end() -> impl Strategy<Value = Body> {
    content().prop_map(|bytes| Body { headers: String::new(), length: bytes.len(), bytes, is_whole: false })
}

fn chunked() -> impl Strategy<Value = Body> {
    let size = prop_oneof![
        10 => Just(["", "", ""]),
        1 => select(vec![
            ["0", "", ""],
            ["0000000", "", ""],
            ["00000000000000000", "", ""],
            ["0000000000000000000", "", ""],
            ["", ";a=b", ""],
            ["", ";a=\"b\"", ""],
            ["", " ", ""],
            ["", "\t;x", ""],
            ["", ";aaaaaaaaaaaaaaaaaaaaaaaa", ""],
            [" ", "", ""],
            ["+", "", ""],
            ["0x", "", ""],
            ["f", "", ""],
            ["", "g", ""],
            ["", "\n", ""],
            ["", "", "x"],
            ["", ";\u{e9}", ""],
            ["", ";a\rb", ""],
        ]),
    ];
    let chunk = (content(), size, prop::bool::ANY);
    let last = prop_oneof![
        8 => Just("0\r\n"),
        1 => select(vec!["00\r\n", "0;x\r\n", "0 \r\n", "0\n", "", "0000000000000000000000\r\n", "-0\r\n"]),
    ];
    let trailer = prop_oneof![
        4 => Just("x: y\r\n".to_owned()),
        1 => select(vec![
            "content-length: 3\r\n",
            "transfer-encoding: chunked\r\n",
            "connection: close\r\n",
            "empty:\r\n",
            "no colon\r\n",
            " folded: x\r\n",
            "space : x\r\n",
            "x: a\rb\r\n",
            "bare: x\n",
        ])
        .prop_map(str::to_owned),
        1 => (90..110_usize).prop_map(|count| "t: u\r\n".repeat(count)),
        1 => (7_000..17_000_usize).prop_map(|length| format!("long: {}\r\n", "y".repeat(length))),
    ];
    let trailers = prop_oneof![6 => Just(Vec::new()), 1 => vec(trailer, 1..3)];
    let end = prop_oneof![12 => Just("\r\n"), 1 => Just("\n"), 1 => Just("")];
    let name = select(vec![
        "transfer-encoding: chunked",
        "Transfer-Encoding: Chunked",
        "transfer-encoding:chunked ",
    ]);
    (vec(chunk, 0..4), last, trailers, end, name).prop_map(|(chunks, last, trailers, end, name)| {
        let (mut bytes, mut length) = (Vec::new(), 0);
        let mut is_whole = last == "0\r\n" && trailers.is_empty() && end == "\r\n";
        for (content, [before, after, behind], is_upper) in
            chunks.into_iter().filter(|chunk| !chunk.0.is_empty())
        {
            is_whole &= (before, after, behind) == ("", "", "");
            let size = content.len();
            length += size;
            let size = if is_upper { format!("{size:X}") } else { format!("{size:x}") };
            bytes.extend_from_slice(format!("{before}{size}{after}\r\n").as_bytes());
            bytes.extend_from_slice(&content);
            bytes.extend_from_slice(format!("{behind}\r\n").as_bytes());
        }
        bytes.extend_from_slice(format!("{last}{}{end}", trailers.concat()).as_bytes());
        Body { headers: format!("{name}\r\n"), length, bytes, is_whole }
    })
}

/// Headers about the body's length that contradict each other or make no sense.
fn contradictory() -> impl Strategy<Value = Body> {
    let headers = select(vec![
        "content-length: 2\r\ncontent-length: 2\r\n",
        "content-length: 2\r\ncontent-length: 5\r\n",
        "content-length: 2, 2\r\n",
        "content-length: 2, 5\r\n",
        "content-length:\r\n",
        "content-length: +2\r\n",
        "content-length: -2\r\n",
        "content-length: 0x2\r\n",
        "content-length: 002\r\n",
        "content-length: 2 \t\r\n",
        "content-length: 9223372036854775807\r\n",
        "content-length: 9223372036854775808\r\n",
        "content-length: 99999999999999999999\r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked, chunked\r\n",
        "transfer-encoding: identity\r\n",
        "transfer-encoding: identity, chunked\r\n",
        "transfer-encoding: gzip\r\n",
        "transfer-encoding: gzip, chunked\r\n",
        "transfer-encoding: chunked;q=1\r\n",
        "transfer-encoding:\r\n",
        "transfer-encoding:\r\ncontent-length: 2\r\n",
        "transfer-encoding: , chunked\r\n",
        "transfer-encoding: \u{b}chunked\r\n",
    ]);
    let bytes = select(vec!["2\r\nok\r\n0\r\n\r\n", "ok", ""]);
    (headers, bytes).prop_map(|(headers, bytes)| Body {
        headers: headers.to_owned(),
        bytes: bytes.into(),
        length: 2,
        is_whole: false,
    })
}
