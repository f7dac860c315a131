//! Customers with a fixed answer, so that the program can be tried without writing code.

use crate::Answer;

/// A customer id that the sandbox always answers in the same way; see [`MAGIC_CUSTOMERS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MagicCustomer {
    /// The id to ask with.
    pub id: &'static str,
    /// What the answer is.
    pub answer: &'static str,
    make: fn() -> Answer,
}

/// The customers with a fixed answer. They need a good key like any other, and they are known
/// even if [`SandboxBuilder::customers`](crate::SandboxBuilder::customers) does not list them.
///
/// | customer | answer |
/// | --- | --- |
/// | `customer_answers_400` | 400, the contract's example |
/// | `customer_answers_401` | 401 in the older shape, without a correlation id |
/// | `customer_answers_403` | 403, as for a refused key |
/// | `customer_answers_404` | 404, the contract's example |
/// | `customer_answers_409` | 409 problem details |
/// | `customer_answers_422` | 422, the contract's example with two field errors |
/// | `customer_answers_429` | 429 with `Retry-After: 1` |
/// | `customer_answers_500` | 500 problem details |
/// | `customer_answers_502` | 502 with a gateway's HTML page |
/// | `customer_answers_503` | 503 without `Retry-After` |
pub const MAGIC_CUSTOMERS: &[MagicCustomer] = &[
    MagicCustomer {
        id: "customer_answers_400",
        answer: "400, the contract's example",
        make: Answer::bad_request,
    },
    MagicCustomer {
        id: "customer_answers_401",
        answer: "401 in the older shape, without a correlation id",
        make: Answer::unauthorized,
    },
    MagicCustomer {
        id: "customer_answers_403",
        answer: "403, as for a refused key",
        make: Answer::forbidden,
    },
    MagicCustomer {
        id: "customer_answers_404",
        answer: "404, the contract's example",
        make: Answer::not_found,
    },
    MagicCustomer { id: "customer_answers_409", answer: "409 problem details", make: Answer::conflict },
    MagicCustomer {
        id: "customer_answers_422",
        answer: "422, the contract's example with two field errors",
        make: Answer::unprocessable,
    },
    MagicCustomer {
        id: "customer_answers_429",
        answer: "429 with `Retry-After: 1`",
        make: || Answer::too_many_requests(1),
    },
    MagicCustomer { id: "customer_answers_500", answer: "500 problem details", make: Answer::server_error },
    MagicCustomer {
        id: "customer_answers_502",
        answer: "502 with a gateway's HTML page",
        make: Answer::bad_gateway_html,
    },
    MagicCustomer {
        id: "customer_answers_503",
        answer: "503 without `Retry-After`",
        make: || Answer::unavailable(None),
    },
];

/// The fixed answer for `customer`, if it has one.
pub(crate) fn answer_for(customer: &str) -> Option<Answer> {
    MAGIC_CUSTOMERS.iter().find(|magic| magic.id == customer).map(|magic| (magic.make)())
}
