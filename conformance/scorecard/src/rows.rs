//! The rows of the table: each client with its defaults, and tuned.

use std::io;
use std::process::Command;

use sphere_conformance::Contract;

use crate::folder;

/// What a client is written in, which decides how it is started and where its version is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Rust,
    Python,
    JavaScript,
    /// The SDK's own transports: subjects of the workspace, so that no feature of another client changes them.
    Sdk,
}

/// An HTTP client.
pub struct Client {
    pub name: &'static str,
    pub language: Language,
    /// The file with its adapter, in this crate's folder.
    pub file: &'static str,
    /// What this client cannot be asked: contracts or groups, with the reason.
    pub not_applicable: &'static [(&'static str, &'static str)],
}

/// A client with its settings.
pub struct Row {
    pub client: &'static Client,
    pub is_tuned: bool,
}

const OWN_LENGTH: &str = "it sets the length itself";
const NO_POOL: &str = "it keeps no connections";

/// What no client but the SDK's own can be asked.
const OF_THE_SDK: &[(&str, &str)] = &[
    ("limits", "the exact limits of the SDK's own transports"),
    ("clock", "a client has no clock for the waits between attempts"),
    ("cautious_request_leaves_idle_connections_to_others", "no setting of a single request"),
    ("warmed_up_connection_carries_the_next_call", "it opens connections for requests only"),
    ("failed_warm_up_is_reported_as_not_sent", "it opens connections for requests only"),
    ("bytes_before_the_first_request_are_never_returned", "it opens connections for requests only"),
];

/// What nobody is asked here.
const NOT_MEASURED: &[(&str, &str)] =
    &[("long_limit_is_kept_to_50_milliseconds", "milliseconds mean nothing while many clients are measured")];

const NO_FRESH: &[(&str, &str)] =
    &[("required_fresh_connection_is_opened", "no setting of a single request")];

const NO_PRIVATE_TRUST: &str = "only the authorities that it was built with are trusted";

const CLIENTS: &[Client] = &[
    Client {
        name: "reqwest",
        language: Language::Rust,
        file: "src/clients/reqwest.rs",
        not_applicable: NO_FRESH,
    },
    Client {
        name: "hyper-util",
        language: Language::Rust,
        file: "src/clients/hyper_util.rs",
        not_applicable: NO_FRESH,
    },
    Client { name: "ureq", language: Language::Rust, file: "src/clients/ureq.rs", not_applicable: NO_FRESH },
    Client {
        name: "attohttpc",
        language: Language::Rust,
        file: "src/clients/attohttpc.rs",
        not_applicable: &[
            ("newest_connection_is_used_first", NO_POOL),
            ("wrong_content_length_is_a_setup_error", OWN_LENGTH),
        ],
    },
    Client {
        name: "minreq",
        language: Language::Rust,
        file: "src/clients/minreq.rs",
        not_applicable: &[
            ("newest_connection_is_used_first", NO_POOL),
            ("wrong_content_length_is_a_setup_error", OWN_LENGTH),
            ("trusted_certificate_is_accepted", NO_PRIVATE_TRUST),
            ("tls_1_2_is_supported", NO_PRIVATE_TRUST),
            ("body_without_length_needs_a_tls_end", NO_PRIVATE_TRUST),
            ("delivery_is_unknown_after_tls_close", NO_PRIVATE_TRUST),
            ("large_bodies_cross_tls", NO_PRIVATE_TRUST),
            ("sequential_calls_share_a_tls_connection", NO_PRIVATE_TRUST),
            ("second_tls_connection_resumes_the_session", NO_PRIVATE_TRUST),
            ("alerts", NO_PRIVATE_TRUST),
        ],
    },
    Client { name: "curl", language: Language::Rust, file: "src/clients/curl.rs", not_applicable: &[] },
    Client {
        name: "httpx",
        language: Language::Python,
        file: "python/httpx_client.py",
        not_applicable: NO_FRESH,
    },
    Client {
        name: "undici",
        language: Language::JavaScript,
        file: "node/undici_client.mjs",
        not_applicable: NO_FRESH,
    },
    Client { name: "sphere-hyper", language: Language::Sdk, file: "", not_applicable: &[] },
    Client { name: "sphere-ureq", language: Language::Sdk, file: "", not_applicable: &[] },
];

