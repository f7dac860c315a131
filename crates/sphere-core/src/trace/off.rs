//! Without the feature: types without content, and methods that do nothing.
#![allow(clippy::unused_self, clippy::needless_pass_by_value)] // Their signatures are those of the other version.

use std::future::Future;
use std::time::Duration;

use http::Method;

use super::TransferEvent;
use crate::config::Config;
use crate::error::{Cause, Facts};
use crate::transport::{TransportError, TransportResponse};
use crate::values::target::Target;

pub(crate) struct CallTrace;

impl CallTrace {
    pub(crate) fn begin(_: &'static str) -> Self {
        Self
    }

    pub(crate) fn attempt(&self, _: &Method, _: &Target, _: u32) -> AttemptTrace {
        AttemptTrace
    }

    pub(crate) fn retry(&self, _: &Cause, _: Duration, _: Option<u32>) {}

    pub(crate) fn succeed(&mut self, _: u32) {}

    pub(crate) fn fail(&mut self, _: &Cause, _: &Facts, _: Option<u32>) {}

    pub(crate) fn scope(&self) -> Scope {
        Scope
    }
}

#[derive(Debug)]
pub(crate) struct AttemptTrace;

impl AttemptTrace {
    pub(crate) fn end(self, _: &Result<TransportResponse, TransportError>) {}

    pub(crate) fn scope(&self) -> Scope {
        Scope
    }
}

pub(crate) struct Scope;

impl Scope {
    pub(crate) fn run<T>(self, work: impl FnOnce() -> T) -> T {
        work()
    }

    pub(crate) fn watch<F: Future>(self, future: F) -> F {
        future
    }
}

pub(crate) fn transfer(_: &Config, _: TransferEvent<'_>) {}
