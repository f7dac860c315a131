//! The error for a sandbox that cannot start.

use std::{error::Error, io};

/// Error for a sandbox that cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port cannot be opened, most often because another program listens there.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The requested port; 0 for any free one.
        port: u16,
        /// The error of the operating system.
        source: io::Error,
    },

    /// The key cannot be sent in an `Authorization` header: it is empty, or not all of it is visible ASCII.
    #[error("the API key must be one or more visible ASCII characters")]
    UnusableApiKey,

    /// A browser cannot follow the URL to return to: it is not `http` or `https`, has no host, or not all of it is
    /// visible ASCII.
    #[error("the URL to return to must be an http or https URL in visible ASCII")]
    UnusableReturnUrl,

    /// No certificate can be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[source] Box<dyn Error + Send + Sync>),

    /// The server's thread cannot start.
    #[error("cannot start the server's thread: {0}")]
    Thread(#[source] io::Error),
}
