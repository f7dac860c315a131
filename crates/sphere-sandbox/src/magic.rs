//! Customers with a fixed response, so that every failure can be seen without writing code.

use sphere_core::testing::Reply;

/// A customer id that always gets the same response; see [`MAGIC_CUSTOMERS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MagicCustomer {
    /// The id.
    pub id: &'static str,
    /// What the response is, in words.
    pub reply: &'static str,
    make: fn() -> Reply,
}

/// Customers that always get the same response from every operation on them. Requests for them need a good key,
/// and they exist even if [`SandboxBuilder::customers`](crate::SandboxBuilder::customers) does not list them.
///
/// | customer | response |
/// | --- | --- |
/// | `customer_replies_400` | 400, the contract's example |
/// | `customer_replies_401` | 401 in the older shape, without a correlation id |
/// | `customer_replies_403` | 403, as for a refused key |
/// | `customer_replies_404` | 404, the contract's example |
/// | `customer_replies_409` | 409 problem details |
/// | `customer_replies_422` | 422, the contract's example with two field errors |
/// | `customer_replies_429` | 429 with `Retry-After: 1` |
/// | `customer_replies_500` | 500 problem details |
/// | `customer_replies_502` | 502 with a gateway's HTML page |
/// | `customer_replies_503` | 503 without `Retry-After` |
pub const MAGIC_CUSTOMERS: &[MagicCustomer] = &[
    MagicCustomer {
        id: "customer_replies_400",
        reply: "400, the contract's example",
        make: Reply::bad_request,
    },
    MagicCustomer {
        id: "customer_replies_401",
        reply: "401 in the older shape, without a correlation id",
        make: Reply::unauthorized,
    },
    MagicCustomer { id: "customer_replies_403", reply: "403, as for a refused key", make: Reply::forbidden },
    MagicCustomer {
        id: "customer_replies_404",
        reply: "404, the contract's example",
        make: Reply::not_found,
    },
    MagicCustomer { id: "customer_replies_409", reply: "409 problem details", make: Reply::conflict },
    MagicCustomer {
        id: "customer_replies_422",
        reply: "422, the contract's example with two field errors",
        make: Reply::unprocessable,
    },
    MagicCustomer {
        id: "customer_replies_429",
        reply: "429 with `Retry-After: 1`",
        make: || Reply::too_many_requests(1),
    },
    MagicCustomer { id: "customer_replies_500", reply: "500 problem details", make: Reply::server_error },
    MagicCustomer {
        id: "customer_replies_502",
        reply: "502 with a gateway's HTML page",
        make: Reply::bad_gateway_html,
    },
    MagicCustomer {
        id: "customer_replies_503",
        reply: "503 without `Retry-After`",
        make: || Reply::unavailable(None),
    },
];

/// The fixed response for `customer`, if it has one.
pub(crate) fn reply_for(customer: &str) -> Option<Reply> {
    MAGIC_CUSTOMERS.iter().find(|magic| magic.id == customer).map(|magic| (magic.make)())
}
