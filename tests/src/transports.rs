//! Both transports behind one type, so that a test of their options is written once for both.

use sphere_core::transport::{
    RequestBody, Transport as _, TransportError, TransportRequest, TransportResponse, blocking,
};
use sphere_hyper::HyperTransport;
use sphere_net::lookups::Lookups;
use sphere_ureq::UreqTransport;
use tokio::runtime::Runtime;

/// The options that both builders have.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The URL of a proxy.
    pub proxy: Option<String>,
    /// A certificate authority to trust.
    pub pem: Option<String>,
    /// Whether the platform's roots are trusted instead of the bundled ones.
    pub platform_roots: bool,
    /// How names are looked up.
    pub lookups: Option<Lookups>,
    /// How many connections to one host may be open.
    pub max_connections_per_host: Option<usize>,
}

/// One of the SDK's transports.
#[derive(Debug)]
pub enum AnyTransport {
    /// sphere-hyper, and a runtime for it.
    Hyper(HyperTransport, Runtime),
    /// sphere-ureq.
    Ureq(UreqTransport),
}

macro_rules! build {
    ($transport:ty, $options:expr) => {{
        let mut builder = <$transport>::builder();
        if let Some(url) = &$options.proxy {
            builder = builder.proxy(url);
        }
        if let Some(pem) = &$options.pem {
            builder = builder.extra_roots_pem(pem.as_str());
        }
        if $options.platform_roots {
            builder = builder.platform_roots();
        }
        if let Some(lookups) = &$options.lookups {
            builder = builder.lookups(lookups.clone());
        }
        if let Some(connections) = $options.max_connections_per_host {
            builder = builder.max_connections_per_host(connections);
        }
        (format!("{builder:?}"), builder.build())
    }};
}

impl AnyTransport {
    /// Both with these options, or the error of each; and what `Debug` shows of their builders.
    ///
    /// # Panics
    ///
    /// If there is no runtime.
    pub fn try_both(options: &Options) -> [(String, Result<Self, TransportError>); 2] {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let (hyper_shown, hyper) = build!(HyperTransport, options);
        let (ureq_shown, ureq) = build!(UreqTransport, options);
        [
            (hyper_shown, hyper.map(|transport| Self::Hyper(transport, runtime.unwrap()))),
            (ureq_shown, ureq.map(Self::Ureq)),
        ]
    }

    /// Both with these options.
    ///
    /// # Panics
    ///
    /// If one cannot be built.
    #[must_use]
    pub fn both(options: &Options) -> [Self; 2] {
        Self::try_both(options).map(|(_, transport)| transport.unwrap())
    }

    /// Sends a request, and blocks until it has its outcome.
    ///
    /// # Errors
    ///
    /// As the transport.
    pub fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        match self {
            Self::Hyper(transport, runtime) => runtime.block_on(transport.send(request)),
            Self::Ureq(transport) => blocking::Transport::send(transport, request),
        }
    }

    /// Opens a connection for a request like this, and blocks until it is open.
    ///
    /// # Errors
    ///
    /// As the transport.
    pub fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        match self {
            Self::Hyper(transport, runtime) => runtime.block_on(transport.warm_up(request)),
            Self::Ureq(transport) => blocking::Transport::warm_up(transport, request),
        }
    }
}

/// An empty POST to this URL with this key.
///
/// # Panics
///
/// If the URL is malformed.
#[must_use]
pub fn post(url: &str, key: &str) -> TransportRequest {
    let request = http::Request::post(url)
        .header("authorization", format!("Bearer {key}"))
        .header("user-agent", "sphere-test/1")
        .header("content-length", "0")
        .body(RequestBody::empty());
    TransportRequest::new(request.unwrap())
}
