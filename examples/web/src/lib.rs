//! A web backend that takes customers through their verification: details, terms of service, identity document,
//! face check, review, and back to whatever must be corrected.
//!
//! ```sh
//! cargo run -p sphere-example-web                        # prints where it listens; --port N to choose
//! cargo run -p sphere-example-web -- --platform-managed  # the other model
//! ```
//!
//! Without `SPHEREPAY_API_KEY` it starts a sandbox, and its page for developers lets you choose how a verification
//! ends. With the key, it uses SpherePay.
//!
//! | request | call of the SDK | file |
//! | --- | --- | --- |
//! | `POST /details` | `create_customer`, or `update_customer` for a correction | `details` |
//! | `POST /codes/send`, `POST /codes` | `send_one_time_password`, `verify_one_time_password` | `codes` |
//! | `POST /terms` | `generate_terms_of_service_link`, then a redirect there | `terms` |
//! | `POST /document` | `upload_identity_document` | `document` |
//! | `GET /face`, `POST /face` | `Links::face_verification_link`: a QR code, or a redirect | `face` |
//! | `POST /face`, Platform-Managed | `upload_document` with the liveness report | `face` |
//! | `GET /continue` | `get_customer`, then a redirect to the next step | `review` |
//! | `GET /face/updates`, `GET /review/updates` | `wait_for_face_check`, `wait_for_approval` | `face`, `review` |
//!
//! `journey` decides which step is next, `session` knows which customer a browser is, `failure` has the words for
//! failed calls, `protection` refuses other sites, `pages` has the HTML.
//!
//! # What is worth copying
//!
//! - **SpherePay says what the next step is.** Nothing is remembered about steps: each page reads the customer and
//!   looks at what is `required` and what is in `errors`. So closing the browser, finishing on a phone or coming back
//!   a week later all work.
//! - **A session decides which customer this is**, and no address contains an id.
//! - **One customer, however often the button is pressed**: a session creates one. A customer whose creation may have
//!   worked is looked up by a reference in `meta` before another is created.
//! - **A call that must not happen twice runs to its end**, even if the browser goes away: see `session::finish`.
//! - **A link is a secret of the customer's**: `Cache-Control: no-store`, no referrer, and in no log. No customer is
//!   sent to one that has expired.
//! - **Nobody without a session makes links**: no mail scanner, no link preview. The page with the QR code needs one
//!   when it is read; it is reused while it is good, as it is by the button.
//! - **Pages work without scripts.** A script adds the progress of an upload and updates without reloading.
//! - **Customers and developers read different things**: a page in plain words with a reference, and one line in the
//!   log without personal data.
//!
//! # What a real backend must add
//!
//! - **Sessions that outlive the process and belong to your users**: who signs in, where sessions are stored.
//! - **A liveness provider**, in the Platform-Managed model. This example has none: it uploads a report that says so.
//! - **One upload at a time**: a customer who presses twice, without scripts, stores two documents.
//! - **Its own rules** about whom it serves: the list of countries here is a sample.

mod app;
mod assets;
mod codes;
mod details;
mod developers;
mod document;
mod face;
mod failure;
mod fields;
mod form;
mod journey;
mod pages;
mod protection;
mod review;
mod routes;
mod session;
mod terms;
mod upload;

pub use app::{App, Model};
