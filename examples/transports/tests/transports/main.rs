//! Transports of other libraries, and a blocking one in async code.

mod conformance;
mod links;
