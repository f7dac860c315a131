//! Which bytes pass the guard, whole and byte by byte.

use super::*;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// How a connection is after these bytes: complete, still open, or broken by a fault with this text.
fn judge_after(request: &str, response: &[u8]) -> Result<bool, String> {
    let outcomes = [response.len().max(1), 1].map(|piece| {
        let mut guard = ResponseGuard::default();
        guard.begin_request(request.as_bytes());
        let fault = response.chunks(piece).find_map(|piece| guard.read(piece).err().or(guard.check().err()));
        fault.map_or_else(|| Ok(guard.ended().is_ok()), |fault| Err(fault.to_string()))
    });
    let [whole, slow] = outcomes;
    assert_eq!(whole, slow, "whole and byte by byte: {:?}", String::from_utf8_lossy(response));
    whole
}

fn judge(response: impl AsRef<[u8]>) -> Result<bool, String> {
    judge_after("POST / HTTP/1.1\r\n", response.as_ref())
}

#[track_caller]
fn is_refused(response: impl AsRef<[u8]>, fault: Fault) {
    assert_eq!(judge(response), Err(Failure::from(fault).to_string()));
}

#[test]
fn responses_end_where_their_framing_says() {
    for complete in [
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: y\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 999\n\nuntil the end",
        "\r\nHTTP/1.0 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 204 X\r\ncontent-length: 5\r\n\r\n",
        "HTTP/1.1 304 X\r\ntransfer-encoding: chunked\r\n\r\n",
        "HTTP/1.1 100 X\r\n\r\nHTTP/1.1 103 X\r\nlink: y\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx",
        "HTTP/1.1 101 X\r\n\r\n\x00\x01anything",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    ] {
        assert_eq!(judge(complete), Ok(true), "{complete:?}");
        // Until its last byte it is not complete, unless it ends with the connection.
        let ends_with_connection = complete.contains("until") || complete.contains("any");
        if !ends_with_connection {
            assert_eq!(judge(&complete[..complete.len() - 1]), Ok(false), "{complete:?}");
            is_refused(format!("{complete}x"), Fault::Unasked);
        }
    }
    assert_eq!(judge(""), Ok(false));
}

#[test]
fn a_response_to_head_has_no_body() {
    let response = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";
    assert_eq!(judge_after("HEAD / HTTP/1.1\r\n", response.as_bytes()), Ok(true));
    assert_eq!(judge(response), Ok(false));
}

#[test]
fn errors_and_closing_refuse_the_rest() {
    for (bytes, rest) in [
        ("", Rest::Unknown),
        ("HTTP/1.1 41", Rest::Unknown),
        ("HTTP/1.1 413 X\r\n", Rest::Refused),
        ("HTTP/1.1 413 X\r\ncontent-length: 0\r\n\r\n", Rest::Refused),
        ("HTTP/1.1 999 X\r\n", Rest::Refused),
        ("HTTP/1.1 103 X\r\n", Rest::Unknown),
        ("HTTP/1.1 103 X\r\nconnection: close\r\n\r\n", Rest::Unknown),
        ("HTTP/1.1 103 X\r\n\r\nHTTP/1.1 401 X\r\n", Rest::Refused),
        ("HTTP/1.1 101 X\r\n", Rest::Refused),
        ("SSH-2.0\r\n", Rest::Refused),
        ("HTTP/1.1 201 X\r\n", Rest::Unknown),
        ("HTTP/1.1 201 X\r\nconnection: close\r\n", Rest::Unknown),
        ("HTTP/1.1 201 X\r\nConnection: x, Close\r\n\r\n", Rest::Refused),
        ("HTTP/1.1 201 X\r\nconnection: keep-alive\r\n\r\n", Rest::Wanted),
        ("HTTP/1.1 201 X\r\ncontent-length: 0\r\n\r\n", Rest::Wanted),
        ("HTTP/1.1 303 X\r\ncontent-length: 2\r\n\r\n{", Rest::Wanted),
    ] {
        let mut guard = ResponseGuard::default();
        guard.begin_request(b"POST / HTTP/1.1\r\n");
        let _ = guard.read(bytes.as_bytes());
        assert_eq!(guard.rest(), rest, "{bytes:?}");
    }
}

