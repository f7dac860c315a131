//! Where a Redis server is and how to log in, from a URL.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use sphere_links::store::StoreError;
use zeroize::Zeroizing;

use crate::resp::Command;

const DEFAULT_PORT: u16 = 6379;

pub(crate) struct Address {
    pub(crate) location: Location,
    /// What is sent first on each connection: AUTH and SELECT.
    pub(crate) setup: Vec<Command>,
}

pub(crate) enum Location {
    /// `host` is a name or an IP address, without brackets.
    Network {
        host: String,
        port: u16,
        is_tls: bool,
    },
    Unix(PathBuf),
}

impl Address {
    /// Errors show nothing of the URL, which may have a password in it.
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| bad("it has no scheme"))?;
        match scheme {
            "redis" | "valkey" => Self::network(rest, false),
            "rediss" | "valkeys" => Self::network(rest, true),
            "unix" | "redis+unix" | "valkey+unix" if cfg!(unix) => Self::unix(rest),
            _ => Err(bad("its scheme must be redis, rediss or unix")),
        }
    }

    /// `user:password@host:port/database`
    fn network(rest: &str, is_tls: bool) -> Result<Self, StoreError> {
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, host) = match authority.rsplit_once('@') {
            Some((login, host)) => (Some(login), host),
            None => (None, authority),
        };
        let login = match login.map(|login| login.split_once(':')) {
            Some(None) => return Err(bad("it has a user without a password")),
            Some(Some((user, password))) => Some((decode(user)?, decode(password)?)),
            None => None,
        };
        // An IPv6 address is in brackets.
        let (host, port) = match host.strip_prefix('[').map(|host| host.split_once(']')) {
            Some(None) => return Err(bad("its host has no closing bracket")),
            Some(Some((host, port))) => (host, port.strip_prefix(':').or(port.is_empty().then_some(""))),
            None => host.split_once(':').map_or((host, Some("")), |(host, port)| (host, Some(port))),
        };
        if host.is_empty() || host.contains(['?', '#', '%', ' ']) {
            return Err(bad("it has no host"));
        }
        let port = match port {
            Some("") => DEFAULT_PORT,
            Some(port) => port.parse().map_err(|_| bad("its port is not a number"))?,
            None => return Err(bad("its port is not a number")),
        };
        let location = Location::Network { host: host.to_owned(), port, is_tls };
        Ok(Self {
            location,
            setup: setup(login.as_ref().map(|(user, password)| (user.as_str(), password)), database)?,
        })
    }

    /// `/path?user=…&pass=…&db=…`
    fn unix(rest: &str) -> Result<Self, StoreError> {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut user, mut password, mut database) = (Zeroizing::default(), None, "");
        for (name, value) in query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        {
            match name {
                "user" => user = decode(value)?,
                "pass" => password = Some(decode(value)?),
                "db" => database = value,
                _ => return Err(bad("its query may have user, pass and db only")),
            }
        }
        if path.is_empty() {
            return Err(bad("it has no path"));
        }
        if password.is_none() && !user.is_empty() {
            return Err(bad("it has a user without a password"));
        }
        let location = Location::Unix(PathBuf::from(decode(path)?.as_str()));
        Ok(Self {
            location,
            setup: setup(password.as_ref().map(|password| (user.as_str(), password)), database)?,
        })
    }
}

fn setup(login: Option<(&str, &Zeroizing<String>)>, database: &str) -> Result<Vec<Command>, StoreError> {
    let mut commands = Vec::new();
    match login {
        None => {}
        Some(("", password)) => commands.push(Command::new([b"AUTH", password.as_bytes()])),
        Some((user, password)) => {
            commands.push(Command::new([b"AUTH", user.as_bytes(), password.as_bytes()]));
        }
    }
    match database {
        "" | "0" => {}
        _ if database.bytes().all(|byte| byte.is_ascii_digit()) => {
            commands.push(Command::new([b"SELECT", database.as_bytes()]));
        }
        _ => return Err(bad("its database is not a number")),
    }
    Ok(commands)
}

fn decode(text: &str) -> Result<Zeroizing<String>, StoreError> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| bad("it is not UTF-8"))?;
    Ok(Zeroizing::new(decoded.into_owned()))
}

fn bad(fault: &'static str) -> StoreError {
    StoreError::new(format!("bad URL of a Redis server: {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_says_where_and_how_to_log_in() {
        let auth = "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$3\r\np@:\r\n";
        for (url, location, setup) in [
            ("redis://h", "h 6379 false", String::new()),
            ("redis://10.0.0.7:7/0", "10.0.0.7 7 false", String::new()),
            ("redis://:x@h/", "h 6379 false", "*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n".to_owned()),
            (
                "rediss://me:p%40%3A@[::1]:7/12",
                "::1 7 true",
                format!("{auth}*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n"),
            ),
            ("valkeys://[::1]", "::1 6379 true", String::new()),
            (
                "unix:///a%20b?db=3&pass=p%40%3A&user=me",
                "/a b",
                format!("{auth}*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"),
            ),
        ] {
            let address = Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
            let found = match address.location {
                Location::Network { host, port, is_tls } => format!("{host} {port} {is_tls}"),
                Location::Unix(path) => path.display().to_string(),
            };
            let sent: Vec<u8> = address.setup.iter().flat_map(|command| command.bytes().to_vec()).collect();
            assert_eq!((found.as_str(), String::from_utf8(sent).unwrap()), (location, setup), "{url}");
        }
    }

    #[test]
    fn bad_urls_are_refused_without_being_shown() {
        for url in [
            "",
            "canary",
            "http://canary",
            "redis://",
            "redis://me:canary@",
            "redis://canary@h",
            "redis://h:canary",
            "redis://[canary",
            "redis://[::1]canary",
            "redis://h/canary",
            "redis://h?canary",
            "redis://:%ffcanary@h",
            "unix://",
            "unix:///s?canary=1",
            "unix:///s?user=canary",
        ] {
            let error = Address::parse(url).err().unwrap_or_else(|| panic!("{url} is accepted"));
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }
}
