//! `sphere customer`: the commands on customers, one file each.

mod create;
mod get;
mod list;
mod update;

use crate::console::Console;
use crate::failure::Failure;

#[derive(clap::Subcommand)]
pub(crate) enum CustomerCommand {
    /// Create an individual customer
    #[command(after_help = create::HELP)]
    Create(Box<create::CreateArguments>),

    /// Show a customer with its verification profiles
    #[command(after_help = get::HELP)]
    Get(get::GetArguments),

    /// List customers
    #[command(after_help = list::HELP)]
    List(list::CustomerListArguments),

    /// Change a customer's address, personal information or your own data
    #[command(after_help = update::HELP)]
    Update(Box<update::UpdateArguments>),
}

pub(crate) fn run(command: &CustomerCommand, console: &mut Console) -> Result<(), Failure> {
    match command {
        CustomerCommand::Create(arguments) => create::run(arguments, console),
        CustomerCommand::Get(arguments) => get::run(arguments, console),
        CustomerCommand::List(arguments) => list::run(arguments, console),
        CustomerCommand::Update(arguments) => update::run(arguments, console),
    }
}
