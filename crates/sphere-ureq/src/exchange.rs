//! One exchange over the agent: the settings that hold for every request.

use std::io::{self, Read};
use std::time::Duration;

use http::{Method, Request, Response, header};
use sphere_core::transport::{BodyReader, TransportRequest};
use ureq::config::{AutoHeaderValue, Config};
use ureq::{Agent, AsSendBody, Body, SendBody};

use crate::call;
use crate::connection::{INPUT_BUFFER, OUTPUT_BUFFER};
use crate::socket::FOREVER;

/// The settings that hold for every request.
pub(crate) fn config() -> Config {
    // No proxy, since the connector opens the tunnel.
    Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .max_response_header_size(INPUT_BUFFER)
        .proxy(None)
        .user_agent(AutoHeaderValue::None)
        .input_buffer_size(INPUT_BUFFER)
        .output_buffer_size(OUTPUT_BUFFER)
        .max_idle_connections(0)
        .build()
}

/// Sends the request and reads the head of its response.
pub(crate) fn run(agent: &Agent, request: TransportRequest) -> Result<Response<Body>, ureq::Error> {
    let settings = Settings {
        time_left: request.time_left().min(FOREVER),
        connect_timeout: request.connect_timeout().min(FOREVER),
    };
    let (parts, body) = request.into_http().into_parts();
    let defines_content = matches!(parts.method, Method::POST | Method::PUT | Method::PATCH);
    if body.is_empty() && !defines_content && !parts.headers.contains_key(header::CONTENT_LENGTH) {
        // Without a body: an empty slice would add `content-length: 0`.
        return settings.run(agent, Request::from_parts(parts, ()));
    }
    if body.is_empty() {
        // An empty slice, unlike `()`, is sent with `content-length: 0`, and in one write with the head.
        return settings.run(agent, Request::from_parts(parts, &[][..]));
    }
    let upload = Upload { rest: body.len(), reader: body.reader() };
    settings.run(agent, Request::from_parts(parts, SendBody::from_owned_reader(upload)))
}

/// A request's body as ureq reads it. ureq reads all of it, whatever has come back. A part that the server refuses is
/// not taken from the body, so that it does not count as progress: ureq gets zeros, and they are not written.
struct Upload {
    reader: BodyReader,
    /// How many bytes ureq has yet to read.
    rest: u64,
}

impl Read for Upload {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = if call::rest_is_refused() {
            let count = usize::try_from(self.rest).unwrap_or(usize::MAX).min(buffer.len());
            buffer[..count].fill(0);
            count
        } else {
            self.reader.read(buffer)?
        };
        self.rest -= count as u64;
        Ok(count)
    }
}

struct Settings {
    time_left: Duration,
    connect_timeout: Duration,
}

impl Settings {
    fn run<B: AsSendBody>(&self, agent: &Agent, request: Request<B>) -> Result<Response<Body>, ureq::Error> {
        let settings = agent.configure_request(request);
        // Each setting copies the request, so what our own agent has already is not set again.
        let settings =
            settings.timeout_global(Some(self.time_left)).timeout_connect(Some(self.connect_timeout));
        agent.run(settings.build())
    }
}

#[cfg(test)]
mod tests {
    use sphere_net::response_guard::MAX_HEAD_BYTES;

    use super::*;

    #[test]
    fn the_agent_adds_and_follows_nothing() {
        let config = config();
        assert_eq!(config.max_idle_connections(), 0);
        assert!(config.proxy().is_none() && !config.http_status_as_error());
        assert_eq!(config.max_redirects(), 0);
        // The guard must be the one that limits a head.
        assert!(config.input_buffer_size() > MAX_HEAD_BYTES);
        assert!(config.max_response_header_size() >= config.input_buffer_size());
    }
}