#[test]
fn each_response_on_a_connection_is_checked() {
    let mut guard = ResponseGuard::default();
    guard.ended().unwrap();
    for _ in 0..3 {
        guard.begin_request(b"HEAD / HTTP/1.1\r\n");
        guard.read(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").unwrap();
        guard.begin_request(b"POST / HTTP/1.1\r\n\r\n");
        guard.begin_request(b"body");
        guard.read(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab").unwrap();
        guard.ended().unwrap_err();
        guard.read(b"cde").unwrap();
        guard.ended().unwrap();
    }
    guard.begin_request(b"POST / HTTP/1.1\r\n\r\n");
    assert_eq!(guard.read(b"SSH-2.0\r\n").unwrap_err().kind(), Kind::Protocol);
    assert_eq!(guard.ended().unwrap_err().kind(), Kind::Interrupted);
    // Nothing was asked.
    assert_eq!(ResponseGuard::default().read(b"x").unwrap_err().kind(), Kind::Protocol);
}

#[test]
fn bytes_before_a_fault_are_handed_on() {
    let mut guard = ResponseGuard::default();
    guard.begin_request(b"POST / HTTP/1.1\r\n\r\n");
    assert_eq!(guard.read(format!("{CHUNKED}2\r\nok\r\nzz\r\n").as_bytes()).unwrap(), CHUNKED.len() + 7);
    guard.check().unwrap_err();
    // Nothing after it is.
    guard.read(b"0\r\n\r\n").unwrap_err();
}

#[test]
fn status_lines_are_http_1_with_three_digits() {
    for line in [
        "SSH-2.0-OpenSSH",
        "HTTP/1.1 2x0 OK",
        "HTTP/1.1 20 OK",
        "HTTP/1.1 2000",
        "HTTP/1.1 099 X",
        "HTTP/1.1 +20 X",
        "HTTP/2 200 OK",
        "HTTP/1.2 200 OK",
        "HTTP/1.10 200",
        "HTTP/1.1  200",
        "http/1.1 200 OK",
        "HTTP/1.1",
    ] {
        is_refused(format!("{line}\r\n"), Fault::StatusLine);
    }
}

#[test]
fn malformed_head_lines_are_refused_on_arrival() {
    let lines = [
        "no colon",
        " x: folded",
        "x : y",
        ": y",
        "x: a\0b",
        "x: a\rb",
        "\rx",
        "x\r",
        "x: \x7f",
        "\u{e9}: y",
    ];
    for line in lines {
        // The end of the head may never come.
        for end in ["", "y", "\r", "\r\n", "\r\n\r\n"] {
            is_refused(format!("HTTP/1.1 200 OK\r\n{line}{end}"), Fault::HeaderLine);
        }
    }
    for line in ["x:", "x", "x: \t y", "x: \u{e9}", "!#$%&'*+-.^_`|~: y", "x: y\r", "\r"] {
        assert_eq!(judge(format!("HTTP/1.1 200 OK\r\n{line}")), Ok(false), "{line:?}");
    }
    for start in [
        "H",
        "HTTP/1.0",
        "HTTP/1.1 2",
        "HTTP/1.1 20",
        "HTTP/1.1 200",
        "HTTP/1.1 200 \u{e9}",
        "HTTP/1.1 200\r",
    ] {
        assert_eq!(judge(start), Ok(false), "{start:?}");
    }
    for start in [
        "h",
        "HTTP/2",
        "HTTP/1.2",
        "HTTP/1.1  ",
        "HTTP/1.1 0",
        "HTTP/1.1 2x",
        "HTTP/1.1 2\r",
        "HTTP/1.1 2000",
    ] {
        is_refused(start, Fault::StatusLine);
    }
    is_refused("HTTP/1.1 200 a\rb", Fault::StatusLine);
    is_refused("\rHTTP/1.1 200 OK\r\n", Fault::StatusLine);
}

#[test]
fn a_head_of_exactly_the_limit_passes() {
    let head = |bytes: usize| {
        let frame = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: \r\n\r\n";
        frame.replace("x: ", &format!("x: {}", "y".repeat(bytes - frame.len())))
    };
    assert_eq!(judge(head(MAX_HEAD_BYTES)), Ok(true));
    is_refused(head(MAX_HEAD_BYTES + 1), Fault::LargeHead);
    is_refused(format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(MAX_HEAD_BYTES)), Fault::LargeHead);
    is_refused("\r\n".repeat(MAX_HEAD_BYTES), Fault::LargeHead);
    // Interim responses have limits of their own.
    let interim = format!("HTTP/1.1 103 X\r\nlink: {}\r\n\r\n", "y".repeat(MAX_HEAD_BYTES / 2));
    assert_eq!(judge(format!("{}{}", interim.repeat(5), head(MAX_HEAD_BYTES))), Ok(true));
}

#[test]
fn a_head_has_at_most_100_header_lines() {
    let head = |lines| format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(lines));
    assert_eq!(judge(head(MAX_HEADER_LINES)), Ok(true));
    is_refused(head(MAX_HEADER_LINES + 1), Fault::ManyHeaders);
}

