//! One exchange over an agent: the settings that hold for every request, whoever built the agent, and the
//! reading of the answer's body.

use std::io::Read;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use sphere_core::transport::{BoxError, RequestBody, TransportErrorKind as Kind, TransportRequest};
use ureq::config::AutoHeaderValue;
use ureq::{Agent, AsSendBody, Body, SendBody};

use crate::error::Fault;
use crate::witness::READING;

/// The largest head of an answer, in bytes. It is also the size of our connections' input buffers, so that
/// with them it is `witness.rs` that notices. ureq's own check, which an agent that was handed in depends on,
/// counts what happens to be in the buffer behind an interim answer as head.
pub(crate) const MAX_HEAD: usize = 32 * 1024;

/// More than any call takes. Added to the present moment it overflows no clock, as `Duration::MAX` does.
const FOREVER: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Why a request cannot be sent as it is, if so.
pub(crate) fn objection(request: &Request<RequestBody>) -> Option<&'static str> {
    if request.uri().authority().is_some_and(|authority| authority.as_str().contains('@')) {
        // ureq would make an `authorization` header of it.
        return Some("the URL holds a user name");
    }
    let declared = request.headers().get(header::CONTENT_LENGTH);
    if declared.is_some_and(|declared| !says(declared.as_bytes(), request.body().len())) {
        // ureq would wait for the rest of the body until time runs out.
        return Some("`content-length` is not the body's length");
    }
    None
}

/// Whether the digits are those of the number.
fn says(digits: &[u8], number: u64) -> bool {
    match digits {
        // Nearly always; and the other way allocates.
        b"0" => number == 0,
        digits => digits == number.to_string().as_bytes(),
    }
}

/// Sends the request and reads the head of its answer. `agent_is_ours`: `builder.rs` made it.
pub(crate) fn run(
    agent: &Agent,
    agent_is_ours: bool,
    request: TransportRequest,
) -> Result<Response<Body>, ureq::Error> {
    let settings = Settings {
        agent_is_ours,
        time_left: request.time_left().min(FOREVER),
        connect_timeout: request.connect_timeout().min(FOREVER),
        needs_fresh_connection: request.needs_fresh_connection(),
    };
    let (parts, body) = request.into_http().into_parts();
    let defines_content = matches!(parts.method, Method::POST | Method::PUT | Method::PATCH);
    if body.is_empty() && !defines_content && !parts.headers.contains_key(header::CONTENT_LENGTH) {
        // A GET says nothing about a body. An empty slice would add `content-length: 0`.
        return settings.run(agent, Request::from_parts(parts, ()));
    }
    if body.is_empty() {
        // An empty slice, unlike `()`, is sent with `content-length: 0`, and in one write with the head.
        return settings.run(agent, Request::from_parts(parts, &[][..]));
    }
    settings.run(agent, Request::from_parts(parts, SendBody::from_owned_reader(body.reader())))
}

struct Settings {
    agent_is_ours: bool,
    time_left: Duration,
    connect_timeout: Duration,
    needs_fresh_connection: bool,
}

impl Settings {
    fn run<B: AsSendBody>(&self, agent: &Agent, request: Request<B>) -> Result<Response<Body>, ureq::Error> {
        let has_user_agent = self.agent_is_ours || request.headers().contains_key(header::USER_AGENT);
        let mut settings = agent.configure_request(request);
        if !self.agent_is_ours {
            // ureq reads the environment's proxy into every agent that is not told otherwise. One that was set
            // by hand stays.
            let proxy = agent.config().proxy().filter(|proxy| !proxy.is_from_env()).cloned();
            settings = settings
                .http_status_as_error(false)
                .max_redirects(0)
                .accept(AutoHeaderValue::None)
                .accept_encoding(AutoHeaderValue::None)
                .max_response_header_size(MAX_HEAD)
                .proxy(proxy)
                .timeout_resolve(Some(self.connect_timeout));
        }
        if !has_user_agent {
            // Only then: a request whose setting differs from its agent's gets no pooled connection.
            settings = settings.user_agent(AutoHeaderValue::None);
        }
        if self.needs_fresh_connection {
            // A request whose buffers differ from its agent's gets no pooled connection.
            settings = settings.output_buffer_size(agent.config().output_buffer_size() + 1);
        }
        // Each setting copies the request: what our own agent says already is not said again.
        let settings =
            settings.timeout_global(Some(self.time_left)).timeout_connect(Some(self.connect_timeout));
        agent.run(settings.build())
    }
}

/// Reads the whole body, to its end, so that the connection can serve again. Takes exactly `max` bytes and
/// not one more.
pub(crate) fn read(body: Body, max: usize) -> Result<Bytes, ureq::Error> {
    /// How much room to make before the first byte has come, whatever the server declares.
    const AT_FIRST: u64 = 64 * 1024;

    let limit = u64::try_from(max).unwrap_or(u64::MAX);
    let declared = body.content_length();
    if declared.is_some_and(|declared| declared > limit) {
        return Err(too_large(format!("its content-length is over the limit of {max} bytes")));
    }
    let room = usize::try_from(declared.unwrap_or(0).min(AT_FIRST)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(room);
    body.into_reader().take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(ureq::Error::from)?;
    if bytes.len() > max {
        return Err(too_large(format!("its body is over the limit of {max} bytes")));
    }
    Ok(bytes.into())
}

fn too_large(reason: impl Into<BoxError>) -> ureq::Error {
    Fault::new(Kind::TooLarge, READING, reason).into()
}
