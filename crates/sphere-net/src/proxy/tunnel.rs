//! One CONNECT: the bytes to write, and how its response is read.

use std::fmt;

use http::StatusCode;
use sphere_core::transport::{TransportError, TransportErrorKind};
use zeroize::Zeroizing;

/// The longest response to CONNECT that is read, interim responses included, in bytes.
const MAX_RESPONSE_BYTES: usize = 16 * 1024;

const VERSION: &[u8] = b"HTTP/1.";

/// A tunnel that is being asked for. Made by [`HttpProxy::tunnel_to`](super::HttpProxy::tunnel_to).
///
/// Its `Debug` shows no byte that is sent or received.
pub struct Tunnel {
    request: Zeroizing<Vec<u8>>,
    is_for_tls: bool,
    /// How many bytes of the response have come.
    received: usize,
    /// The line of the response that has not ended yet.
    line: Vec<u8>,
    /// The status of the head that is being read, once its line has ended.
    status: Option<StatusCode>,
}

/// Why there is no tunnel. Nothing that the proxy wrote is shown, except for the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TunnelFault {
    #[error("the proxy responded with status {0}")]
    Refused(u16),
    #[error("the proxy's response is not HTTP/1")]
    NotHttp,
    #[error("the proxy's response is over the limit of {MAX_RESPONSE_BYTES} bytes")]
    TooLong,
    #[error("the proxy closed the connection before it had responded")]
    Ended,
    #[error("the proxy sent more than a response to CONNECT")]
    ExtraBytes,
}

impl Tunnel {
    /// How much to be ready to take from the connection at once: one byte more than the longest
    /// response. A smaller read can end with the response's last byte and leave behind what
    /// [`Self::receive`] would refuse.
    pub const READ_BYTES: usize = MAX_RESPONSE_BYTES + 1;

    /// `server` is `host:port`, and fit to stand in a header.
    pub(super) fn new(server: &str, is_for_tls: bool, authorization: Option<&str>) -> Self {
        let (name, value, end) = match authorization {
            Some(value) => ("Proxy-Authorization: ", value, "\r\n\r\n"),
            None => ("", "", "\r\n"),
        };
        let parts = ["CONNECT ", server, " HTTP/1.1\r\nHost: ", server, "\r\n", name, value, end];
        // Filled to its exact size, so that no reallocation leaves a copy behind.
        let mut request = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
        for part in parts {
            request.extend_from_slice(part.as_bytes());
        }
        Self { request, is_for_tls, received: 0, line: Vec::new(), status: None }
    }

