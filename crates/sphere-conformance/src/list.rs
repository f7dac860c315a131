//! The list of all contracts. The generated tests, the table and [`contracts`] are made from it, and a contract
//! that is not in it is dead code, which fails the build.

/// Calls the macro `$callback` of this crate with these tokens and the list: first the groups for all
/// transports, then those for async ones only.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_contract {
    ($callback:ident $flavor:ident) => {
        $crate::$callback! {
            $flavor
            request {
                must {
                    method_is_sent_as_given
                    path_and_query_are_sent_unchanged
                    target_is_a_path_not_a_url
                    host_header_has_authority_and_port
                    only_host_and_framing_headers_are_added
                    headers_are_sent_with_their_values
                    repeated_request_headers_are_all_sent
                    request_header_bytes_are_sent_unchanged
                    request_body_is_sent_unchanged
                    body_segments_are_sent_in_order
                    large_request_body_is_sent_completely
                    content_length_is_correct_and_sent_once
                    empty_post_has_content_length_zero
                    get_has_no_body
                    cookies_are_not_sent_back
                    one_call_does_not_affect_the_next_request
                    responses_are_not_cached
                    body_is_sent_without_expect_continue
                }
                should {}
            }
            response {
                must {
                    every_status_is_a_response
                    error_responses_keep_headers_and_body
                    unauthorized_is_a_response
                    repeated_response_headers_keep_their_order
                    non_utf8_header_values_are_kept
                    response_header_names_ignore_case
                    empty_201_is_a_response
                    responses_without_body_end_after_the_head
                    binary_response_body_is_unchanged
                    informational_responses_are_skipped
                    compressed_body_is_not_decoded
                    chunked_body_is_decoded
                    body_without_length_ends_with_the_connection
                    response_in_single_bytes_is_complete
                    body_sent_after_its_head_is_awaited
                    large_response_body_is_complete
                }
                should {
                    http_1_0_response_is_accepted
                }
            }
            redirects {
                must {
                    redirects_are_returned_not_followed
                    redirects_on_the_same_server_are_not_followed
                    redirect_without_valid_location_is_a_response
                }
                should {}
            }
            once {
                must {
                    request_is_not_resent_after_reset
                    request_is_not_resent_after_close
                    request_is_not_resent_after_reused_connection_closes
                    request_is_not_resent_after_reused_connection_resets
                    request_is_not_resent_after_partial_response
                    request_is_not_resent_after_garbage
                    request_is_not_resent_after_timeout
                    request_is_not_resent_after_error_status
                    request_is_not_resent_after_unauthorized
                }
                should {}
            }
            delivery {
                must {
                    delivery_is_unknown_after_reset
                    delivery_is_unknown_after_close
                    delivery_is_unknown_after_reused_connection_closes
                    delivery_is_unknown_after_reused_connection_resets
                    delivery_is_unknown_after_timeout
                    delivery_is_unknown_after_garbage
                    delivery_is_unknown_after_partial_response
                    delivery_is_unknown_after_partial_request
                    delivery_is_unknown_after_too_large_response
                    delivery_does_not_depend_on_earlier_calls
                }
                should {
                    unsent_requests_are_reported_as_not_sent
                    refused_connection_is_a_connect_error
                    unknown_host_is_a_connect_error
                }
            }
            time {
                must {
                    no_time_left_sends_nothing
                    unanswered_connect_ends_with_the_connect_timeout
                    silent_server_ends_in_time
                    silent_reused_connection_ends_in_time
                    dribbled_head_ends_in_time
                    dribbled_body_ends_in_time
                    dribbled_chunks_end_in_time
                    endless_informational_responses_end_in_time
                    server_that_never_reads_ends_in_time
                    slow_response_in_time_is_accepted
                    call_after_a_timeout_succeeds
                    late_response_never_reaches_another_call
                    largest_limits_do_not_overflow
                    request_without_a_body_ends_in_time
                }
                should {
                    long_limit_is_kept_to_50_milliseconds
                }
            }
            size {
                must {
                    body_of_exactly_the_limit_is_accepted
                    body_one_byte_over_the_limit_fails
                    limit_of_zero_allows_an_empty_body
                    endless_body_is_cut_off
                    endless_chunks_are_cut_off
                    giant_chunk_is_too_large
                    declared_length_reserves_no_memory
                    endless_header_is_cut_off
                    endless_headers_are_cut_off
                    head_of_usual_size_is_accepted
                    many_headers_are_all_kept_or_refused
                }
                should {
                    declared_length_over_the_limit_fails_early
                }
            }
            framing {
                must {
                    conflicting_lengths_are_refused
                    non_numeric_lengths_are_refused
                    invalid_chunk_sizes_are_refused
                    chunks_longer_than_their_size_are_refused
                    content_length_never_overrides_chunks
                    http_0_9_is_refused
                    tls_alert_on_plain_http_is_refused
                    invalid_status_lines_are_refused
                    partial_head_is_refused
                    nul_in_headers_is_refused
                    invalid_header_lines_are_refused
                }
                should {
                    invalid_http_is_a_protocol_error
                    missing_response_is_an_interruption
                }
            }
            truncation {
                must {
                    body_shorter_than_its_length_is_an_interruption
                    incomplete_chunks_are_an_interruption
                    invalid_chunk_keeps_the_head
                    timeout_within_a_body_keeps_the_head
                    too_large_body_keeps_the_head
                    reset_within_a_body_keeps_the_head
                    reset_does_not_end_a_body
                }
                should {}
            }
            connections {
                must {
                    required_fresh_connection_is_opened
                    connection_close_header_prevents_reuse
                    http_1_0_connection_is_not_reused
                    connection_closed_while_idle_fails_no_call
                    bytes_after_a_response_are_never_returned
                    bytes_while_idle_are_never_returned
                    early_response_does_not_harm_the_next_call
                    call_after_a_failure_succeeds
                    each_server_has_its_own_connections
                    concurrent_calls_get_their_own_responses
                }
                should {
                    sequential_calls_share_a_connection
                    error_statuses_keep_the_connection
                }
            }
            early {
                must {
                    interim_response_does_not_end_the_request
                    response_without_refusal_does_not_end_the_upload
                }
                should {
                    early_response_is_returned_and_ends_the_connection
                }
            }
            idle {
                must {}
                should {
                    cautious_request_leaves_idle_connections_to_others
                    newest_connection_is_used_first
                    keep_alive_timeout_of_zero_prevents_reuse
                    idle_connection_is_closed_without_another_call
                    connection_closed_while_idle_is_freed
                    second_burst_opens_no_connection
                    warmed_up_connection_carries_the_next_call
                    failed_warm_up_is_reported_as_not_sent
                    bytes_before_the_first_request_are_never_returned
                }
            }
            secrets {
                must {
                    errors_hide_the_api_key
                    errors_hide_the_request_body
                    errors_hide_the_response
                    errors_contain_no_control_characters
                    errors_hide_the_password_in_a_url
                }
                should {}
            }
            tls {
                must {
                    trusted_certificate_is_accepted
                    tls_1_2_is_supported
                    certificate_for_another_host_is_refused
                    expired_certificate_is_refused
                    certificate_not_yet_valid_is_refused
                    self_signed_certificate_is_refused
                    unknown_certificate_authority_is_refused
                    trust_is_not_shared_between_transports
                    server_without_tls_is_refused
                    stalled_handshake_ends_with_the_connect_timeout
                    body_without_length_needs_a_tls_end
                    delivery_is_unknown_after_tls_close
                    large_bodies_cross_tls
                }
                should {
                    interrupted_handshake_is_a_connect_error
                    refused_tls_connection_is_a_connect_error
                    sequential_calls_share_a_tls_connection
                    second_tls_connection_resumes_the_session
                    failed_handshakes_are_reported_as_not_sent
                }
            }
            alerts {
                must {}
                should {
                    handshake_alerts_decide_whether_to_retry
                    delivery_is_unknown_after_tls_alerts
                    alerts_within_a_body_keep_the_head
                }
            }
            limits {
                must {}
                should {
                    head_of_32_kib_is_accepted
                    head_over_32_kib_is_refused
                    one_hundred_header_lines_are_accepted
                    more_than_100_header_lines_are_refused
                    one_hundred_trailers_are_skipped
                    more_than_100_trailers_are_refused
                    endless_trailers_are_refused
                    invalid_trailers_are_refused
                    short_chunk_extensions_are_skipped
                    long_chunk_extensions_are_refused
                    leading_zeros_in_chunk_sizes_are_accepted
                    huge_chunk_sizes_are_refused
                    invalid_chunks_are_refused_at_once
                    chunked_body_needs_its_last_line
                    transfer_encodings_except_chunked_are_refused
                    content_length_must_be_one_number
                }
            }
            unsendable {
                must {
                    invalid_urls_are_setup_errors
                    urls_with_a_user_name_are_setup_errors
                    invalid_server_names_are_setup_errors
                    wrong_content_length_is_a_setup_error
                }
                should {}
            }
            clock {
                must {
                    sleep_waits
                    sleep_of_zero_ends
                    clock_never_runs_backwards
                }
                should {}
            }
            descriptors {
                must {
                    ended_runtimes_leave_no_descriptor
                }
                should {
                    idle_connections_make_room_for_new_ones
                    burst_leaves_descriptors_to_the_program
                    missing_descriptor_is_a_setup_error
                }
            }
            ; async
            clock {
                must {
                    async_sleep_does_not_block_the_thread
                }
            }
            futures {
                must {
                    sending_does_not_block_the_thread
                    dropped_call_leaves_the_transport_usable
                    dropped_calls_response_never_reaches_another
                    calls_can_move_between_threads
                }
            }
        }
    };
}

crate::__for_each_contract! { __table all }