#[test]
fn a_length_is_one_number() {
    for lengths in
        ["", "-1", "+2", "2x", "0x2", "1, 2", "2, 2", "9223372036854775808", "99999999999999999999"]
    {
        is_refused(format!("HTTP/1.1 200 OK\r\ncontent-length: {lengths}\r\n\r\n"), Fault::ContentLength);
    }
    is_refused("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", Fault::ContentLength);
    is_refused("HTTP/1.1 204 OK\r\ncontent-length: x\r\n\r\n", Fault::ContentLength);
    assert_eq!(judge("HTTP/1.1 200 OK\r\ncontent-length: 9223372036854775807\r\n\r\n"), Ok(false));
}

#[test]
fn the_only_transfer_encoding_is_chunked() {
    for encoding in
        ["gzip", "gzip, chunked", "chunked, gzip", "identity", "", "chunked\r\ntransfer-encoding: chunked"]
    {
        is_refused(
            format!("HTTP/1.1 200 OK\r\ntransfer-encoding: {encoding}\r\n\r\n"),
            Fault::TransferEncoding,
        );
    }
    is_refused("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", Fault::TransferEncoding);
}

#[test]
fn chunk_sizes_are_hexadecimal_numbers() {
    for size in ["2", "02", "00000000000000000002", "2;a", "2 ; a=\"b\"", "2\t"] {
        assert_eq!(judge(format!("{CHUNKED}{size}\r\nok\r\n0\r\n\r\n")), Ok(true), "{size}");
    }
    for large in ["7fffffffffffffff", "ffffffffffffffff", "0FFFFFFFFFFFFFFFF"] {
        assert_eq!(judge(format!("{CHUNKED}{large}\r\nok")), Ok(false), "{large}");
    }
    for size in ["", "zz", "-1", "+2", "0x2", " 2", "2 2", "2\r", ";a", "10000000000000000", "2;\ra"] {
        is_refused(format!("{CHUNKED}{size}\r\n"), Fault::ChunkLine);
    }
    is_refused(format!("{CHUNKED}2\nok"), Fault::ChunkLine);
    for part in ["z", "2 3", "2\rx", "10000000000000000"] {
        is_refused(format!("{CHUNKED}{part}"), Fault::ChunkLine);
    }
    // The line has at most 20 bytes, extensions included, and is refused before it ends.
    is_refused(format!("{CHUNKED}000000000000000000002\r\n"), Fault::ChunkLine);
    is_refused(format!("{CHUNKED}2;{}", "a".repeat(21)), Fault::ChunkLine);
}

#[test]
fn a_chunk_is_as_long_as_its_size() {
    for body in ["2\r\nokx\r\n", "2\r\nok\n0\r\n", "2\r\nokok\r\n", "2\r\nok\rx", "2\r\nokx"] {
        is_refused(format!("{CHUNKED}{body}"), Fault::ChunkEnd);
    }
}

#[test]
fn trailers_are_few_and_well_formed() {
    let trailers = |trailers: &str| format!("{CHUNKED}0\r\n{trailers}\r\n");
    assert_eq!(judge(trailers("")), Ok(true));
    assert_eq!(judge(trailers("x: y\r\nz:\r\n")), Ok(true));
    assert_eq!(judge(trailers(&"x: y\r\n".repeat(MAX_HEADER_LINES))), Ok(true));
    is_refused(trailers(&"x: y\r\n".repeat(MAX_HEADER_LINES + 1)), Fault::ManyTrailers);
    is_refused(trailers(&format!("x: {}", "y".repeat(MAX_TRAILER_BYTES))), Fault::ManyTrailers);
    for line in ["no colon", " x: folded", "x : y", ": y", "x: a\0b", "x: a\rb"] {
        is_refused(trailers(&format!("{line}\r\n")), Fault::TrailerLine);
    }
    is_refused(format!("{CHUNKED}0\r\nx: y\n\r\n"), Fault::TrailerLine);
    is_refused(format!("{CHUNKED}0\r\n\n"), Fault::TrailerLine);
}

#[test]
fn the_end_comes_too_early_within_a_response() {
    for part in ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no"] {
        assert_eq!(judge(part), Ok(false), "{part:?}");
    }
    for part in ["", "2", "2\r\n", "2\r\no", "2\r\nok", "2\r\nok\r\n", "0", "0\r\n", "0\r\nx: y\r\n"] {
        assert_eq!(judge(format!("{CHUNKED}{part}")), Ok(false), "{part:?}");
    }
}
