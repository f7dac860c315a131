//! A row of the table: an operation as a call that any client of either mode can make, and what it sends and reads.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use serde_json::Value;
use sphere_core::client::{Async, Blocking, Mode};
use sphere_core::endpoint::{Endpoint, Operation};
use sphere_core::pages::{Page, Paged, Pages};
use sphere_core::{Call, Client, Error, blocking, unstable};

use crate::table::ID;

/// What a request carries beside its path.
#[derive(Debug, Clone, PartialEq)]
pub enum Sends {
    /// Neither query nor body.
    Nothing,
    /// A query, as it is written.
    Query(&'static str),
    /// A JSON body.
    Json(Value),
    /// A form: names and contents of its parts, with whatever else stands in the head of a file's part.
    Form(Vec<(&'static str, &'static str)>),
}

/// How a call ended: what it shows of itself, and the values that were read.
#[derive(Debug)]
pub struct Outcome {
    /// `Debug` of the call before it was sent.
    pub call: String,
    /// The output, or the error.
    pub result: Result<Output, Error>,
}

/// The output of a call.
#[derive(Debug, PartialEq)]
pub struct Output {
    /// `Debug` of it.
    pub shown: String,
    /// By member of the response, what the output's accessors say; by `""` the output as JSON.
    pub read: Value,
}

/// An operation.
#[derive(Debug, Clone)]
pub struct Row {
    /// Method and path of the contract.
    pub contract: &'static str,
    /// The operation's type.
    pub endpoint: &'static str,
    /// Name, safety and limits.
    pub operation: Operation,
    /// `Debug` of the operation and of its request.
    pub shown: fn() -> String,
    /// Makes the call.
    pub blocking: fn(&blocking::Client) -> Outcome,
    /// Makes the call.
    pub asynchronous: for<'c> fn(&'c Client) -> Pin<Box<dyn Future<Output = Outcome> + 'c>>,
    /// What the request carries.
    pub sends: Sends,
    /// A response.
    pub reply: Value,
    /// Members of the response without which there is no output.
    pub required: Vec<&'static str>,
    /// The member of the response that has the id of the call.
    pub about: Option<&'static str>,
    /// Whether a second request would do harm.
    pub is_once: bool,
}

impl Row {
    /// These members of the response are required.
    #[must_use]
    pub fn requires<const N: usize>(mut self, members: [&'static str; N]) -> Self {
        self.required.extend(members);
        self
    }

    /// This member of the response is required, and has the id of the call.
    #[must_use]
    pub fn about(self, member: &'static str) -> Self {
        self.may_be_about(member).requires([member])
    }

    /// This member of the response has the id of the call, if it is there.
    #[must_use]
    pub fn may_be_about(mut self, member: &'static str) -> Self {
        self.about = Some(member);
        self
    }

    /// A second request would do harm.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.is_once = true;
        self
    }

    /// Method, path and query of the request.
    #[must_use]
    pub fn line(&self) -> String {
        let query = if let Sends::Query(query) = &self.sends { format!("?{query}") } else { String::new() };
        self.contract.replace("{id}", ID).replace("{virtualAccountId}", ID) + &query
    }
}

/// `row!(contract, operation, |client, operation| call, sends, reply, |output| read)`. Without the last two it is only
/// sent.
macro_rules! row {
    ($contract:literal, $endpoint:expr, |$client:ident, $given:pat_param| $call:expr, $sends:expr) => {
        row!($contract, $endpoint, |$client, $given| $call, $sends, Value::Null, |_| Value::Null)
    };
    ($contract:literal, $endpoint:expr, |$client:ident, $given:pat_param| $call:expr, $sends:expr, $reply:expr, $read:expr) => {
        Row {
            contract: $contract,
            endpoint: $crate::row::name(&$endpoint),
            operation: $crate::row::operation(&$endpoint),
            shown: || $crate::row::shown(&$endpoint),
            blocking: |$client| {
                let $given = $endpoint;
                sphere_core::testing::block_on($crate::row::outcome($call, $read))
            },
            asynchronous: |$client| {
                let $given = $endpoint;
                Box::pin($crate::row::outcome($call, $read))
            },
            sends: $sends,
            reply: $reply,
            required: Vec::new(),
            about: None,
            is_once: false,
        }
    };
}
pub(crate) use row;

/// What `row!` makes of a call or a list in either mode.
pub(crate) trait Sendable: Debug {
    type Output: Debug;
    fn send_it(self) -> impl Future<Output = Result<Self::Output, Error>>;
}

impl<M: Mode, E: Endpoint<Output: Debug>> Sendable for Call<'_, M, E> {
    type Output = E::Output;

    async fn send_it(self) -> Result<E::Output, Error> {
        unstable::send(self).await
    }
}

impl<P: Paged<Item: Debug>> Sendable for Pages<'_, Async, P> {
    type Output = Page<P::Item>;

    async fn send_it(mut self) -> Result<Page<P::Item>, Error> {
        self.next_page().await.expect("a page")
    }
}

impl<P: Paged<Item: Debug>> Sendable for Pages<'_, Blocking, P> {
    type Output = Page<P::Item>;

    async fn send_it(mut self) -> Result<Page<P::Item>, Error> {
        self.next_page().expect("a page")
    }
}

pub(crate) async fn outcome<S: Sendable>(call: S, read: impl Fn(&S::Output) -> Value) -> Outcome {
    let shown = debug(&call);
    let result = call.send_it().await;
    Outcome {
        call: shown,
        result: result.map(|output| Output { shown: debug(&output), read: read(&output) }),
    }
}

pub(crate) fn name<E: Endpoint>(_: &E) -> &'static str {
    let path = std::any::type_name::<E>();
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::").next().unwrap_or(path)
}

pub(crate) fn operation<E: Endpoint>(_: &E) -> Operation {
    E::OPERATION
}

pub(crate) fn shown<E: Endpoint + Debug>(endpoint: &E) -> String {
    debug(endpoint) + &debug(&endpoint.request())
}

/// `Debug` in both forms.
pub fn debug(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}\n")
}
