//! Why a sandbox could not be started.

use std::{error::Error, io};

/// Why a sandbox could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port could not be opened, most often because something else listens there.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port that was asked for; 0 for any free one.
        port: u16,
        /// What the system said.
        source: io::Error,
    },

    /// The key cannot be sent in an `Authorization` header: it is empty, or it holds something
    /// else than visible ASCII.
    #[error("the API key must be one or more visible ASCII characters")]
    UnusableApiKey,

    /// The URL to return to is none that a browser could follow from a page: not `http` or `https`,
    /// without a host, or with something else than visible ASCII.
    #[error("the URL to return to must be an http or https URL in visible ASCII")]
    UnusableReturnUrl,

    /// No certificate could be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[source] Box<dyn Error + Send + Sync>),

    /// The thread that serves could not be brought up.
    #[error("cannot start the server's thread: {0}")]
    Thread(#[source] io::Error),
}
