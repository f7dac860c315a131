//! An operation of each safety, and every outcome of a request as data that a test can judge by itself.

use http::Method;
use sphere_core::client::{Client, Mode};
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_core::testing::{Reply, block_on};
use sphere_core::transport::TransportErrorKind;
use sphere_core::unstable::send;
use sphere_core::{Call, Error, IdempotencyKey, RetryPolicy};

/// 0 idempotent, 1 repeatable, 2 once.
struct Probe<const SAFETY: u8>;

impl<const SAFETY: u8> Endpoint for Probe<SAFETY> {
    type Output = ();
    const OPERATION: Operation = Operation::new(
        "probe",
        Method::POST,
        match SAFETY {
            0 => Safety::Idempotent,
            1 => Safety::Repeatable,
            _ => Safety::Once,
        },
    );

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["probe"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<(), DecodeError> {
        response.object().map(drop)
    }
}

/// A call of a probe: what a caller chooses.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// 0 idempotent, 1 repeatable, 2 once.
    pub safety: u8,
    pub key: Option<&'static str>,
    pub policy: Option<RetryPolicy>,
}

impl Plan {
    pub fn new(safety: u8, key: Option<&'static str>) -> Self {
        Self { safety, key, policy: None }
    }

    /// Whether a repetition is harmless.
    pub fn is_harmless(&self) -> bool {
        self.safety < 2 && self.key.is_none()
    }

    fn prepared<'c, M: Mode, E: Endpoint>(&self, mut call: Call<'c, M, E>) -> Call<'c, M, E> {
        if let Some(key) = self.key {
            call = call.idempotency_key(IdempotencyKey::new(key).unwrap());
        }
        if let Some(policy) = self.policy.clone() {
            call = call.retry(policy);
        }
        call
    }

    /// Result of the call, in either mode.
    pub fn run<M: Mode>(&self, client: &Client<M>) -> Result<(), Error> {
        match self.safety {
            0 => block_on(send(self.prepared(client.call(Probe::<0>)))),
            1 => block_on(send(self.prepared(client.call(Probe::<1>)))),
            _ => block_on(send(self.prepared(client.call(Probe::<2>)))),
        }
    }
}

/// What happens to one request.
#[derive(Debug, Clone)]
pub enum Outcome {
    Response {
        status: u16,
        retry_after: Option<String>,
        body: Body,
    },
    /// The head of a response, whose body is cut off.
    Head {
        status: u16,
        retry_after: Option<String>,
    },
    Failure {
        kind: TransportErrorKind,
        is_sent: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// SpherePay's own words: its error shape, with the status of the status line.
    OwnWords,
    /// The same, with another status than the status line.
    OtherStatus,
    Html,
    Empty,
    EmptyObject,
}

impl Outcome {
    /// A response without `Retry-After`.
    pub fn response(status: u16, body: Body) -> Self {
        Self::Response { status, retry_after: None, body }
    }

    pub fn reply(&self) -> Reply {
        match self {
            Self::Response { status, retry_after, body } => body.reply(*status, retry_after.as_deref()),
            Self::Head { status, retry_after } => {
                Body::OwnWords.reply(*status, retry_after.as_deref()).cut_off()
            }
            Self::Failure { kind, is_sent: false } => Reply::not_sent(*kind),
            Self::Failure { kind, is_sent: true } => Reply::lost(*kind),
        }
    }
}

impl Body {
    fn reply(self, status: u16, retry_after: Option<&str>) -> Reply {
        let reply = Reply::status(status);
        let reply = match retry_after {
            Some(value) => reply.header("retry-after", value),
            None => reply,
        };
        let problem = |status| format!(r#"{{"status":{status},"detail":"No","correlationId":"c"}}"#);
        match self {
            Self::OwnWords => reply.body("application/json", problem(status)),
            Self::OtherStatus => reply.body("application/json", problem(status ^ 1)),
            Self::Html => reply.body("text/html", "<html>status: 429</html>"),
            Self::Empty => reply,
            Self::EmptyObject => reply.body("application/json", "{}"),
        }
    }
}