/// All rows, in the order of the table.
pub fn all() -> Vec<Row> {
    let variants = |client: &'static Client| {
        let tuned = (client.language != Language::Sdk).then_some(Row { client, is_tuned: true });
        std::iter::once(Row { client, is_tuned: false }).chain(tuned)
    };
    CLIENTS.iter().flat_map(variants).collect()
}

impl Row {
    /// As the command line has it.
    pub fn name(&self) -> String {
        let suffix = if self.is_tuned { "-tuned" } else { "" };
        format!("{}{suffix}", self.client.name)
    }

    /// `defaults` or `tuned`.
    pub fn settings(&self) -> &'static str {
        if self.is_tuned { "tuned" } else { "defaults" }
    }

    /// Its name with version and settings.
    pub fn title(&self) -> io::Result<String> {
        Ok(format!("{} {}, {}", self.client.name, self.client.version()?, self.settings()))
    }

    /// Starts it as a subject.
    pub fn command(&self) -> io::Result<Command> {
        let mut command = match self.client.language {
            Language::Rust => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("subject").arg(self.name());
                command
            }
            Language::Python => self.script("python3"),
            Language::JavaScript => self.script("node"),
            Language::Sdk => {
                let program = self.client.name.replace("sphere-", "subject-");
                Command::new(folder().join("../../target/debug").join(program))
            }
        };
        // The suite's server is on this machine: a proxy would be tested instead of the client.
        for name in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        Ok(command)
    }

    fn script(&self, interpreter: &str) -> Command {
        let mut command = Command::new(interpreter);
        command.arg(folder().join(self.client.file)).arg(self.settings());
        command
    }
}

impl Client {
    /// Why a contract is not asked of this client; `None` if it is.
    pub fn not_applicable(&self, contract: &Contract) -> Option<&'static str> {
        let of_the_sdk = if self.language == Language::Sdk { &[] } else { OF_THE_SDK };
        let mut reasons = NOT_MEASURED.iter().chain(of_the_sdk).chain(self.not_applicable);
        let is_meant = |name: &str| name == contract.name() || name == contract.group();
        let declared = reasons.find(|(name, _)| is_meant(name)).map(|(_, reason)| *reason);
        declared.or(contract.is_async_only().then_some("it tests futures in the same process"))
    }

    /// Its version, from the file that pins it.
    pub fn version(&self) -> io::Result<String> {
        let (file, before) = match self.language {
            Language::Rust => ("Cargo.lock", format!("name = \"{}\"\nversion = \"", self.name)),
            Language::Sdk => ("../../Cargo.lock", format!("name = \"{}\"\nversion = \"", self.name)),
            Language::Python => ("python/requirements.txt", format!("{}==", self.name)),
            Language::JavaScript => ("node/package.json", format!("\"{}\": \"", self.name)),
        };
        let text = std::fs::read_to_string(folder().join(file))?;
        let rest = text.split_once(&before).map(|(_, rest)| rest);
        let version = rest.and_then(|rest| rest.split(['"', '\n', ' ']).next());
        let missing = || io::Error::other(format!("{file} has no version of {}", self.name));
        version.map(str::to_owned).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use sphere_conformance::contracts;

    use super::*;

    /// A name that does not exist would declare nothing.
    #[test]
    fn declared_contracts_and_groups_exist() {
        let declared = CLIENTS.iter().flat_map(|client| client.not_applicable).chain(OF_THE_SDK);
        for (name, _) in declared {
            let exists = contracts().iter().any(|one| one.name() == *name || one.group() == *name);
            assert!(exists, "{name}");
        }
    }

    #[test]
    fn every_client_has_a_version() {
        for row in all() {
            let version = row.client.version().unwrap();
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{version}");
        }
    }
}
