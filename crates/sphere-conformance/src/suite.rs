//! The `suite!` macro, and what it and the list of contracts expand to.

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
/// The function takes a `&Setup` and returns a named type or a box: an `impl Transport` would borrow from the
/// setup.
///
/// An async transport also says how to make a runtime, which runs futures:
///
/// ```
/// # use sphere_core::transport::Transport;
/// # use sphere_conformance::BoxFuture;
/// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
/// # struct Runtime;
/// # impl Runtime {
/// #     fn new() -> Self { Self }
/// #     fn block_on(&self, _: BoxFuture<'_>) {}
/// # }
/// fn runtime() -> impl Fn(BoxFuture<'_>) {
///     let runtime = Runtime::new();
///     move |future| runtime.block_on(future)
/// }
///
/// mod mine {
///     sphere_conformance::suite!(async, super::my_transport, super::runtime);
/// }
/// # fn main() {}
/// ```
///
/// It also gets the contracts about futures (the group `futures`), which do not exist for a blocking one.
///
/// # What is not run, and what is not kept
///
/// ```
/// # use sphere_core::transport::blocking::Transport;
/// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
/// # use sphere_core::clock::SystemClock;
/// mod mine {
///     sphere_conformance::suite!(
///         blocking,
///         super::my_transport,
///         clock: super::SystemClock::new(),
///         deviations: { large_request_body_is_sent_completely: "the library sends 64 KiB at most" },
///         without: { tls: "it supports plain http only" },
///     );
/// }
/// # fn main() {}
/// ```
///
/// - **`clock`**: the clock that the client gets beside the transport, for the contracts of the group `clock`.
///   Without it they are not run.
/// - **`deviations`**: contracts that the transport does not keep, and why. They show as ignored, with the
///   reason. One more test, `declared_deviations_are_still_broken`, runs them and fails if one is kept, so that
///   a declaration is removed with its reason.
/// - **`without`**: groups that are not run, and why. They show as ignored, with the reason.
///
/// ```text
/// test mine::large_request_body_is_sent_completely ... ignored, the library sends 64 KiB at most
/// test mine::declared_deviations_are_still_broken ... ok
/// test mine::tls_1_2_is_supported ... ignored, it supports plain http only
/// ```
///
/// A name that is not a contract or group does not compile. `cargo test -- --ignored` runs the ignored
/// contracts as well, and shows how they fail.
///
/// A test fails for a *must* and for a *should* contract alike: declare a *should* that your transport does not
/// keep. ([`Level`](crate::Level) says what the two mean.)
#[macro_export]
macro_rules! suite {
    (blocking, $make:expr $(, clock: $clock:expr)?
        $(, deviations: { $($deviation:ident: $why:literal),* $(,)? })?
        $(, without: { $($group:ident: $because:literal),* $(,)? })? $(,)?) => {
        $crate::__declare! {
            ($) [$($($deviation $why),*)?] [$($($group $because),*)?] [$($clock)?]
        }

        fn __candidate() -> $crate::Candidate {
            __declared($crate::Candidate::blocking($make)$(.with_clock($clock))?).in_tests_of(module_path!())
        }

        $crate::__for_each_contract! { __tests blocking }
    };
    (async, $make:expr, $runtime:expr $(, clock: $clock:expr)?
        $(, deviations: { $($deviation:ident: $why:literal),* $(,)? })?
        $(, without: { $($group:ident: $because:literal),* $(,)? })? $(,)?) => {
        $crate::__declare! {
            ($) [$($($deviation $why),*)?] [$($($group $because),*)?] [$($clock)?]
        }

        fn __candidate() -> $crate::Candidate {
            __declared($crate::Candidate::asynchronous($make, $runtime)$(.with_async_clock($clock))?)
                .in_tests_of(module_path!())
        }

        $crate::__for_each_contract! { __tests all }
    };
}

