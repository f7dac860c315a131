//! The web backend's responses, without a browser.

mod codes;
mod details;
mod developers;
mod document;
mod face;
mod failures;
mod journey;
mod kit;
mod page;
mod sessions;
