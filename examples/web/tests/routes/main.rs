//! The web backend's responses, without a browser.

mod application;
mod codes;
mod details;
mod developers;
mod document;
mod face;
mod failures;
mod journey;
mod page;
mod sessions;
