//! Tests of sphere-core by its public interface. They are one program, so that those that compute run beside those that
//! wait.

#[path = "../shared/mod.rs"]
mod shared;

mod api;
mod bad_bodies;
mod budget;
mod calls;
mod connections;
mod doubles;
mod error_parsing;
mod errors;
mod flavours;
mod intents;
mod journey_refusals;
mod journey_responses;
mod kept;
mod meanings;
mod metrics;
mod model;
mod money_requests;
mod money_responses;
mod next_step;
mod operation_files;
mod operations;
mod pages;
mod requests;
mod response_properties;
mod responses;
mod retries;
mod standing_accounts;
mod uploads;
mod wait;
mod wait_properties;
mod wait_rate;
mod wait_transfer;
