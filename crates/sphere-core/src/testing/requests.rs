//! What was sent, in order, and assertions about it that say what was found instead.

use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::transport::TransportRequest;

/// The requests that a double was handed, in order: a slice of [`TransportRequest`], and assertions whose
/// messages list what was sent.
///
/// Neither `Debug` nor a message shows a header's value, and so they do not show the key.
///
/// # Example
///
/// ```
/// use sphere_core::CustomerId;
/// use sphere_core::testing::{Reply, FakeTransport};
///
/// let transport = FakeTransport::script([Reply::unavailable(Some(1)), Reply::not_found()]);
/// let error = transport.blocking_client().generate_face_verification_link(&CustomerId::new("customer_1")?).send().unwrap_err();
/// assert!(error.is_not_found());
///
/// let requests = transport.requests();
/// requests.assert_sent(["POST /v2/customer/customer_1/face-verification-link"; 2]);
/// assert_eq!(requests[0].operation(), "generate_face_verification_link");
/// assert_eq!(requests[0].http().headers()["content-length"], "0");
/// assert!(requests[0].http().body().is_empty());
/// assert!(!requests[1].needs_fresh_connection());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Requests(Vec<TransportRequest>);

impl Requests {
    /// Asserts that this was sent, in this order, and nothing else: one line a request, with method, path
    /// and query, such as `POST /v2/customer/customer_1/face-verification-link`.
    ///
    /// # Panics
    ///
    /// If anything else was sent. The message says where the two differ first, and lists both.
    #[track_caller]
    pub fn assert_sent<I>(&self, expected: I)
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let expected: Vec<_> = expected.into_iter().map(|line| line.as_ref().to_owned()).collect();
        let found: Vec<_> = self.0.iter().map(line).collect();
        if found == expected {
            return;
        }
        let same = found.iter().zip(&expected).take_while(|(one, other)| one == other).count();
        let mut message = format!("what was sent differs from request {} on\nexpected:", same + 1);
        list(&mut message, &expected);
        panic!("{message}\nsent:{self}");
    }

    /// Asserts that exactly this many requests were sent.
    ///
    /// # Panics
    ///
    /// If there were more or fewer. The message lists them.
    #[track_caller]
    pub fn assert_count(&self, expected: usize) {
        let found = self.0.len();
        assert!(found == expected, "expected {expected} requests, and {found} were sent:{self}");
    }

    /// The one request that was sent.
    ///
    /// # Panics
    ///
    /// If there was none, or more than one. The message lists them.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::testing::{Reply, FakeTransport};
    /// use sphere_core::{CustomerId, IdempotencyKey};
    ///
    /// let transport = FakeTransport::always(Reply::link("https://in.sumsub.com/websdk/p/1"));
    /// let customer = CustomerId::new("customer_1")?;
    /// let key = IdempotencyKey::new("order-4711")?;
    /// transport.blocking_client().generate_face_verification_link(&customer).idempotency_key(key).send()?;
    ///
    /// assert_eq!(transport.requests().only().http().headers()["idempotency-key"], "order-4711");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn only(&self) -> &TransportRequest {
        match &*self.0 {
            [only] => only,
            all => panic!("expected one request, and {} were sent:{self}", all.len()),
        }
    }
}

impl Deref for Requests {
    type Target = [TransportRequest];

    fn deref(&self) -> &[TransportRequest] {
        &self.0
    }
}

impl IntoIterator for Requests {
    type Item = TransportRequest;
    type IntoIter = std::vec::IntoIter<TransportRequest>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Requests {
    type Item = &'a TransportRequest;
    type IntoIter = std::slice::Iter<'a, TransportRequest>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// One line a request: method, URL, operation and the time it had.
impl fmt::Display for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        list(
            &mut text,
            self.0.iter().map(|request| {
                let (http, operation, left) = (request.http(), request.operation(), request.time_left());
                format!("{} {} ({operation}, {left:?} left)", http.method(), http.uri())
            }),
        );
        f.write_str(&text)
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

fn line(request: &TransportRequest) -> String {
    let http = request.http();
    format!("{} {}", http.method(), http.uri().path_and_query().map_or("", |path| path.as_str()))
}

fn list(text: &mut String, lines: impl IntoIterator<Item = impl fmt::Display>) {
    let before = text.len();
    for (index, line) in lines.into_iter().enumerate() {
        let _ = write!(text, "\n  {}. {line}", index + 1);
    }
    if text.len() == before {
        text.push_str("\n  nothing");
    }
}

/// Keeps requests.
#[derive(Default)]
pub(super) struct Log(Mutex<Vec<TransportRequest>>);

impl Log {
    /// Keeps a copy, and says how many came before it.
    pub(super) fn keep(&self, request: &TransportRequest) -> usize {
        let mut kept = self.kept();
        kept.push(request.clone());
        kept.len() - 1
    }

    pub(super) fn requests(&self) -> Requests {
        Requests(self.kept().clone())
    }

    pub(super) fn len(&self) -> usize {
        self.kept().len()
    }

    fn kept(&self) -> MutexGuard<'_, Vec<TransportRequest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
