//! TLS sessions to resume. rustls' own store keeps eight TLS 1.3 tickets of a server (`ClientSessionMemoryCache`,
//! rustls 0.23), and each is used once (RFC 8446, section C.4): after a burst of calls, almost every connection of
//! the next one needs a full handshake.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustls::NamedGroup;
use rustls::client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;

/// How many TLS 1.3 tickets of one server are kept. A server sends one or two on each connection.
pub const MAX_TICKETS: usize = 64;

/// How many servers are remembered. An SDK talks to very few.
const MAX_SERVERS: usize = 16;

/// The sessions of one configuration.
#[derive(Default)]
pub(super) struct Sessions {
    /// The one that was added first is in front.
    servers: Mutex<VecDeque<(ServerName<'static>, Server)>>,
}

#[derive(Default)]
struct Server {
    group: Option<NamedGroup>,
    tls_1_2: Option<Tls12ClientSessionValue>,
    /// The newest is at the end. It is used first, since old ones expire.
    tickets: VecDeque<Tls13ClientSessionValue>,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, VecDeque<(ServerName<'static>, Server)>> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads or changes what is known of a server, if there is anything.
    fn known<T>(&self, name: &ServerName<'_>, look: impl FnOnce(&mut Server) -> Option<T>) -> Option<T> {
        let mut servers = self.lock();
        let (_, server) = servers.iter_mut().find(|(known, _)| known == name)?;
        look(server)
    }

    fn add(&self, name: ServerName<'static>, change: impl FnOnce(&mut Server)) {
        let mut servers = self.lock();
        if let Some((_, server)) = servers.iter_mut().find(|(known, _)| *known == name) {
            return change(server);
        }
        if servers.len() >= MAX_SERVERS {
            servers.pop_front();
        }
        let mut server = Server::default();
        change(&mut server);
        servers.push_back((name, server));
    }
}

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, name: ServerName<'static>, group: NamedGroup) {
        self.add(name, |server| server.group = Some(group));
    }

    fn kx_hint(&self, name: &ServerName<'_>) -> Option<NamedGroup> {
        self.known(name, |server| server.group)
    }

    fn set_tls12_session(&self, name: ServerName<'static>, session: Tls12ClientSessionValue) {
        self.add(name, |server| server.tls_1_2 = Some(session));
    }

    fn tls12_session(&self, name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.known(name, |server| server.tls_1_2.clone())
    }

    fn remove_tls12_session(&self, name: &ServerName<'static>) {
        self.known(name, |server| server.tls_1_2.take());
    }

    fn insert_tls13_ticket(&self, name: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        self.add(name, |server| {
            if server.tickets.len() >= MAX_TICKETS {
                server.tickets.pop_front();
            }
            server.tickets.push_back(ticket);
        });
    }

    fn take_tls13_ticket(&self, name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.known(name, |server| server.tickets.pop_back())
    }
}

/// Shows no session: whoever has one can read the traffic that resumes it.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("servers", &self.lock().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::SupportedProtocolVersion;
    use rustls::client::Resumption;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::version::{TLS12, TLS13};
    use rustls::{ClientConfig, ClientConnection, HandshakeKind, ServerConfig, ServerConnection};

    use super::*;
    use crate::tls::Trust;

    /// A server of this TLS version, and a client configuration that trusts it. The server sends this many tickets
    /// after each handshake.
    fn pair(version: &'static SupportedProtocolVersion, tickets: usize) -> (ServerConfig, Arc<ClientConfig>) {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec!["api.test".to_owned(), "b.test".to_owned()]);
        let certificate = certificate.unwrap().self_signed(&key).unwrap();
        let mut trust = Trust::default();
        trust.add_pem(certificate.pem());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider);
        let builder = builder.with_protocol_versions(&[version]).unwrap().with_no_client_auth();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let mut server = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        server.ticketer = rustls::crypto::ring::Ticketer::new().unwrap();
        server.send_tls13_tickets = tickets;
        (server, trust.client_config().unwrap())
    }

    /// A whole handshake in memory, and the tickets after it.
    fn handshake(server: &ServerConfig, client: &Arc<ClientConfig>, name: &'static str) -> HandshakeKind {
        let mut server = ServerConnection::new(Arc::new(server.clone())).unwrap();
        let mut client =
            ClientConnection::new(Arc::clone(client), ServerName::try_from(name).unwrap()).unwrap();
        while client.wants_write() || server.wants_write() {
            let mut bytes = Vec::new();
            client.write_tls(&mut bytes).unwrap();
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                server.read_tls(&mut rest).unwrap();
                server.process_new_packets().unwrap();
            }
            let mut bytes = Vec::new();
            while server.wants_write() {
                server.write_tls(&mut bytes).unwrap();
            }
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                client.read_tls(&mut rest).unwrap();
                client.process_new_packets().unwrap();
            }
        }
        client.handshake_kind().unwrap()
    }

    #[test]
    fn each_of_64_tickets_resumes_a_session() {
        let (mut server, client) = pair(&TLS13, MAX_TICKETS + 6);
        assert_eq!(handshake(&server, &client, "api.test"), HandshakeKind::Full);
        server.send_tls13_tickets = 0;
        // Another server's tickets are not used.
        assert_eq!(handshake(&server, &client, "b.test"), HandshakeKind::Full);
        for _ in 0..MAX_TICKETS {
            assert_eq!(handshake(&server, &client, "api.test"), HandshakeKind::Resumed);
        }
        assert_eq!(handshake(&server, &client, "api.test"), HandshakeKind::Full);
    }

    #[test]
    fn tls12_session_is_resumed_until_removed() {
        let (server, client) = pair(&TLS12, 0);
        let sessions = Arc::new(Sessions::default());
        let mut client = (*client).clone();
        client.resumption = Resumption::store(Arc::clone(&sessions) as Arc<dyn ClientSessionStore>);
        let client = Arc::new(client);
        assert_eq!(handshake(&server, &client, "api.test"), HandshakeKind::Full);
        assert_eq!(handshake(&server, &client, "api.test"), HandshakeKind::Resumed);
        sessions.remove_tls12_session(&"api.test".try_into().unwrap());
        assert_eq!(handshake(&server, &client, "api.test"), HandshakeKind::Full);
    }

    #[test]
    fn few_servers_are_remembered() {
        let sessions = Sessions::default();
        for number in 0..100 {
            let name = ServerName::try_from(format!("host{number}.test")).unwrap();
            sessions.set_kx_hint(name.clone(), NamedGroup::X25519);
            assert_eq!(sessions.kx_hint(&name), Some(NamedGroup::X25519));
            assert!(sessions.lock().len() <= MAX_SERVERS);
        }
        let (first, last) = ("host0.test".try_into().unwrap(), "host99.test".try_into().unwrap());
        assert_eq!((sessions.kx_hint(&first), sessions.kx_hint(&last)), (None, Some(NamedGroup::X25519)));
    }
}
