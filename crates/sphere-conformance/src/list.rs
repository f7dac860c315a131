//! The list of all contracts. It is the only one: the table and the tests are made from it, and a contract
//! that is not in it is dead code, which fails the build.

/// Calls the macro `$callback` of this crate with these tokens and the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_contract {
    ($callback:ident $colour:ident) => {
        $crate::$callback! {
            $colour
            request {
                no_header_is_added_but_host_and_framing
            }
            response {
                every_status_is_an_answer
            }
            redirects {
                redirects_are_returned_not_followed
            }
            delivery {
                a_reset_after_the_request_is_of_unknown_delivery
            }
            time {
                a_silent_server_ends_in_time
            }
            ; futures {
                sleeping_does_not_block_the_thread
            }
        }
    };
}

crate::__for_each_contract! { __table crate_root }
