//! The web backend as a program: reads arguments and environment, and serves.

use std::error::Error;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use lexopt::{Arg, ValueExt as _};
use sphere_core::config::API_KEY_VARIABLE;
use sphere_core::{ApiKey, Config};
use sphere_example_web::{App, Model};
use sphere_links::Links;
use sphere_sandbox::Sandbox;
use tokio::net::TcpListener;

const USAGE: &str = "\
A web backend that takes customers through their verification.

Usage: sphere-example-web [--port N] [--platform-managed] [--public-url URL]

  --port N            Listen on this port of 127.0.0.1 (default: any free one)
  --platform-managed  The Platform-Managed model: the platform does the face check
  --public-url URL    Where customers see it, if a proxy is in front (default: where it listens)

Without SPHEREPAY_API_KEY in the environment it starts a sandbox to talk to.
";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let (mut port, mut model, mut public_url) = (0, Model::SphereManaged, None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("port") => port = arguments.value()?.parse()?,
            Arg::Long("platform-managed") => model = Model::PlatformManaged,
            Arg::Long("public-url") => public_url = Some(arguments.value()?.string()?),
            Arg::Short('h') | Arg::Long("help") => {
                print!("{USAGE}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    // First, because the sandbox is told where the customer comes back to.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let url = public_url.map_or(address.clone(), |url: String| url.trim_end_matches('/').to_owned());

    let app = if std::env::var_os(API_KEY_VARIABLE).is_some() {
        app(Config::from_env()?, &url)?
    } else {
        let sandbox = Sandbox::builder().return_to(format!("{url}/continue")).model(match model {
            Model::SphereManaged => sphere_sandbox::Model::SphereManaged,
            Model::PlatformManaged => sphere_sandbox::Model::PlatformManaged,
        });
        let sandbox = sandbox.start()?;
        println!("{API_KEY_VARIABLE} is not set: asking a sandbox, which ends with this program.");
        let config = Config::builder(ApiKey::new(sandbox.api_key())?).base_url(sandbox.base_url()).build()?;
        app(config, &url)?.sandbox(Arc::new(sandbox))
    };
    if url != address {
        println!("Listening on {address} for a proxy.");
    }
    println!("Open {url} in a browser. Press Ctrl-C to stop.");
    axum::serve(listener, app.model(model).router()).await?;
    Ok(())
}

/// One client for everything: clones share its connections and its pace.
fn app(config: Config, url: &str) -> Result<App, Box<dyn Error>> {
    let client = sphere_hyper::client(config)?;
    Ok(App::new(client.clone(), Links::new(client), url))
}
