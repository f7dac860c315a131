//! What the server does for each customer: their id says it. An upload has none: its response is a document.
//!
//! | customer | response |
//! | --- | --- |
//! | `422…` | a problem, for any other a link |
//! | `held_<n>` | when there are n of these requests |
//! | `last_<n>` | the same, and the connection is closed |
//! | `slow` | after 20 milliseconds |
//! | `reset` | one in 200 requests gets none: its connection is reset |
//! | `waits` | a customer under review, to a `GET` |
//! | `chunked_<length>_<chunks>` | a link of `length` bytes in `chunks` chunks |
//! | `422_<what>_<length>_<chunks>` | a problem in the same way, with many field errors (`fields`) or with a detail that quotes the key again and again (`keys`) |

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sphere_benches::work::{self, API_KEY, LINK, PROBLEM};
use tokio::sync::Notify;

/// How long the server works for a slow customer.
const SERVER_TIME: Duration = Duration::from_millis(20);

/// Of this many requests, one is reset.
const RESETS: usize = 200;

/// Servers say it, although HTTP/1.1 needs it not.
const KEPT: &str = "connection: keep-alive\r\n";

/// What is done with a request.
pub(crate) enum Reply {
    Send(Arc<[u8]>),
    SendAndClose(Arc<[u8]>),
    Reset,
}

pub(crate) struct Responder {
    link: Arc<[u8]>,
    last_link: Arc<[u8]>,
    problem: Arc<[u8]>,
    document: Arc<[u8]>,
    customer: Arc<[u8]>,
    /// Calls that are held until there are as many as their customer's id says.
    held: Mutex<HashMap<usize, (usize, Arc<Notify>)>>,
    chunked: Mutex<HashMap<String, Arc<[u8]>>>,
    resettable: AtomicUsize,
}

impl Responder {
    pub(crate) fn new() -> Self {
        Self {
            link: whole("201 Created", KEPT, LINK),
            last_link: whole("201 Created", "connection: close\r\n", LINK),
            problem: whole("422 Unprocessable Entity", KEPT, PROBLEM),
            document: whole("201 Created", KEPT, r#"{"id":"document_1"}"#),
            customer: whole("200 OK", KEPT, &work::customer("customer_waits")),
            held: Mutex::default(),
            chunked: Mutex::default(),
            resettable: AtomicUsize::new(0),
        }
    }

    pub(crate) async fn respond(&self, head: &[u8]) -> Reply {
        if is_upload(head) {
            return Reply::Send(Arc::clone(&self.document));
        }
        let customer = customer(head);
        let link = || Arc::clone(&self.link);
        if let Some(wanted) = customer.strip_prefix("held_") {
            self.hold(wanted).await;
            return Reply::Send(link());
        }
        if let Some(wanted) = customer.strip_prefix("last_") {
            self.hold(wanted).await;
            return Reply::SendAndClose(Arc::clone(&self.last_link));
        }
        if let Some(chunked) = self.chunked(customer) {
            return Reply::Send(chunked);
        }
        match customer {
            "waits" => return Reply::Send(Arc::clone(&self.customer)),
            "slow" => tokio::time::sleep(SERVER_TIME).await,
            "reset" if self.resettable.fetch_add(1, Ordering::Relaxed) % RESETS == RESETS - 1 => {
                return Reply::Reset;
            }
            _ => {}
        }
        Reply::Send(if customer.starts_with("422") { Arc::clone(&self.problem) } else { link() })
    }

    async fn hold(&self, wanted: &str) {
        let Ok(wanted) = wanted.parse() else { return };
        let notify = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let (count, notify) = held.entry(wanted).or_default();
            *count += 1;
            let notify = Arc::clone(notify);
            if *count == wanted {
                held.remove(&wanted);
                notify.notify_waiters();
                return;
            }
            notify
        };
        notify.notified().await;
    }

    /// A chunked response. Each is made once, so that calls after the first do not wait for that.
    fn chunked(&self, customer: &str) -> Option<Arc<[u8]>> {
        let mut words = customer.split('_');
        let what = match words.next()? {
            "chunked" => "",
            "422" => words.next()?,
            _ => return None,
        };
        let (length, chunks) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let mut made = self.chunked.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.entry(customer.to_owned()).or_insert_with(|| match what {
            "" => in_chunks("201 Created", &padded_link(length), chunks),
            what => in_chunks("422 Unprocessable Entity", &padded_problem(what, length), chunks),
        });
        Some(Arc::clone(made))
    }
}

pub(crate) fn is_upload(head: &[u8]) -> bool {
    head.starts_with(b"POST /v2/document ")
}

/// The third segment of the path, without `customer_`.
fn customer(head: &[u8]) -> &str {
    let segment = head.split(|&byte| byte == b'/' || byte == b' ').nth(4).unwrap_or_default();
    std::str::from_utf8(segment).ok().and_then(|id| id.strip_prefix("customer_")).unwrap_or_default()
}

fn whole(status: &str, more: &str, body: &str) -> Arc<[u8]> {
    let length = format!("content-length: {}\r\n{more}", body.len());
    response(status, &length, body.as_bytes())
}

fn response(status: &str, framing: &str, body: &[u8]) -> Arc<[u8]> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{framing}date: Mon, 09 Mar 2026 20:16:31 GMT\r\n\r\n"
    );
    [head.as_bytes(), body].concat().into()
}

fn in_chunks(status: &str, body: &str, chunks: usize) -> Arc<[u8]> {
    let mut framed = Vec::new();
    for chunk in body.as_bytes().chunks(body.len().div_ceil(chunks.max(1)).max(1)) {
        framed.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        framed.extend_from_slice(chunk);
        framed.extend_from_slice(b"\r\n");
    }
    framed.extend_from_slice(b"0\r\n\r\n");
    response(status, "transfer-encoding: chunked\r\n", &framed)
}

/// A link with a member that nobody asked for.
fn padded_link(length: usize) -> String {
    let start = LINK.trim_end_matches('}');
    let padding = length.saturating_sub(start.len() + r#","more":""}"#.len());
    format!(r#"{start},"more":"{}"}}"#, "x".repeat(padding))
}

/// A problem that is filled up to a length.
fn padded_problem(what: &str, length: usize) -> String {
    let (start, unit, separator, end) = match what {
        "fields" => (r#"{"status":422,"detail":"no","errors":["#, r#"{"detail":"x"}"#, ",", "]}"),
        _ => (r#"{"status":422,"detail":""#, API_KEY, " ", r#""}"#),
    };
    let room = length.saturating_sub(start.len() + end.len() + unit.len());
    let units = vec![unit; room / (unit.len() + separator.len()) + 1];
    format!("{start}{}{end}", units.join(separator))
}
