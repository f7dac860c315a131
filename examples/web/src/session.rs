//! Which customer a browser is: a random cookie, and what this process remembers for it.

use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use lru::LruCache;
use sphere_core::CustomerId;
use sphere_core::wait::WaitState;
use tokio::sync::OnceCell;

use crate::App;

/// What is remembered for one browser.
pub(crate) struct Session {
    /// The customer, once SpherePay has created them. A second press of the button waits for the first.
    pub(crate) customer: OnceCell<CustomerId>,
    /// Finds a customer whose creation may have worked: sent to SpherePay as part of `meta`.
    pub(crate) reference: String,
    /// An earlier attempt to create the customer may have worked.
    pub(crate) may_be_created: AtomicBool,
    /// Which errors the pages have shown already.
    pub(crate) seen: Mutex<WaitState>,
}

/// All sessions, in memory: a real backend has a store that outlives the process.
pub(crate) struct Sessions {
    by_token: Mutex<LruCache<String, Arc<Session>>>,
    is_https: bool,
}

/// The one that was used longest ago ends when there are more.
const MOST_SESSIONS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);

impl Sessions {
    /// `is_https`: whether customers see the pages over https.
    pub(crate) fn new(is_https: bool) -> Self {
        Self { by_token: Mutex::new(LruCache::new(MOST_SESSIONS)), is_https }
    }

    /// The session of this browser.
    pub(crate) fn find(&self, headers: &HeaderMap) -> Option<Arc<Session>> {
        let mut by_token = self.by_token.lock().unwrap_or_else(PoisonError::into_inner);
        by_token.get(token(headers)?).cloned()
    }

    /// Starts a session: the header with its cookie. `customer` is one that exists already.
    pub(crate) fn start(
        &self,
        customer: Option<CustomerId>,
    ) -> Result<(Arc<Session>, Cookie), getrandom::Error> {
        let (token, reference) = (random_hex()?, random_hex()?);
        let session = Arc::new(Session {
            customer: OnceCell::new_with(customer),
            reference,
            may_be_created: AtomicBool::new(false),
            seen: Mutex::default(),
        });
        // `Lax`, because the customer comes back from another site.
        let secure = if self.is_https { "; Secure" } else { "" };
        let cookie = format!("session={token}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax{secure}");
        let mut by_token = self.by_token.lock().unwrap_or_else(PoisonError::into_inner);
        by_token.put(token, Arc::clone(&session));
        Ok((session, [(header::SET_COOKIE, cookie)]))
    }

    /// Ends the session of this browser.
    pub(crate) fn end(&self, headers: &HeaderMap) {
        if let Some(token) = token(headers) {
            self.by_token.lock().unwrap_or_else(PoisonError::into_inner).pop(token);
        }
    }
}

/// Part of a response: the cookie.
pub(crate) type Cookie = [(HeaderName, String); 1];

fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    cookies.flat_map(|cookies| cookies.split(';')).find_map(|pair| pair.trim().strip_prefix("session="))
}

/// 128 random bits.
fn random_hex() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// A handler's argument: the customer of this browser. A browser without one is sent to the start.
pub(crate) struct Visitor {
    pub(crate) id: CustomerId,
    pub(crate) session: Arc<Session>,
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let session = app.sessions.find(&parts.headers);
        let visitor = session.and_then(|session| Some(Self { id: session.customer.get()?.clone(), session }));
        visitor.ok_or_else(|| Redirect::to("/").into_response())
    }
}

/// Runs a call to its end. axum drops a handler whose browser has gone, and a dropped call has an unknown outcome: a
/// customer who presses twice must not cause one.
pub(crate) async fn finish<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(call).await {
        Ok(outcome) => outcome,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down, and this handler with it.
            Err(_) => std::future::pending().await,
        },
    }
}
