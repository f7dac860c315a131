//! From a target to a connection that hyper can use: lookup, network, a proxy's tunnel if one is set, TLS, all
//! within one time limit.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use sphere_core::transport::{Target, TransportError, TransportErrorKind as Kind};
use sphere_net::failure::{Failure, Phase};
use sphere_net::lookups::Lookups;
use sphere_net::pool::Open;
use sphere_net::proxy::{CONNECTING as TO_PROXY, HttpProxy};
use sphere_net::response_guard::MAX_HEAD_BYTES;
use sphere_net::tls::server_name;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep};
use tokio_rustls::TlsConnector;

use crate::body::SendBody;
use crate::guarded::{Guarded, Seen};
use crate::network::{Network, SecondLook};
use crate::proxy;
use crate::race::connect;

/// Where a connection leads, and on which runtime its task runs: it can only be used while that runtime drives it.
#[derive(Clone, PartialEq)]
pub(crate) struct Route {
    pub(crate) target: Target,
    pub(crate) runtime: tokio::runtime::Id,
}

/// An open connection. Boxed, since every call moves it out of the pool and back.
pub(crate) struct Connection {
    pub(crate) sender: SendRequest<SendBody>,
    /// The runtime on which it was opened.
    pub(crate) runtime: tokio::runtime::Id,
    /// The task that drives it, to close it before its time.
    pub(crate) task: JoinHandle<()>,
    /// The value of `Host` for requests on it.
    pub(crate) host: HeaderValue,
    pub(crate) seen: Seen,
    /// To look at the socket once more before the next request.
    pub(crate) second_look: SecondLook,
    /// Limits the exchange that the connection is used for. It stays with the connection: starting and dropping
    /// a timer with every call costs five times as much as moving the end of one.
    pub(crate) timer: Pin<Box<Sleep>>,
    /// When it was last given back. It has no meaning before.
    pub(crate) last_used: Instant,
    /// For the pool, which counts open connections.
    pub(crate) _open: Open,
}

pub(crate) struct Connector<N> {
    network: N,
    tls: TlsConnector,
    proxy: Option<HttpProxy>,
    lookups: Lookups,
}

impl<N: Network> Connector<N> {
    pub(crate) fn new(
        network: N,
        tls: Arc<rustls::ClientConfig>,
        proxy: Option<HttpProxy>,
        lookups: Lookups,
    ) -> Self {
        Self { network, tls: tls.into(), proxy, lookups }
    }

    /// Adds to an error which proxy is used, if one is.
    pub(crate) fn name_proxy(&self, error: TransportError) -> TransportError {
        match &self.proxy {
            Some(proxy) => error.through_proxy(proxy.address()),
            None => error,
        }
    }

    /// Connects within `limit`. Whatever goes wrong here, no byte of a request has been sent.
    pub(crate) async fn connect(
        &self,
        target: &Target,
        open: Open,
        limit: Duration,
    ) -> Result<Box<Connection>, TransportError> {
        let outcome = tokio::time::timeout(limit, self.connect_unbounded(target, open, limit)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(Failure::no_connection(limit).into()));
        outcome.map_err(|error| {
            // A host that cannot be reached may have moved, and one with a wrong certificate too.
            self.lookups.forget(self.proxy.as_ref().map_or(target.host(), HttpProxy::host));
            error.not_sent()
        })
    }

    async fn connect_unbounded(
        &self,
        target: &Target,
        open: Open,
        limit: Duration,
    ) -> Result<Box<Connection>, TransportError> {
        let name = server_name(target)?;
        let host = HeaderValue::from_str(target.authority().as_str())
            .map_err(|error| TransportError::new(Kind::Setup, error))?;
        let second_look = SecondLook::default();
        let connect = |host, port| connect(&self.network, &self.lookups, host, port, &second_look);
        let stream = match &self.proxy {
            None => connect(target.host(), target.port()).await?,
            Some(proxy) => {
                let to_proxy = connect(proxy.host(), proxy.port()).await;
                proxy::open_tunnel(to_proxy.map_err(|failure| failure.within(TO_PROXY))?, proxy, target)
                    .await?
            }
        };
        let seen = Seen::default();
        let (sender, task) = match name {
            Some(name) => {
                let stream = self
                    .tls
                    .connect(name.to_owned(), stream)
                    .await
                    .map_err(|error| Failure::from_io(error, Phase::Connecting, "the TLS handshake"))?;
                start(Guarded::new(stream, seen.clone(), second_look.clone())).await?
            }
            None => start(Guarded::new(stream, seen.clone(), second_look.clone())).await?,
        };
        let timer = Box::pin(tokio::time::sleep(limit));
        let (runtime, last_used) = (tokio::runtime::Handle::current().id(), Instant::now());
        Ok(Box::new(Connection {
            sender,
            runtime,
            task,
            host,
            seen,
            second_look,
            timer,
            last_used,
            _open: open,
        }))
    }
}

/// Hands the stream to hyper and spawns the task that drives it. The task outlives the call, so that the end of
/// an idle connection is noticed.
async fn start<S>(stream: S) -> Result<(SendRequest<SendBody>, JoinHandle<()>), TransportError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http1::Builder::new()
        // The guard limits the head before hyper does.
        .max_buf_size(2 * MAX_HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| TransportError::new(Kind::Connect, error))?;
    // Its outcome reaches the caller through the sender.
    let task = tokio::spawn(async move { drop(connection.await) });
    Ok((sender, task))
}