    /// What to write to the proxy: host and port of the server, the credentials for the proxy if there are any,
    /// and nothing of the request that is to follow.
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Takes the bytes that the proxy sent: one piece after the other, as they come, each read into
    /// [`Self::READ_BYTES`], and an empty one for the end of the connection. Returns whether the tunnel is open.
    ///
    /// Any 2xx opens it; headers are ignored, also those that announce a body (RFC 9110, section 9.3.6). Interim
    /// responses are skipped, except for `101`, which nobody asked for.
    ///
    /// # Errors
    ///
    /// A [`TransportError`], not sent. Of kind [`Connect`](TransportErrorKind::Connect) if the proxy's response is not
    /// HTTP/1, has more than 16 KiB, or is cut off.
    ///
    /// Of kind [`Setup`](TransportErrorKind::Setup), which is never retried, if the proxy refuses: a wrong login (407)
    /// would count as several. A 408, a 429 and any 5xx are of kind `Connect`, since they may pass.
    ///
    /// The same if bytes follow the response: in HTTP/1.1 as in TLS the client speaks first, so bytes there
    /// cannot be a response to anything we sent. In a tunnel for https this is of kind
    /// [`Tls`](TransportErrorKind::Tls), as it would be if the bytes came a moment later.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<bool, TransportError> {
        self.read(bytes).map_err(|fault| {
            let kind = match fault {
                TunnelFault::ExtraBytes if self.is_for_tls => TransportErrorKind::Tls,
                TunnelFault::Refused(status) if !may_pass(status) => TransportErrorKind::Setup,
                _ => TransportErrorKind::Connect,
            };
            TransportError::new(kind, fault).not_sent()
        })
    }

    fn read(&mut self, bytes: &[u8]) -> Result<bool, TunnelFault> {
        if bytes.is_empty() {
            return Err(TunnelFault::Ended);
        }
        for (at, &byte) in bytes.iter().enumerate() {
            self.received += 1;
            if self.received > MAX_RESPONSE_BYTES {
                return Err(TunnelFault::TooLong);
            }
            if byte != b'\n' {
                self.line.push(byte);
                self.check_beginning()?;
            } else if self.end_line()? {
                let is_last = at + 1 == bytes.len();
                return if is_last { Ok(true) } else { Err(TunnelFault::ExtraBytes) };
            }
        }
        Ok(false)
    }

    /// Fails early on peers that do not speak HTTP and may never send a newline.
    fn check_beginning(&self) -> Result<(), TunnelFault> {
        let length = self.line.len().min(VERSION.len());
        let fits = self.status.is_some() || self.line[..length] == VERSION[..length];
        if fits { Ok(()) } else { Err(TunnelFault::NotHttp) }
    }

    /// Takes a whole line. Returns whether it ended the head that opens the tunnel. A line may end without `\r`
    /// (RFC 9112, section 2.2).
    fn end_line(&mut self) -> Result<bool, TunnelFault> {
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        let mut is_open = false;
        match self.status {
            None => self.status = Some(tunnel_status(line)?),
            Some(status) if line.is_empty() => {
                is_open = status.is_success();
                self.status = None;
            }
            Some(_) => {}
        }
        self.line.clear();
        Ok(is_open)
    }
}

/// The status of a status line, if it can lead to a tunnel (RFC 9112, section 4).
fn tunnel_status(line: &[u8]) -> Result<StatusCode, TunnelFault> {
    let status = match line.strip_prefix(VERSION) {
        Some([minor, b' ', a, b, c] | [minor, b' ', a, b, c, b' ', ..]) if minor.is_ascii_digit() => {
            StatusCode::from_bytes(&[*a, *b, *c]).map_err(|_| TunnelFault::NotHttp)?
        }
        _ => return Err(TunnelFault::NotHttp),
    };
    let is_interim = status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS;
    if status.is_success() || is_interim { Ok(status) } else { Err(TunnelFault::Refused(status.as_u16())) }
}

