//! The suite can fail: transports that are wrong in one way each are caught by the contracts that name their
//! fault, and by no other.

mod minimal;
mod wrong;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use sphere_conformance::{BoxFuture, Candidate, Contract, run};
use sphere_core::transport::TransportRequest;

use minimal::Minimal;
use wrong::{Outcome, Wrong};

/// All that a transport without TLS has to keep.
fn concerned(contract: &Contract) -> bool {
    contract.group() != "tls"
}

fn broken(candidate: &Candidate) -> BTreeSet<&'static str> {
    let outcomes = run(candidate, concerned);
    let broken = outcomes.iter().filter(|outcome| outcome.failure().is_some());
    broken.map(|outcome| outcome.contract().name()).collect()
}

#[track_caller]
fn breaks<F>(wrong: F, rules: &[&'static str])
where
    F: Fn(&Minimal, TransportRequest) -> Outcome + Clone + Send + Sync + 'static,
{
    breaks_made(move || wrong.clone(), rules);
}

#[track_caller]
fn breaks_made<F>(wrong: impl Fn() -> F + Send + Sync + 'static, rules: &[&'static str])
where
    F: Fn(&Minimal, TransportRequest) -> Outcome + Send + Sync + 'static,
{
    let broken = broken(&Candidate::blocking(move |_| Wrong(Minimal::default(), wrong())));
    assert_eq!(broken, rules.iter().copied().collect());
}

#[test]
fn the_right_one_keeps_every_contract() {
    let outcomes = run(&Candidate::blocking(|_| Minimal::default()), concerned);
    let failures: Vec<_> = outcomes.iter().filter(|outcome| outcome.failure().is_some()).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(outcomes.len() > 100);
}

#[test]
fn one_that_follows_redirects() {
    breaks(
        wrong::follows_redirects,
        &["redirects_are_returned_not_followed", "redirects_within_a_server_are_not_followed"],
    );
}

#[test]
fn one_that_retries_errors() {
    breaks(
        wrong::retries_errors,
        &[
            "a_request_is_not_repeated_after_a_reset",
            "a_request_is_not_repeated_after_a_reset_of_a_reused_connection",
            "a_request_is_not_repeated_after_an_end",
            "a_request_is_not_repeated_after_an_end_of_a_reused_connection",
            "a_request_is_not_repeated_after_half_an_answer",
        ],
    );
}

#[test]
fn one_that_retries_503() {
    breaks(wrong::retries_503, &["a_request_is_not_repeated_after_an_error_status"]);
}

#[test]
fn one_that_loses_repeated_headers() {
    breaks(wrong::loses_repeated_headers, &["repeated_headers_all_arrive_in_order"]);
}

#[test]
fn one_that_sends_no_repeated_headers() {
    breaks(wrong::sends_no_repeated_headers, &["repeated_request_headers_all_go_out"]);
}

#[test]
fn one_that_makes_errors_of_500() {
    breaks(
        wrong::makes_errors_of_500,
        &["error_statuses_keep_headers_and_body", "every_status_is_an_answer"],
    );
}

#[test]
fn one_that_claims_not_sent() {
    breaks(
        wrong::claims_not_sent,
        &[
            "a_deadline_after_the_request_is_of_unknown_delivery",
            "a_request_sent_in_part_is_of_unknown_delivery",
            "a_reset_after_the_request_is_of_unknown_delivery",
            "a_reset_of_a_reused_connection_is_of_unknown_delivery",
            "an_earlier_call_proves_nothing_about_this_one",
            "an_end_after_the_request_is_of_unknown_delivery",
            "an_end_of_a_reused_connection_is_of_unknown_delivery",
            "garbage_is_of_unknown_delivery",
            "half_an_answer_is_of_unknown_delivery",
        ],
    );
}

#[test]
fn one_that_ignores_time_left() {
    breaks(
        wrong::ignores_time_left,
        &[
            "a_body_that_stops_keeps_the_head",
            "a_deadline_after_the_request_is_of_unknown_delivery",
            "a_dribbled_body_ends_in_time",
            "a_dribbled_head_ends_in_time",
            "a_late_answer_never_reaches_the_next_caller",
            "a_request_is_not_repeated_when_its_time_is_over",
            "a_request_without_a_body_ends_in_time",
            "a_server_that_never_reads_ends_in_time",
            "a_silence_on_a_reused_connection_ends_in_time",
            "a_silent_server_ends_in_time",
            "an_early_answer_does_not_harm_the_next_call",
            "dribbled_chunks_end_in_time",
            "endless_announcements_end_in_time",
            "the_call_after_a_timeout_works",
        ],
    );
}

#[test]
fn one_that_reads_without_limit() {
    breaks(
        wrong::reads_without_limit,
        &[
            "a_body_of_one_byte_more_is_too_large",
            "a_limit_of_zero_allows_an_empty_body",
            "an_endless_body_is_cut_off",
            "endless_chunks_are_cut_off",
            "too_large_a_body_keeps_the_head",
        ],
    );
}

#[test]
fn one_that_cuts_at_the_limit() {
    breaks(
        wrong::cuts_at_the_limit,
        &["a_body_of_one_byte_more_is_too_large", "too_large_a_body_keeps_the_head"],
    );
}

#[test]
fn one_that_adds_a_header() {
    breaks(wrong::adds_a_header, &["no_header_is_added_but_host_and_framing"]);
}

#[test]
fn one_that_sends_its_own_user_agent() {
    breaks(wrong::sends_its_own_user_agent, &["headers_go_out_with_their_values"]);
}

#[test]
fn one_that_decodes_gzip() {
    breaks(wrong::decodes_gzip, &["compressed_bodies_are_handed_on_untouched"]);
}

#[test]
fn one_that_makes_text_of_bodies() {
    breaks(
        wrong::makes_text_of_bodies,
        &["binary_bodies_arrive_byte_for_byte", "compressed_bodies_are_handed_on_untouched"],
    );
}

#[test]
fn one_that_makes_text_of_headers() {
    breaks(wrong::makes_text_of_headers, &["header_values_that_are_not_utf8_arrive_as_bytes"]);
}

#[test]
fn one_that_tidies_the_path_up() {
    breaks(wrong::tidies_the_path_up, &["path_and_query_go_out_byte_for_byte"]);
}

#[test]
fn one_that_turns_post_into_get_when_empty() {
    breaks(
        wrong::turns_post_into_get_when_empty,
        &["an_empty_post_says_length_zero", "the_method_goes_out_as_given"],
    );
}

#[test]
fn one_that_says_no_length_when_empty() {
    breaks(wrong::says_no_length_when_empty, &["an_empty_post_says_length_zero"]);
}

#[test]
fn one_that_loses_the_head() {
    breaks(
        wrong::loses_the_head,
        &[
            "a_bad_chunk_keeps_the_head",
            "a_body_shorter_than_its_length_is_an_interruption",
            "a_body_that_stops_keeps_the_head",
            "a_reset_does_not_end_a_body",
            "a_reset_within_a_body_keeps_the_head",
            "chunks_cut_off_are_an_interruption",
            "too_large_a_body_keeps_the_head",
        ],
    );
}

#[test]
fn one_that_takes_half_a_body_for_a_whole() {
    breaks(
        wrong::takes_half_a_body_for_a_whole,
        &[
            "a_body_shorter_than_its_length_is_an_interruption",
            "a_reset_does_not_end_a_body",
            "a_reset_within_a_body_keeps_the_head",
            "chunks_cut_off_are_an_interruption",
        ],
    );
}

#[test]
fn one_that_knows_one_kind_of_error() {
    breaks(
        wrong::knows_one_kind_of_error,
        &[
            "a_body_of_one_byte_more_is_too_large",
            "a_body_shorter_than_its_length_is_an_interruption",
            "a_dribbled_body_ends_in_time",
            "a_dribbled_head_ends_in_time",
            "a_giant_chunk_is_too_large",
            "a_limit_of_zero_allows_an_empty_body",
            "a_refused_connection_is_a_connect_error",
            "a_request_without_a_body_ends_in_time",
            "a_reset_does_not_end_a_body",
            "a_server_that_never_reads_ends_in_time",
            "a_silence_on_a_reused_connection_ends_in_time",
            "a_silent_server_ends_in_time",
            "an_endless_body_is_cut_off",
            "an_unknown_name_is_a_connect_error",
            "chunks_cut_off_are_an_interruption",
            "dribbled_chunks_end_in_time",
            "endless_chunks_are_cut_off",
            "no_answer_at_all_is_an_interruption",
            "no_time_left_sends_nothing",
            "what_is_not_http_is_a_protocol_error",
        ],
    );
}

#[test]
fn one_that_quotes_the_key() {
    breaks(wrong::quotes_the_key, &["no_error_shows_the_key"]);
}

#[test]
fn one_that_forgets_its_connections() {
    breaks(
        wrong::forgets_its_connections,
        &["calls_in_sequence_share_a_connection", "error_statuses_keep_the_connection"],
    );
}

#[test]
fn one_that_retries_on_used_connections() {
    breaks_made(
        wrong::retries_on_used_connections,
        &[
            "a_request_is_not_repeated_after_a_reset_of_a_reused_connection",
            "a_request_is_not_repeated_after_an_end_of_a_reused_connection",
            "a_request_is_not_repeated_after_half_an_answer",
        ],
    );
}

#[test]
fn one_that_caches() {
    breaks_made(wrong::caches, &["answers_are_not_cached"]);
}

#[test]
fn one_that_keeps_cookies() {
    breaks_made(wrong::keeps_cookies, &["cookies_are_not_sent_back"]);
}

#[test]
fn one_that_mixes_answers_up() {
    breaks_made(wrong::mixes_answers_up, &["concurrent_calls_get_their_own_answers"]);
}

#[test]
fn one_that_panics_on_errors() {
    let broken = broken(&Candidate::blocking(|_| Wrong(Minimal::default(), wrong::panics_on_errors)));
    assert!(broken.len() > 20, "{broken:?}");
}

#[test]
fn one_that_does_not_sleep() {
    let broken = broken(&Candidate::blocking(|_| wrong::Sleepless(Minimal::default())));
    assert_eq!(broken, BTreeSet::from(["sleep_waits"]));
}

/// Runs a future on this thread, with nothing but `std`.
fn block_on(mut future: BoxFuture<'_>) {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    while future.as_mut().poll(&mut context).is_pending() {
        std::thread::park();
    }
}

#[test]
fn one_that_blocks_the_thread_of_an_asynchronous_caller() {
    let broken = broken(&Candidate::asynchronous(|_| wrong::Coat(Minimal::default()), block_on));
    assert_eq!(
        broken,
        BTreeSet::from([
            "a_call_may_move_between_threads",
            "a_dropped_call_leaves_the_transport_usable",
            "sending_does_not_block_the_thread",
            "sleeping_does_not_block_the_thread",
            "the_answer_to_a_dropped_call_never_reaches_another",
        ])
    );
}
