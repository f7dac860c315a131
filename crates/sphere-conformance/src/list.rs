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
                the_method_goes_out_as_given
                path_and_query_go_out_byte_for_byte
                the_target_is_a_path_not_a_whole_url
                host_names_the_authority_with_its_port
                no_header_is_added_but_host_and_framing
                headers_go_out_with_their_values
                repeated_request_headers_all_go_out
                request_header_bytes_go_out_unchanged
                a_body_goes_out_byte_for_byte
                a_large_body_goes_out_whole
                content_length_is_right_and_stands_once
                an_empty_post_says_length_zero
                a_get_has_no_body
                cookies_are_not_sent_back
                a_call_leaves_nothing_for_the_next_request
                answers_are_not_cached
                a_body_is_sent_without_waiting_for_leave
            }
            response {
                every_status_is_an_answer
                error_statuses_keep_headers_and_body
                a_challenge_is_an_answer
                repeated_headers_all_arrive_in_order
                header_values_that_are_not_utf8_arrive_as_bytes
                header_names_arrive_in_any_case
                an_empty_201_is_an_answer
                answers_that_cannot_have_a_body_end_with_their_head
                binary_bodies_arrive_byte_for_byte
                informational_answers_are_skipped
                compressed_bodies_are_handed_on_untouched
                chunked_bodies_are_put_together
                a_body_without_length_ends_with_the_connection
                an_answer_in_single_bytes_arrives_whole
                a_body_that_comes_after_its_head_is_waited_for
                a_large_body_arrives_whole
                an_answer_in_http_1_0_is_an_answer
            }
            redirects {
                redirects_are_returned_not_followed
                redirects_within_a_server_are_not_followed
                a_redirect_that_leads_nowhere_is_an_answer
            }
            once {
                a_request_is_not_repeated_after_a_reset
                a_request_is_not_repeated_after_an_end
                a_request_is_not_repeated_after_an_end_of_a_reused_connection
                a_request_is_not_repeated_after_a_reset_of_a_reused_connection
                a_request_is_not_repeated_after_half_an_answer
                a_request_is_not_repeated_after_garbage
                a_request_is_not_repeated_when_its_time_is_over
                a_request_is_not_repeated_after_an_error_status
                a_request_is_not_repeated_after_a_challenge
            }
            delivery {
                a_refused_connection_is_a_connect_error
                an_unknown_name_is_a_connect_error
                a_reset_after_the_request_is_of_unknown_delivery
                an_end_after_the_request_is_of_unknown_delivery
                an_end_of_a_reused_connection_is_of_unknown_delivery
                a_reset_of_a_reused_connection_is_of_unknown_delivery
                a_deadline_after_the_request_is_of_unknown_delivery
                garbage_is_of_unknown_delivery
                half_an_answer_is_of_unknown_delivery
                a_request_sent_in_part_is_of_unknown_delivery
                too_large_an_answer_is_of_unknown_delivery
                an_earlier_call_proves_nothing_about_this_one
            }
            time {
                no_time_left_sends_nothing
                a_silent_server_ends_in_time
                a_silence_on_a_reused_connection_ends_in_time
                a_dribbled_head_ends_in_time
                a_dribbled_body_ends_in_time
                dribbled_chunks_end_in_time
                endless_announcements_end_in_time
                a_server_that_never_reads_ends_in_time
                a_slow_answer_within_its_time_is_an_answer
                the_call_after_a_timeout_works
                a_late_answer_never_reaches_the_next_caller
                the_largest_limits_overflow_nothing
                a_request_without_a_body_ends_in_time
            }
            size {
                a_body_of_exactly_the_limit_is_accepted
                a_body_of_one_byte_more_is_too_large
                a_limit_of_zero_allows_an_empty_body
                an_endless_body_is_cut_off
                endless_chunks_are_cut_off
                a_giant_chunk_is_too_large
                a_declared_length_reserves_no_memory
                an_endless_header_is_cut_off
                endless_headers_are_cut_off
                a_head_of_a_usual_size_is_accepted
                many_headers_are_all_there_or_an_error
            }
            framing {
                conflicting_lengths_are_refused
                lengths_that_are_no_numbers_are_refused
                bad_chunk_sizes_are_refused
                chunks_longer_than_their_size_are_refused
                a_length_does_not_win_over_chunks
                what_is_not_http_is_a_protocol_error
                http_0_9_is_refused
                a_tls_alert_on_a_plain_port_is_refused
                bad_status_lines_are_refused
                half_a_head_is_refused
                nul_in_a_header_is_refused
                header_lines_that_are_none_are_refused
                no_answer_at_all_is_an_interruption
            }
            truncation {
                a_body_shorter_than_its_length_is_an_interruption
                chunks_cut_off_are_an_interruption
                a_bad_chunk_keeps_the_head
                a_body_that_stops_keeps_the_head
                too_large_a_body_keeps_the_head
                a_reset_within_a_body_keeps_the_head
                a_reset_does_not_end_a_body
            }
            connections {
                calls_in_sequence_share_a_connection
                error_statuses_keep_the_connection
                a_connection_that_the_server_ends_is_not_used_again
                a_connection_of_http_1_0_is_not_used_again
                a_connection_closed_at_rest_costs_no_request
                bytes_after_an_answer_never_reach_the_next_caller
                bytes_at_rest_never_reach_the_next_caller
                an_early_answer_does_not_harm_the_next_call
                the_call_after_a_failure_works
                connections_are_kept_apart_by_server
                concurrent_calls_get_their_own_answers
            }
            secrets {
                no_error_shows_the_key
                no_error_shows_the_request_body
                no_error_quotes_the_answer
                no_error_passes_control_characters_on
                no_error_shows_a_password_in_the_url
            }
            tls {
                a_good_certificate_is_accepted
                tls_1_2_is_spoken
                calls_in_sequence_share_a_tls_connection
                a_certificate_for_another_host_is_refused
                an_expired_certificate_is_refused
                a_certificate_that_is_not_yet_valid_is_refused
                a_self_signed_certificate_is_refused
                a_certificate_of_an_unknown_authority_is_refused
                trust_is_not_shared_between_transports
                a_server_without_tls_is_refused
                a_handshake_cut_off_is_a_connect_error
                a_handshake_that_stalls_ends_with_the_time_to_connect
                a_tls_connection_cut_off_does_not_end_a_body
                a_refused_tls_connection_is_a_connect_error
            }
            alerts {
                alerts_in_the_handshake_are_not_sent
                alerts_after_the_request_are_of_unknown_delivery
                alerts_within_a_body_keep_the_head
            }
            limits {
                a_head_of_32_kib_is_accepted
                a_head_over_32_kib_is_refused
                one_hundred_header_lines_are_accepted
                more_than_100_header_lines_are_refused
                one_hundred_trailers_are_skipped
                more_than_100_trailers_are_refused
                endless_trailers_are_refused
                malformed_trailers_are_refused
                short_chunk_extensions_are_skipped
                long_chunk_extensions_are_refused
                leading_zeros_in_chunk_sizes_are_accepted
                huge_chunk_sizes_are_refused
                malformed_chunks_are_refused_at_once
                a_chunked_body_ends_with_an_empty_line
                transfer_encodings_other_than_chunked_are_refused
                lengths_are_one_number
            }
            unsendable {
                urls_that_lead_nowhere_are_setup_errors
                urls_with_a_user_name_are_setup_errors
                bad_server_names_are_setup_errors
                a_wrong_content_length_is_a_setup_error
            }
            ; futures {
                sending_does_not_block_the_thread
                a_dropped_call_leaves_the_transport_usable
                the_answer_to_a_dropped_call_never_reaches_another
                a_call_may_move_between_threads
            }
        }
    };
}

crate::__for_each_contract! { __table crate_root }
