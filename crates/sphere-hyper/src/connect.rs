//! From a URL to a connection that hyper can speak over: name look-up, TCP, a proxy's tunnel if one was asked
//! for, TLS, all within one time limit.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::uri::{Authority, Scheme};
use http::{HeaderValue, Uri};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use sphere_core::transport::proxy::HttpProxy;
use sphere_core::transport::{TransportError, TransportErrorKind};
use tokio::time::Sleep;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use crate::body::SendBody;
use crate::error;
use crate::proxy;
use crate::resolve::SystemResolver;

/// The longest head of an answer, in bytes. hyper's own limit is about 400 KiB.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Where a connection leads, and on which runtime its task runs: a connection can only be used while that
/// runtime drives it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Target {
    pub(crate) destination: Destination,
    pub(crate) runtime: tokio::runtime::Id,
}

/// Where a request is to go.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) is_https: bool,
    pub(crate) authority: Authority,
}

/// By the letter: `Authority` compares without case, byte by byte. The same host in other letters only gets a
/// connection of its own.
impl PartialEq for Destination {
    fn eq(&self, other: &Self) -> bool {
        self.is_https == other.is_https && self.authority.as_str() == other.authority.as_str()
    }
}

impl Destination {
    /// Takes it out of the parts of a request's URL.
    pub(crate) fn of(uri: &mut http::uri::Parts) -> Result<Self, TransportError> {
        let is_https = match &uri.scheme {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(error::unsendable("the URL is neither http nor https")),
        };
        let authority = uri.authority.take().ok_or_else(|| error::unsendable("the URL has no host"))?;
        if authority.as_str().bytes().any(|byte| byte == b'@') {
            return Err(error::unsendable("the URL holds a user name"));
        }
        Ok(Self { is_https, authority })
    }
}

/// An open connection. Kept in a box: it is handed from the pool to a call and back with every exchange.
pub(crate) struct Connection {
    pub(crate) target: Target,
    pub(crate) sender: SendRequest<SendBody>,
    /// The value of `Host` for requests on it.
    pub(crate) host: HeaderValue,
    /// Ends the exchange that it is used for. It stays with the connection, and so with its runtime: to begin
    /// a timer and drop it with every call costs five times as much as to move the end of one.
    pub(crate) timer: Pin<Box<Sleep>>,
}

pub(crate) struct Connector {
    tcp: HttpConnector<SystemResolver>,
    tls: TlsConnector,
    proxy: Option<HttpProxy>,
}

impl Connector {
    pub(crate) fn new(tls: Arc<rustls::ClientConfig>, proxy: Option<HttpProxy>) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(SystemResolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        Self { tcp, tls: tls.into(), proxy }
    }

    /// Connects within `limit`. Whatever goes wrong here, no byte of a request has been sent.
    pub(crate) async fn connect(
        &self,
        target: Target,
        limit: Duration,
    ) -> Result<Box<Connection>, TransportError> {
        let connecting = tokio::time::timeout(limit, self.connect_unbounded(target, limit));
        let outcome = connecting.await.unwrap_or_else(|_| {
            let fault = format!("no connection within {limit:?}");
            Err(TransportError::new(TransportErrorKind::Timeout, fault))
        });
        outcome.map_err(TransportError::not_sent)
    }

    async fn connect_unbounded(
        &self,
        target: Target,
        limit: Duration,
    ) -> Result<Box<Connection>, TransportError> {
        let Destination { is_https, authority } = &target.destination;
        let host = HeaderValue::from_str(authority.as_str())
            .map_err(|_| error::unsendable("the URL's host cannot be a header value"))?;
        let uri = Uri::builder()
            .scheme(if *is_https { Scheme::HTTPS } else { Scheme::HTTP })
            .authority(authority.clone())
            .path_and_query("/")
            .build()
            .map_err(error::unsendable)?;
        let mut tcp = self.tcp.clone();
        // Shared out among a name's addresses, so that a dead one leaves time for the next.
        tcp.set_connect_timeout(Some(limit));
        let stream = match &self.proxy {
            None => tcp.call(uri).await.map_err(error::from_tcp)?.into_inner(),
            Some(proxy) => proxy::open_tunnel(tcp, proxy, &uri).await?,
        };
        let sender = if *is_https {
            let name = server_name(authority)?;
            let stream = self.tls.connect(name, stream).await.map_err(error::from_handshake)?;
            start(stream).await?
        } else {
            start(stream).await?
        };
        let timer = Box::pin(tokio::time::sleep(limit));
        Ok(Box::new(Connection { target, sender, host, timer }))
    }
}

/// RFC 3986 puts IPv6 addresses in brackets; TLS takes them bare.
fn server_name(authority: &Authority) -> Result<ServerName<'static>, TransportError> {
    let host = authority.host();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    ServerName::try_from(bare.to_owned()).map_err(error::unsendable)
}

/// Hands the stream to hyper and spawns the task that drives it. The task outlives the call: an idle
/// connection whose end nobody notices would be taken for a good one.
async fn start<S>(stream: S) -> Result<SendRequest<SendBody>, TransportError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    TokioIo<S>: Read + Write,
{
    let (sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| TransportError::new(TransportErrorKind::Connect, error))?;
    // Its outcome reaches the caller through the sender.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}
