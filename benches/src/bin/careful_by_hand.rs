//! hyper-util's pooled client with the promises that the SDK makes, as a careful user would write them: a deadline over
//! all attempts, a limit on the response, retries with backoff, checked ids and links, an error that keeps status,
//! headers and body, and shows no key.

use std::fmt::{self, Write as _};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde_json::{Map, Value};
use sphere_benches::client::AsyncClient;
use sphere_benches::program;
use sphere_benches::work::{API_KEY, Failure, Outcome, PlainLink};

const TIMEOUT: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 3;
const MAX_RESPONSE_BYTES: usize = 1024 * 1024;

struct Careful {
    client: Client<HttpConnector, Full<Bytes>>,
    base_url: String,
    authorization: HeaderValue,
}

/// What the server said instead of a link.
#[derive(Debug)]
struct Problem {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    members: Map<String, Value>,
    attempts: u32,
    took: Duration,
    line: String,
}

impl Problem {
    fn new(response: Response<Bytes>, attempts: u32, took: Duration) -> Self {
        let (head, body) = response.into_parts();
        let members: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
        let text = |name| members.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut line = format!("{} {}: {}", head.status, text("code"), text("detail"));
        let errors = members.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for error in errors.iter().filter_map(Value::as_object) {
            let member = |name| error.get(name).and_then(Value::as_str).unwrap_or_default();
            let _ = write!(line, "; {}: {}", member("pointer"), member("detail"));
        }
        let _ = write!(line, " (correlation id {}, {attempts} attempts, {took:?})", text("correlationId"));
        // Whatever its case, and nothing that would break the line.
        let key = API_KEY.to_ascii_lowercase();
        while let Some(at) = line.to_ascii_lowercase().find(&key) {
            line.replace_range(at..at + key.len(), "[redacted]");
        }
        let line = line.replace(char::is_control, " ");
        Self { status: head.status, headers: head.headers, body, members, attempts, took, line }
    }

    fn is_validation(&self) -> bool {
        self.status == StatusCode::UNPROCESSABLE_ENTITY
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl std::error::Error for Problem {}

impl Careful {
    async fn attempt(&self, customer: &str) -> Result<Response<Bytes>, Failure> {
        let request =
            Request::post(format!("{}/v2/customer/{customer}/face-verification-link", self.base_url))
                .header(header::AUTHORIZATION, self.authorization.clone())
                .header(header::ACCEPT, "application/json")
                .header(header::USER_AGENT, "careful/1.0")
                .header(header::CONTENT_LENGTH, "0")
                .body(Full::default())?;
        let (head, body) = self.client.request(request).await?.into_parts();
        let body = Limited::new(body, MAX_RESPONSE_BYTES).collect().await?.to_bytes();
        Ok(Response::from_parts(head, body))
    }

    async fn link(&self, customer: &str) -> Result<PlainLink, Failure> {
        let start = Instant::now();
        let mut attempt = 1;
        loop {
            let left = TIMEOUT.saturating_sub(start.elapsed());
            let outcome = tokio::time::timeout(left, self.attempt(customer)).await?;
            let (wait, failure): (_, Failure) = match outcome {
                Ok(response) if response.status().is_success() => {
                    let link: PlainLink = serde_json::from_slice(response.body())?;
                    let url: http::Uri = link.url.parse()?;
                    if url.scheme_str() != Some("https") || link.expires_at.is_empty() {
                        return Err("the link is not one".into());
                    }
                    return Ok(link);
                }
                Ok(response) => {
                    let wait = response.headers().get(header::RETRY_AFTER);
                    let wait = wait.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
                    let problem = Problem::new(response, attempt, start.elapsed());
                    if problem.status != StatusCode::TOO_MANY_REQUESTS && !problem.status.is_server_error() {
                        return Err(problem.into());
                    }
                    (wait.map(Duration::from_secs), problem.into())
                }
                Err(failure) => (None, failure),
            };
            let wait = wait.unwrap_or(Duration::from_millis(250) * 2_u32.pow(attempt));
            if attempt == ATTEMPTS || start.elapsed() + wait >= TIMEOUT {
                return Err(failure);
            }
            attempt += 1;
            tokio::time::sleep(wait).await;
        }
    }
}

impl AsyncClient for Careful {
    type Customer = String;

    fn new(base_url: &str, _: Option<Vec<u8>>) -> Result<Self, Failure> {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(Duration::from_secs(10)));
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(60))
            .pool_timer(TokioTimer::new())
            .build(tcp);
        let mut authorization = HeaderValue::try_from(format!("Bearer {API_KEY}"))?;
        authorization.set_sensitive(true);
        Ok(Self { client, base_url: base_url.to_owned(), authorization })
    }

    fn customer(id: String) -> Result<String, Failure> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if id.is_empty() || !id.bytes().all(is_plain) { Err("the id is not one".into()) } else { Ok(id) }
    }

    async fn call(&self, customer: &String) -> Result<Outcome, Failure> {
        match self.link(customer).await {
            Ok(link) => {
                std::hint::black_box((&link.url, &link.expires_at));
                Ok(Outcome::Link)
            }
            Err(failure) => match failure.downcast_ref::<Problem>() {
                Some(problem) if problem.is_validation() => {
                    let Problem { headers, body, members, attempts, took, .. } = problem;
                    std::hint::black_box((headers, body, members, attempts, took));
                    Ok(Outcome::Problem)
                }
                _ => Err(failure),
            },
        }
    }
}

fn main() -> Result<(), Failure> {
    program::run_async::<Careful>()
}
