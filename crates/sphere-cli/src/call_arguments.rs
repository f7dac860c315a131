//! Options of every command that shows the response of an operation.

use clap::Args;

use crate::connection::ConnectionArguments;

/// Options of every command that shows the response of an operation.
#[derive(Args)]
pub(crate) struct CallArguments {
    /// Print JSON, one line for each object; a failure is JSON too, on standard error
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
}
