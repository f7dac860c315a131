//! The `suite!` macro, and the one list of all contracts, from which both the tests and the table are made.

/// Makes one `#[test]` for each contract.
///
/// ```
/// # use sphere_core::transport::blocking::Transport;
/// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
/// mod mine {
///     sphere_conformance::suite!(blocking, super::my_transport);
/// }
/// # fn main() {}
/// ```
///
/// The function takes a `&Setup` and names the type that it returns, or boxes it: an `impl Transport` would
/// borrow from the setup.
///
/// For an asynchronous transport it also needs to know how to run a future, on one runtime for all:
///
/// ```
/// # use sphere_core::transport::Transport;
/// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
/// # struct Runtime;
/// # impl Runtime { fn block_on(&self, _: sphere_conformance::BoxFuture<'_>) {} }
/// # static RUNTIME: Runtime = Runtime;
/// mod mine {
///     sphere_conformance::suite!(async, super::my_transport, |future| super::RUNTIME.block_on(future));
/// }
/// # fn main() {}
/// ```
///
/// An asynchronous transport gets the contracts about futures as well (`a_dropped_call_…`,
/// `sleeping_does_not_block_the_thread`); for a blocking one they do not exist.
///
/// # What a transport cannot do
///
/// ```
/// # use sphere_core::transport::blocking::Transport;
/// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
/// mod mine {
///     sphere_conformance::suite!(
///         blocking,
///         super::my_transport,
///         deviations: { a_large_body_goes_out_whole: "the library below takes 64 KiB at most" },
///         without: { tls: "it speaks plain http only" },
///     );
/// }
/// # fn main() {}
/// ```
///
/// A **deviation** is run all the same, and must fail: when the contract is kept again, the test says so. A
/// group under **without** is not run. Both name real contracts and groups, or do not compile, and the tests
/// print the reason.
#[macro_export]
macro_rules! suite {
    (blocking, $factory:expr $(, deviations: { $($deviation:ident: $why:literal),* $(,)? })?
        $(, without: { $($group:ident: $because:literal),* $(,)? })? $(,)?) => {
        $crate::__declare! { [$($($deviation $why),*)?] [$($($group $because),*)?] }

        fn __candidate() -> $crate::Candidate {
            $crate::Candidate::blocking($factory)
        }

        $crate::__for_each_contract! { __tests blocking }
    };
    (async, $factory:expr, $block_on:expr $(, deviations: { $($deviation:ident: $why:literal),* $(,)? })?
        $(, without: { $($group:ident: $because:literal),* $(,)? })? $(,)?) => {
        $crate::__declare! { [$($($deviation $why),*)?] [$($($group $because),*)?] }

        fn __candidate() -> $crate::Candidate {
            $crate::Candidate::asynchronous($factory, $block_on)
        }

        $crate::__for_each_contract! { __tests asynchronous }
    };
}

/// What is declared beforehand. A name that is none does not compile: it is looked up in `names`.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    ([$($deviation:ident $why:literal),*] [$($group:ident $because:literal),*]) => {
        const __DECLARED: $crate::Declared = $crate::Declared {
            deviations: &[$(($crate::names::$deviation, $why)),*],
            without: &[$(($crate::names::groups::$group, $because)),*],
        };
    };
}

/// One test for each contract; those about futures only for asynchronous transports.
#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    (blocking $($group:ident { $($name:ident)* })* ; futures { $($future:ident)* }) => {
        $($($crate::__test! { $name })*)*
    };
    (asynchronous $($group:ident { $($name:ident)* })* ; futures { $($future:ident)* }) => {
        $($($crate::__test! { $name })*)*
        $($crate::__test! { $future })*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __test {
    ($name:ident) => {
        #[test]
        fn $name() {
            $crate::check(&__candidate(), $crate::names::$name, __DECLARED);
        }
    };
}

/// The table of contracts, and a constant for each name.
#[doc(hidden)]
#[macro_export]
macro_rules! __table {
    (crate_root $($group:ident { $($name:ident)* })* ; futures { $($future:ident)* }) => {
        /// Every contract, group by group.
        pub fn contracts() -> &'static [$crate::Contract] {
            &[
                $($($crate::Contract {
                    name: stringify!($name),
                    group: stringify!($group),
                    for_futures: false,
                    check: $crate::contracts::$group::$name,
                },)*)*
                $($crate::Contract {
                    name: stringify!($future),
                    group: "futures",
                    for_futures: true,
                    check: $crate::contracts::futures::$future,
                },)*
            ]
        }

        #[doc(hidden)]
        #[allow(non_upper_case_globals, missing_docs)]
        pub mod names {
            $($(pub const $name: &str = stringify!($name);)*)*
            $(pub const $future: &str = stringify!($future);)*

            pub mod groups {
                $(pub const $group: &str = stringify!($group);)*
                pub const futures: &str = "futures";
            }
        }
    };
}