/// Whether a refusal may be over a moment later.
fn may_pass(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").field("received", &self.received).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use sphere_core::transport::Delivery;

    use super::*;

    fn tunnel() -> Tunnel {
        Tunnel::new("api.test:443", true, None)
    }

    /// The response in one piece, and byte by byte: the same, except that bytes after the response are only
    /// seen in the first.
    fn judge(response: &str) -> Result<bool, TunnelFault> {
        let whole = tunnel().read(response.as_bytes());
        let mut slow = tunnel();
        let mut pieces = response.as_bytes().chunks(1).map(|piece| slow.read(piece));
        let last = pieces.find(|outcome| *outcome != Ok(false)).unwrap_or(Ok(false));
        match whole {
            Err(TunnelFault::ExtraBytes) => assert_eq!(last, Ok(true)),
            whole => assert_eq!(last, whole, "{response:?}"),
        }
        whole
    }

    #[test]
    fn any_2xx_opens_the_tunnel_whatever_its_headers() {
        for response in [
            "HTTP/1.1 200 Connection established\r\n\r\n",
            "HTTP/1.0 200\r\n\r\n",
            "HTTP/1.1 204 \r\nvia: 1.1 proxy\r\n\r\n",
            "HTTP/1.1 299 X\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\nno header at all\r\n\r\n",
            "HTTP/1.1 200 bare\n\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nlink: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        ] {
            assert_eq!(judge(response), Ok(true), "{response:?}");
        }
    }

    #[test]
    fn any_other_status_refuses_at_once() {
        for status in [101, 300, 301, 400, 403, 407, 429, 500, 502, 999] {
            let line = format!("HTTP/1.1 {status} Secret reason\r\n");
            assert_eq!(judge(&line), Err(TunnelFault::Refused(status)));
        }
        assert_eq!(judge("HTTP/1.1 100 X\r\n\r\nHTTP/1.1 407 X\r\n"), Err(TunnelFault::Refused(407)));
        assert_eq!(TunnelFault::Refused(407).to_string(), "the proxy responded with status 407");
    }

    #[test]
    fn refusals_are_retried_only_if_they_may_pass() {
        for (status, kind) in [
            (101, TransportErrorKind::Setup),
            (302, TransportErrorKind::Setup),
            (401, TransportErrorKind::Setup),
            (403, TransportErrorKind::Setup),
            (407, TransportErrorKind::Setup),
            (600, TransportErrorKind::Setup),
            (408, TransportErrorKind::Connect),
            (429, TransportErrorKind::Connect),
            (502, TransportErrorKind::Connect),
            (599, TransportErrorKind::Connect),
        ] {
            let error = tunnel().receive(format!("HTTP/1.1 {status} X\r\n").as_bytes()).unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent), "{status}");
        }
    }

    #[test]
    fn bytes_other_than_http_1_are_refused() {
        for response in [
            "SSH",
            "<",
            "\x15\x03\x01",
            "http",
            "HTTP/2 ",
            "\r\n",
            "\n",
            "HTTP/1.1\r\n",
            "HTTP/1.1 \r\n",
            "HTTP/1.1 20\r\n",
            "HTTP/1.1 2000\r\n",
            "HTTP/1.1 2x0 OK\r\n",
            "HTTP/1.1 099 X\r\n",
            "HTTP/1.1  200 OK\r\n",
            "HTTP/1.1 +20 OK\r\n",
            "HTTP/1.x 200 OK\r\n",
            "HTTP/1.10 200 OK\r\n",
            "HTTP/1.1 200\tOK\r\n",
            "HTTP/1.1 100 X\r\n\r\nXTTP",
        ] {
            assert_eq!(judge(response), Err(TunnelFault::NotHttp), "{response:?}");
        }
    }

    #[test]
    fn bytes_after_the_response_are_refused() {
        for extra in ["H", "\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"] {
            let response = format!("HTTP/1.1 200 OK\r\n\r\n{extra}");
            assert_eq!(judge(&response), Err(TunnelFault::ExtraBytes));
            for (is_for_tls, kind) in [(true, TransportErrorKind::Tls), (false, TransportErrorKind::Connect)]
            {
                let error =
                    Tunnel::new("api.test:1", is_for_tls, None).receive(response.as_bytes()).unwrap_err();
                assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent));
            }
        }
    }

    #[test]
    fn a_response_cut_off_or_endless_is_refused() {
        for beginning in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nx: y\r\n"] {
            let mut tunnel = tunnel();
            if !beginning.is_empty() {
                assert_eq!(tunnel.read(beginning.as_bytes()), Ok(false));
            }
            assert_eq!(tunnel.read(b""), Err(TunnelFault::Ended));
        }
        let line = "x: y\r\n".repeat(MAX_RESPONSE_BYTES);
        for endless in [&"x".repeat(MAX_RESPONSE_BYTES), &line] {
            assert_eq!(judge(&format!("HTTP/1.1 200 OK\r\n{endless}")), Err(TunnelFault::TooLong));
        }
        assert_eq!(judge(&"HTTP/1.1 100 X\r\n\r\n".repeat(MAX_RESPONSE_BYTES)), Err(TunnelFault::TooLong));
        // Exactly the limit is taken.
        let frame = "HTTP/1.1 200 OK\r\nx: \r\n\r\n";
        let longest = frame.replace("x: ", &format!("x: {}", "y".repeat(MAX_RESPONSE_BYTES - frame.len())));
        assert_eq!(judge(&longest), Ok(true));
        assert_eq!(judge(&longest.replace("x: ", "x: y")), Err(TunnelFault::TooLong));
    }
}
