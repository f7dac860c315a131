//! The messages of the protocol, one JSON document each. `PROTOCOL.md` explains them, `protocol.schema.json` is
//! their schema.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;
use sphere_core::transport::{RequestBody, TransportErrorKind, TransportRequest};

/// The version of the protocol.
pub(crate) const VERSION: u32 = 1;

/// The largest number that every language's JSON parser reads exactly: 2^53 - 1. It means "this or more".
const MOST: u64 = (1 << 53) - 1;

/// What the suite asks of a subject.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    Hello {
        id: u64,
        version: u32,
    },
    SetUp {
        id: u64,
        transport: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trusted_pem: Option<String>,
    },
    Send(Call),
    WarmUp(Call),
    Cancel {
        id: u64,
        send: u64,
    },
    Sleep {
        id: u64,
        ms: u64,
    },
    Close {
        id: u64,
        transport: u64,
    },
}

/// A `TransportRequest`, and which transport gets it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    pub(crate) id: u64,
    pub(crate) transport: u64,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<Base64>,
    pub(crate) time_left_ms: u64,
    pub(crate) connect_timeout_ms: u64,
    pub(crate) max_idle_ms: u64,
    pub(crate) max_response_bytes: u64,
    pub(crate) fresh_connection: bool,
}

/// What a subject replies. Each reply has the id of its request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Reply {
    Hello {
        id: u64,
        version: u32,
        name: String,
        clock: bool,
    },
    Done {
        id: u64,
    },
    Response {
        id: u64,
        status: u16,
        headers: Headers,
        body: Base64,
    },
    Error {
        id: u64,
        kind: Kind,
        delivery: Delivery,
        message: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        debug: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        head: Option<Head>,
    },
    Slept {
        id: u64,
        now_us: u64,
    },
    Failed {
        id: u64,
        message: String,
    },
}

/// The head of a response whose body did not arrive completely.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
}

/// [`TransportErrorKind`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Connect,
    Timeout,
    Tls,
    Protocol,
    TooLarge,
    Interrupted,
    Setup,
    Other,
}

/// [`sphere_core::transport::Delivery`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Delivery {
    NotSent,
    Unknown,
}

/// Names and values, in order. A value's characters U+0000 to U+00FF are its bytes (ISO 8859-1).
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Headers(Vec<(String, String)>);

/// Bytes, as base64 (RFC 4648, section 4).
#[derive(Clone, Debug)]
pub(crate) struct Base64(pub(crate) Bytes);

/// A message as a line.
pub(crate) fn to_line(message: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}

impl Call {
    pub(crate) fn new(id: u64, transport: u64, request: &TransportRequest) -> Self {
        Self {
            id,
            transport,
            method: request.http().method().to_string(),
            url: request.http().uri().to_string(),
            headers: request.http().headers().into(),
            body: request.http().body().segments().iter().cloned().map(Base64).collect(),
            time_left_ms: to_ms(request.time_left()),
            connect_timeout_ms: to_ms(request.connect_timeout()),
            max_idle_ms: to_ms(request.max_idle_time()),
            max_response_bytes: to_size(request.max_response_bytes()),
            fresh_connection: request.needs_fresh_connection(),
        }
    }

    /// The `Err` says what is not valid.
    pub(crate) fn into_request(self) -> Result<TransportRequest, String> {
        let segments: Vec<Bytes> = self.body.into_iter().map(|segment| segment.0).collect();
        let http = http::Request::builder().method(&*self.method).uri(self.url);
        let mut http = http.body(RequestBody::from_segments(segments)).map_err(|error| error.to_string())?;
        *http.headers_mut() = self.headers.to_map()?;
        Ok(TransportRequest::new(http)
            .with_operation("conformance")
            .with_time_left(from_ms(self.time_left_ms))
            .with_connect_timeout(from_ms(self.connect_timeout_ms))
            .with_max_idle_time(from_ms(self.max_idle_ms))
            .with_max_response_bytes(from_size(self.max_response_bytes))
            .with_fresh_connection(self.fresh_connection))
    }
}

impl Request {
    /// Its name in JSON.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "hello",
            Self::SetUp { .. } => "set_up",
            Self::Send(_) => "send",
            Self::WarmUp(_) => "warm_up",
            Self::Cancel { .. } => "cancel",
            Self::Sleep { .. } => "sleep",
            Self::Close { .. } => "close",
        }
    }
}

impl Reply {
    pub(crate) fn id(&self) -> u64 {
        match self {
            Self::Hello { id, .. }
            | Self::Done { id }
            | Self::Response { id, .. }
            | Self::Error { id, .. }
            | Self::Slept { id, .. }
            | Self::Failed { id, .. } => *id,
        }
    }
}

impl From<&HeaderMap> for Headers {
    fn from(map: &HeaderMap) -> Self {
        let latin_1 = |value: &HeaderValue| value.as_bytes().iter().map(|&byte| char::from(byte)).collect();
        Self(map.iter().map(|(name, value)| (name.as_str().to_owned(), latin_1(value))).collect())
    }
}

impl Headers {
    /// The `Err` says what is not valid.
    pub(crate) fn to_map(&self) -> Result<HeaderMap, String> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.0 {
            let bytes: Result<Vec<_>, _> = value.chars().map(u8::try_from).collect();
            let value = bytes.ok().and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
            let valid = HeaderName::try_from(name).ok().zip(value);
            let (name, value) = valid.ok_or_else(|| format!("a header is not valid: {name:?}"))?;
            map.try_append(name, value).map_err(|error| error.to_string())?;
        }
        Ok(map)
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Base64 has nothing to escape. Looking for it takes a debug build seconds for the largest bodies.
        let text = RawValue::from_string(format!("\"{}\"", STANDARD.encode(&self.0)));
        text.map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = STANDARD.decode(String::deserialize(deserializer)?);
        bytes.map(|bytes| Self(bytes.into())).map_err(de::Error::custom)
    }
}

impl From<TransportErrorKind> for Kind {
    fn from(kind: TransportErrorKind) -> Self {
        match kind {
            TransportErrorKind::Connect => Self::Connect,
            TransportErrorKind::Timeout => Self::Timeout,
            TransportErrorKind::Tls => Self::Tls,
            TransportErrorKind::Protocol => Self::Protocol,
            TransportErrorKind::TooLarge => Self::TooLarge,
            TransportErrorKind::Interrupted => Self::Interrupted,
            TransportErrorKind::Setup => Self::Setup,
            _ => Self::Other,
        }
    }
}

impl From<Kind> for TransportErrorKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Connect => Self::Connect,
            Kind::Timeout => Self::Timeout,
            Kind::Tls => Self::Tls,
            Kind::Protocol => Self::Protocol,
            Kind::TooLarge => Self::TooLarge,
            Kind::Interrupted => Self::Interrupted,
            Kind::Setup => Self::Setup,
            Kind::Other => Self::Other,
        }
    }
}

pub(crate) fn to_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(MOST).min(MOST)
}

fn from_ms(ms: u64) -> Duration {
    if ms >= MOST { Duration::MAX } else { Duration::from_millis(ms) }
}

pub(crate) fn to_us(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(MOST).min(MOST)
}

fn to_size(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(MOST).min(MOST)
}

fn from_size(bytes: u64) -> usize {
    if bytes >= MOST { usize::MAX } else { usize::try_from(bytes).unwrap_or(usize::MAX) }
}

/// The status, or what is wrong.
pub(crate) fn to_status(status: u16) -> Result<StatusCode, String> {
    StatusCode::from_u16(status).map_err(|_| format!("the status is not valid: {status}"))
}
