//! Guides: longer pages, one per subject. They are documentation only, with nothing to use in a program.
//!
//! | guide | what it is about |
//! | --- | --- |
//! | [`getting_started`] | from an empty project to a customer in front of the face check |
//! | [`verify_a_customer`] | from nothing to approved: steps, states, waiting, what may be repeated, what is documented |
//! | [`move_money`] | a transfer that is sent at most once, and found again |
//! | [`errors`] | what an error means, and what to tell your user |
//! | [`diagnosis`] | the error line of each fault, its cause, and what to do |
//! | [`retries_and_deadlines`] | how they are decided, and what you can change |
//! | [`testing`] | test code that uses the SDK, without a socket or against the sandbox |
//! | [`security`] | your part of it: key, link, logs, connection |
//! | [`your_own_operation`] | call an operation that the SDK does not have |
//! | [`your_own_transport`] | write a transport, and test it |
//!
//! The same pages are Markdown in the repository, in `crates/sphere-core/guides/`. Their code is compiled by the tests
//! there, since it needs crates that this one does not depend on.

/// Where links between guides lead. Markdown takes the first definition of a label, so these come before those at the
/// end of each file, which are for readers of the repository.
macro_rules! links {
    () => {
        "[diagnosis.md]: crate::guides::diagnosis\n\
         [errors.md]: crate::guides::errors\n\
         [getting-started.md]: crate::guides::getting_started\n\
         [move-money.md]: crate::guides::move_money\n\
         [retries-and-deadlines.md]: crate::guides::retries_and_deadlines\n\
         [retries-and-deadlines.md#options-of-one-call]: crate::guides::retries_and_deadlines#options-of-one-call\n\
         [security.md]: crate::guides::security\n\
         [testing.md]: crate::guides::testing\n\
         [verify-a-customer.md]: crate::guides::verify_a_customer\n\
         [your-own-operation.md]: crate::guides::your_own_operation\n\
         [your-own-transport.md]: crate::guides::your_own_transport\n"
    };
}

macro_rules! guides {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[doc = links!()]
            #[doc = ""]
            #[doc = include_str!(concat!("../guides/", $file))]
            // `title` names the file that a block is part of, for a reader of the repository and for `tests/guide.rs`.
            #[allow(rustdoc::invalid_codeblock_attributes)]
            pub mod $name {}
        )*
    };
}

guides! {
    getting_started: "getting-started.md",
    verify_a_customer: "verify-a-customer.md",
    move_money: "move-money.md",
    retries_and_deadlines: "retries-and-deadlines.md",
    errors: "errors.md",
    diagnosis: "diagnosis.md",
    testing: "testing.md",
    security: "security.md",
    your_own_operation: "your-own-operation.md",
    your_own_transport: "your-own-transport.md",
}
