//! `sphere check`: one request, and what its outcome says about host, TLS, key and clock.

use std::time::{Duration, SystemTime};

use sphere_core::problem::ApiError;
use sphere_core::transport::{Delivery, TransportError, TransportErrorKind};
use sphere_core::{CustomerId, Error, ErrorKind, RetryPolicy};

use crate::clock::{Clock, SystemClock};
use crate::connection::{Connection, ConnectionArguments};
use crate::console::{Console, Surface};
use crate::exit::Exit;
use crate::failure::{Failure, advice, chain, names_a_record};
use crate::key::Key;

/// A customer that cannot exist. It has the form that the documentation gave for ids (`^customer_[a-z0-9]+$`), so
/// that a server does not refuse it for its form; but all that were ever seen are hexadecimal. The sandbox knows
/// no customer whose id begins with `customer_unknown`.
const NOBODY: &str = "customer_unknowntospherecheck";

/// How far two clocks may differ. `Date` has whole seconds, and the response takes its time.
const TOLERANCE: Duration = Duration::from_secs(60);

pub(crate) const HELP: &str = "\
How it finds out:
  It asks, once, for a link of the customer customer_unknowntospherecheck.
  All ids seen so far end in hexadecimal digits, so there should be no such
  customer, and nothing is created: a good key gets 404 with the code
  resource/not-found, a bad one 401 or 403. The Date of the response is
  compared with this machine's clock.

What it cannot know:
  What the key may do for a customer that exists, and which of two clocks is
  right.

Exit status:
  That of the first line that is NOT OK, as `sphere help` lists them (1 for
  the clock); 1 if something is unknown; 0 if all are ok.";

pub(crate) fn run(arguments: &ConnectionArguments, console: &mut Console) -> Result<Exit, Failure> {
    let Connection { client, key, base_url } = arguments.connect(RetryPolicy::never())?;
    let nobody = CustomerId::new(NOBODY).map_err(|error| Failure::Other(error.to_string()))?;
    let outcome = client.generate_face_verification_link(&nobody).send().map(|_| ());
    let report = Report::of(&outcome, &base_url, &key, SystemClock.now(), arguments.ca_file.is_some());
    console.print(&report.to_text(console.out_is))?;
    Ok(report.exit())
}

/// What is known of one of the four.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Finding {
    Ok(String),
    /// What is wrong and what to do, and what the command ends with.
    Wrong(String, Exit),
    /// Why, and what to do.
    Unknown(String),
}

use Finding::{Unknown, Wrong};

#[derive(Debug, PartialEq, Eq)]
struct Report {
    host: Finding,
    tls: Finding,
    key: Finding,
    clock: Finding,
}

impl Report {
    fn of(
        outcome: &Result<(), Error>,
        base_url: &str,
        key: &Key,
        now: SystemTime,
        has_ca_file: bool,
    ) -> Self {
        let error = match outcome {
            Ok(()) => return Self::of_a_link(base_url),
            Err(error) => error,
        };
        Self {
            host: host(error, base_url, key),
            tls: tls(error, base_url, key, has_ca_file),
            key: judge_key(error, key),
            clock: clock(error, now),
        }
    }

    /// Success, for a customer that cannot exist: something that only plays `SpherePay`.
    fn of_a_link(base_url: &str) -> Self {
        Self {
            host: Finding::Ok(format!(
                "{base_url} gives links, even to a customer that cannot exist: a test double?"
            )),
            tls: tls_worked(base_url),
            key: Finding::Ok("accepted".to_owned()),
            clock: Unknown("only the date of a failure is read".to_owned()),
        }
    }

    fn lines(&self) -> [(&'static str, &Finding); 4] {
        [("host", &self.host), ("TLS", &self.tls), ("key", &self.key), ("clock", &self.clock)]
    }

    fn to_text(&self, surface: Surface) -> String {
        let line = |(name, finding): (&str, &Finding)| {
            let (state, colour, text) = match finding {
                Finding::Ok(text) => ("ok", "\x1b[32m", text),
                Wrong(text, _) => ("NOT OK", "\x1b[31m", text),
                Unknown(text) => ("unknown", "\x1b[33m", text),
            };
            let (colour, reset) = if surface.colour { (colour, "\x1b[0m") } else { ("", "") };
            format!("{name:<6} {colour}{state:<8}{reset} {text}\n")
        };
        self.lines().map(line).concat()
    }

    /// That of the first that is wrong.
    fn exit(&self) -> Exit {
        let lines = self.lines();
        let wrong = lines.iter().find_map(|(_, finding)| match finding {
            Wrong(_, exit) => Some(*exit),
            _ => None,
        });
        let all_ok = lines.iter().all(|(_, finding)| matches!(finding, Finding::Ok(_)));
        wrong.unwrap_or(if all_ok { Exit::Success } else { Exit::Other })
    }
}

fn host(error: &Error, base_url: &str, key: &Key) -> Finding {
    if error.kind() == ErrorKind::Transport {
        return match error.transport() {
            Some(failed) if reached(failed) => Finding::Ok(format!("{base_url} is there")),
            Some(failed) => {
                let text = key.line(&chain(failed));
                Wrong(format!("{base_url}: {text}. {}", host_advice(failed)), Exit::of(error))
            }
            None => Unknown(key.line(&error.to_string())),
        };
    }
    let Some(status) = error.status() else { return Unknown(key.line(&error.to_string())) };
    if status.is_server_error() {
        let text = key.line(&error.to_string());
        return Wrong(format!("{base_url} has failed: {text}. {}", advice(error)), Exit::Server);
    }
    if is_from_spherepay(error) {
        return Finding::Ok(format!("{base_url} responds as SpherePay does"));
    }
    Wrong(
        format!(
            "{base_url} responds with {status}, and not in SpherePay's words. Check the base URL; is there a proxy in between?"
        ),
        Exit::Server,
    )
}

/// A failure of TLS, or of something after it, says that the host is there.
fn reached(error: &TransportError) -> bool {
    error.kind() == TransportErrorKind::Tls
}

fn host_advice(error: &TransportError) -> &'static str {
    use TransportErrorKind as Kind;
    match (error.kind(), error.delivery()) {
        (Kind::Connect, _) | (Kind::Timeout, Delivery::NotSent) => {
            "Check the base URL and the network; is a firewall in the way? If this network needs a proxy, name it with --proxy."
        }
        (Kind::Timeout, _) => {
            "It received the request and did not respond. Try again, or allow more time with --timeout."
        }
        (Kind::Protocol | Kind::TooLarge, _) => "Check the base URL: this is not SpherePay.",
        _ => "Try again.",
    }
}