/// Defines `__declared`, which tells a candidate what is declared, and the macro `__test`, which makes the test
/// of a contract: ignored if its name or group is declared, because only a macro can compare names.
///
/// The first argument is a `$`, for the variables of the inner macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    // Without a clock, its group is left out.
    (($d:tt) [$($deviations:tt)*] [] []) => {
        $crate::__declare! { ($d) [$($deviations)*] [clock "no clock was given"] [()] }
    };
    (($d:tt) [$($deviations:tt)*] [$($without:tt)+] []) => {
        $crate::__declare! { ($d) [$($deviations)*] [$($without)+, clock "no clock was given"] [()] }
    };
    (($d:tt) [$($deviation:ident $why:literal),*] [$($group:ident $because:literal),*] [$clock:expr]) => {
        // A name that is not a contract or a group does not compile: it is looked up in `names`.
        fn __declared(candidate: $crate::Candidate) -> $crate::Candidate {
            candidate
                $(.with_deviation($crate::names::$deviation, $why))*
                $(.without($crate::names::groups::$group, $because))*
        }

        #[allow(unused_macros)]
        macro_rules! __test {
            $(($group $d name:ident) => {
                #[test]
                #[ignore = $because]
                fn $d name() {
                    $crate::check(&__candidate(), $crate::names::$d name);
                }
            };)*
            $(($d group:ident $deviation) => {
                #[test]
                #[ignore = $why]
                fn $deviation() {
                    $crate::check(&__candidate(), $crate::names::$deviation);
                }
            };)*
            (descriptors $d name:ident) => {
                #[test]
                #[cfg_attr(not(unix), ignore = "descriptors are limited by `ulimit`, which is a command of Unix")]
                fn $d name() {
                    $crate::check(&__candidate(), $crate::names::$d name);
                }
            };
            ($d group:ident $d name:ident) => {
                #[test]
                fn $d name() {
                    $crate::check(&__candidate(), $crate::names::$d name);
                }
            };
        }

        $crate::__deviations! { $($deviation)* }
    };
}

/// The test that runs what is declared as a deviation, if anything is.
#[doc(hidden)]
#[macro_export]
macro_rules! __deviations {
    () => {};
    ($($deviation:ident)+) => {
        #[test]
        fn declared_deviations_are_still_broken() {
            $crate::check_deviations(&__candidate(), &[$($crate::names::$deviation),+]);
        }
    };
}

/// One test for each contract; those about futures only for async transports.
#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    (blocking $($group:ident { must { $($must:ident)* } should { $($should:ident)* } })* ; async $($rest:tt)*) => {
        $($(__test! { $group $must })* $(__test! { $group $should })*)*
    };
    (all $($group:ident { must { $($must:ident)* } should { $($should:ident)* } })*
        ; async $($futures:ident { must { $($future:ident)* } })*) => {
        $($(__test! { $group $must })* $(__test! { $group $should })*)*
        $($(__test! { $futures $future })*)*
    };
}

/// The table of contracts.
#[doc(hidden)]
#[macro_export]
macro_rules! __table {
    (all $($group:ident { must { $($must:ident)* } should { $($should:ident)* } })*
        ; async $($futures:ident { must { $($future:ident)* } })*) => {
        /// Every contract, group by group.
        ///
        /// ```
        /// let first = sphere_conformance::contracts()[0];
        /// assert_eq!((first.group(), first.name()), ("request", "method_is_sent_as_given"));
        /// ```
        pub fn contracts() -> &'static [$crate::Contract] {
            &[
                $(
                    $($crate::__contract! { $group $must Must false },)*
                    $($crate::__contract! { $group $should Should false },)*
                )*
                $($($crate::__contract! { $futures $future Must true },)*)*
            ]
        }
    };
}

/// A constant for each name.
#[doc(hidden)]
#[macro_export]
macro_rules! __names {
    (all $($group:ident { must { $($must:ident)* } should { $($should:ident)* } })*
        ; async $($futures:ident { must { $($future:ident)* } })*) => {
            $($(pub const $must: &str = stringify!($must);)* $(pub const $should: &str = stringify!($should);)*)*
            $($(pub const $future: &str = stringify!($future);)*)*

            pub mod groups {
                $(pub const $group: &str = stringify!($group);)*
                pub const futures: &str = "futures";
            }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __contract {
    ($group:ident $name:ident $level:ident $is_async_only:literal) => {
        $crate::Contract {
            name: stringify!($name),
            group: stringify!($group),
            level: $crate::Level::$level,
            is_async_only: $is_async_only,
            check: $crate::contracts::$group::$name,
        }
    };
}
