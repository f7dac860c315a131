//! Opening a connection: look-up, TCP, a proxy's tunnel if one was asked for, and TLS, one after the other under
//! one time limit, then the witness.
//!
//! All of it happens inside ureq's connect phase, before ureq writes anything, so whatever fails here is not
//! sent; and since the look-up is part of it (`names.rs` says why), ureq's connect timeout bounds all of it
//! together.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_core::transport::proxy::HttpProxy;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, Either, NextTimeout, TcpConnector, Transport, time,
};

use crate::error::Fault;
use crate::names::Names;
use crate::proxy::{self, TO_THE_PROXY};
use crate::tls::{self, TlsTransport};
use crate::witness::Witness;

const CONNECTING: &str = "connecting";

/// Opens connections for ureq.
#[derive(Debug)]
pub(crate) struct Dial {
    names: Names,
    tls: Arc<ClientConfig>,
    proxy: Option<HttpProxy>,
}

impl Dial {
    pub(crate) fn new(names: Names, tls: Arc<ClientConfig>, proxy: Option<HttpProxy>) -> Self {
        Self { names, tls, proxy }
    }

    fn open(&self, name: &str, details: &ConnectionDetails<'_>) -> Result<Witness, ureq::Error> {
        let budget = Budget::new(details.timeout);
        let doing = if self.proxy.is_some() { TO_THE_PROXY } else { CONNECTING };
        let found = self.names.addresses(name, budget.left().map_err(|_| budget.spent())?);
        let addresses =
            found.map_err(|fault| if self.proxy.is_some() { fault.within(TO_THE_PROXY) } else { fault })?;

        let mut details = again(details);
        for address in addresses {
            details.addrs.push(address);
        }
        details.timeout = budget.timeout(details.timeout)?;
        let socket = match TcpConnector::default().connect(&details, None::<()>) {
            Ok(Some(Either::B(socket))) => socket,
            Ok(_) => return Err(Fault::new(Kind::Connect, doing, "no socket").into()),
            Err(ureq::Error::Timeout(_)) => return Err(budget.spent().into()),
            Err(ureq::Error::Io(error)) if is_timeout(&error) => return Err(budget.spent().into()),
            Err(error) => return Err(Fault::new(Kind::Connect, doing, error.into_io()).into()),
        };
        let Some(proxy) = &self.proxy else { return self.secure(socket, &details, &budget) };
        match proxy::open_tunnel(socket, proxy, &details, budget.timeout(details.timeout)?) {
            Ok(socket) => self.secure(socket, &details, &budget),
            Err(ureq::Error::Timeout(_)) => Err(budget.spent().into()),
            Err(error) => Err(error),
        }
    }

    fn secure(
        &self,
        socket: impl Transport,
        details: &ConnectionDetails<'_>,
        budget: &Budget,
    ) -> Result<Witness, ureq::Error> {
        if !details.needs_tls() {
            return Ok(Witness::new(socket));
        }
        let host = details.uri.host().unwrap_or_default();
        let timeout = budget.timeout(details.timeout)?;
        let clock = Arc::clone(&details.current_time);
        let session = tls::session(&self.tls, host)?;
        Ok(Witness::new(TlsTransport::open(session, socket, clock, details.config, timeout)?))
    }
}

impl Connector for Dial {
    type Out = Witness;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let (Some(scheme), Some(authority)) = (details.uri.scheme(), details.uri.authority()) else {
            return Err(ureq::Error::BadUri("no scheme or no host".to_owned()));
        };
        let Some(name) = DefaultResolver::host_and_port(scheme, authority) else {
            return Err(ureq::Error::BadUri("neither http nor https".to_owned()));
        };
        // With a proxy, only the proxy is looked up here.
        let name = self.proxy.as_ref().map_or(name, |proxy| proxy.address().to_owned());
        // A host that cannot be reached may have moved, and one that shows a wrong certificate too.
        self.open(&name, details).inspect_err(|_| self.names.forget(&name)).map(Some)
    }
}

/// The same details, without addresses.
fn again<'a>(details: &ConnectionDetails<'a>) -> ConnectionDetails<'a> {
    ConnectionDetails {
        uri: details.uri,
        addrs: details.resolver.empty(),
        resolver: details.resolver,
        config: details.config,
        request_level: details.request_level,
        now: (details.current_time)(),
        timeout: details.timeout,
        current_time: Arc::clone(&details.current_time),
        run_connector: Arc::clone(&details.run_connector),
        register_shutdown: Arc::clone(&details.register_shutdown),
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// How long opening a connection may take in all.
struct Budget {
    since: Instant,
    limit: Option<Duration>,
}

impl Budget {
    fn new(timeout: NextTimeout) -> Self {
        let limit = match timeout.after {
            time::Duration::Exact(limit) => Some(limit),
            time::Duration::NotHappening => None,
        };
        Self { since: Instant::now(), limit }
    }

    /// What is left of it. `Ok(None)` if there is no limit.
    fn left(&self) -> Result<Option<Duration>, Fault> {
        match self.limit.map(|limit| limit.saturating_sub(self.since.elapsed())) {
            Some(left) if left.is_zero() => Err(self.spent()),
            left => Ok(left),
        }
    }

    /// What is left of it, as ureq says it.
    fn timeout(&self, timeout: NextTimeout) -> Result<NextTimeout, Fault> {
        let after = self.left()?.map_or(time::Duration::NotHappening, time::Duration::Exact);
        Ok(NextTimeout { after, ..timeout })
    }

    fn spent(&self) -> Fault {
        let limit = self.limit.unwrap_or_default();
        Fault::new(Kind::Timeout, CONNECTING, format!("no connection within {limit:?}"))
    }
}