fn tls(error: &Error, base_url: &str, key: &Key, has_ca_file: bool) -> Finding {
    let Some(failed) = error.transport().filter(|_| error.kind() == ErrorKind::Transport) else {
        return tls_worked(base_url);
    };
    if failed.kind() == TransportErrorKind::Tls {
        let fault = key.line(&chain(failed));
        return Wrong(format!("{fault}. {}", tls_advice(&fault, has_ca_file)), Exit::Unreachable);
    }
    // No byte of a request is sent before the TLS handshake is done.
    match failed.delivery() {
        Delivery::NotSent => Unknown("there was no connection. See the host".to_owned()),
        _ => tls_worked(base_url),
    }
}

/// In words, where rustls has none.
fn tls_advice(fault: &str, has_ca_file: bool) -> &'static str {
    if fault.contains("CaUsedAsEndEntity") {
        "The server shows an authority's certificate as its own. It needs one that this authority has signed"
    } else if !has_ca_file {
        "Check the base URL and this machine's clock; for an authority of your own, or a proxy that decrypts TLS, use --ca-file"
    } else if fault.contains("UnknownIssuer") {
        "The authority that signed the server's certificate is not in the file of --ca-file"
    } else {
        "Check the base URL and this machine's clock"
    }
}

fn tls_worked(base_url: &str) -> Finding {
    let plain = base_url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    Finding::Ok(if plain {
        "not in use: plain http, which does not leave this machine".to_owned()
    } else {
        "the certificate is trusted".to_owned()
    })
}

/// Named so because `key` is the key.
fn judge_key(error: &Error, key: &Key) -> Finding {
    if error.kind() != ErrorKind::Api {
        return Unknown("there was no response to judge it by. See the host".to_owned());
    }
    if !is_from_spherepay(error) {
        return Unknown("the response may not be SpherePay's. See the host".to_owned());
    }
    if error.is_not_found() && !names_a_record(error) {
        return Unknown(
            "the response was 404 without the code resource/not-found. Check the path of the base URL"
                .to_owned(),
        );
    }
    if error.is_not_found() {
        return Finding::Ok("accepted".to_owned());
    }
    let said = key.line(error.detail().or(error.code()).unwrap_or_default());
    let status = error.status().map(|status| status.as_u16()).unwrap_or_default();
    if error.is_authentication() {
        return Wrong(format!("refused ({status}: {said}). {}", advice(error)), Exit::Authentication);
    }
    Unknown(format!(
        "the response was {status} ({said}), which says nothing about the key. Try `sphere link`"
    ))
}

fn is_from_spherepay(error: &Error) -> bool {
    error.api().is_some_and(ApiError::is_from_spherepay)
}

fn clock(error: &Error, now: SystemTime) -> Finding {
    if now < SystemTime::UNIX_EPOCH {
        let fault = "before 1970, so no certificate can be checked. Set this machine's clock";
        return Wrong(fault.to_owned(), Exit::Other);
    }
    let headers = error.headers().unwrap_or_default();
    let date = headers.get("date").and_then(|value| value.to_str().ok());
    let date = date.and_then(|text| httpdate::parse_http_date(text).ok());
    let Some(date) = date else {
        return Unknown("no response said what time it is there. Check it by hand".to_owned());
    };
    let (difference, direction) = match now.duration_since(date) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let seconds = difference.as_secs();
    if difference <= TOLERANCE {
        return Finding::Ok(format!("{seconds} s {direction} the server's"));
    }
    Wrong(
        format!(
            "{seconds} s {direction} the server's, so links seem to end too early or too late. Set this machine's clock"
        ),
        Exit::Other,
    )
}

#[cfg(test)]
mod tests;
