//! The web backend as a program: reads arguments and environment, and serves.

use std::error::Error;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use lexopt::{Arg, ValueExt as _};
use sphere_core::config::API_KEY_VARIABLE;
use sphere_core::{ApiKey, Config};
use sphere_example_web::App;
use sphere_links::Links;
use sphere_sandbox::Sandbox;
use tokio::net::TcpListener;

const USAGE: &str = "\
A web backend that sends customers to their face check.

Usage: sphere-example-web [--port N]

  --port N  Listen on this port of 127.0.0.1 (default: any free one)

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
    let mut port = 0;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("port") => port = arguments.value()?.parse()?,
            Arg::Short('h') | Arg::Long("help") => {
                print!("{USAGE}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    // First, because the sandbox is told where the customer comes back to.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let url = format!("http://{}", listener.local_addr()?);

    let app = if std::env::var_os(API_KEY_VARIABLE).is_some() {
        App::new(Links::new(sphere_hyper::client(Config::from_env()?)?))
    } else {
        let sandbox = Sandbox::builder().return_to(format!("{url}/return")).start()?;
        println!("{API_KEY_VARIABLE} is not set: asking a sandbox, which ends with this program.");
        let key = ApiKey::new(sandbox.api_key())?;
        let config = Config::builder(key).base_url(sandbox.base_url()).build()?;
        App::with_sandbox(Links::new(sphere_hyper::client(config)?), Arc::new(sandbox))
    };
    println!("Open {url} in a browser. Press Ctrl-C to stop.");
    axum::serve(listener, app.router()).await?;
    Ok(())
}
