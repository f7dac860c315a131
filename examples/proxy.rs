//! Goes through an HTTP proxy, which must be asked for: the SDK reads none from the environment. Of an https
//! call the proxy learns host and port, and never the key. Blocking is the same: `UreqTransport::builder().proxy(…)`.
//!
//! `cargo run -p sphere-examples --example proxy -- [CUSTOMER_ID] [--proxy http://USER:PASSWORD@HOST:PORT]`
//!
//! Without `--proxy` it starts a proxy of its own, which prints what it is told.

use std::process::ExitCode;

use sphere_core::config::API_KEY_VARIABLE;
use sphere_core::{ApiKey, Client, Config, CustomerId};
use sphere_examples::forward_proxy::ForwardProxy;
use sphere_examples::{AnyError, exit_code, print_link, print_story};
use sphere_hyper::{HyperTransport, TokioClock};
use sphere_sandbox::Sandbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // A bad `--proxy` is named, and not shown.
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let (customer, proxy) = arguments()?;
    let proxy = match proxy {
        Some(proxy) => proxy,
        None => ForwardProxy::start()?.url(),
    };
    let transport = HyperTransport::builder().proxy(proxy);

    // With a key in the environment to SpherePay, without one to a sandbox that speaks TLS.
    let (config, transport, _sandbox) = if std::env::var_os(API_KEY_VARIABLE).is_some() {
        (Config::from_env()?, transport, None)
    } else {
        let sandbox = Sandbox::builder().tls().start()?;
        let config = Config::builder(ApiKey::new(sandbox.api_key())?).base_url(sandbox.base_url()).build()?;
        let authority = sandbox.authority_pem().unwrap_or_default().to_owned();
        (config, transport.extra_roots_pem(authority), Some(sandbox))
    };
    let client = Client::new(config, transport.build()?, TokioClock::new());

    match client.generate_face_verification_link(&customer).send().await {
        Ok(link) => {
            print_link(&link);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            print_story(&error);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The customer, and the proxy if one is named.
fn arguments() -> Result<(CustomerId, Option<String>), AnyError> {
    let mut customer = "customer_f31121c389624d3697cbf3ea8830b7a4".to_owned();
    let mut proxy = None;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        let text = |value: std::ffi::OsString| value.into_string().map_err(|_| "an argument is not Unicode");
        match argument {
            lexopt::Arg::Value(value) => customer = text(value)?,
            lexopt::Arg::Long("proxy") => proxy = Some(text(arguments.value()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok((CustomerId::new(customer)?, proxy))
}
