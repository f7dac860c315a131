//! `sphere representative`: the commands on representatives, one file each.

mod create;
mod delete;
mod details;
mod get;
mod link;
mod list;
mod update;

use crate::console::Console;
use crate::failure::Failure;

#[derive(clap::Subcommand)]
pub(crate) enum RepresentativeCommand {
    /// Add a representative to a business customer
    #[command(after_help = create::HELP)]
    Create(Box<create::CreateArguments>),

    /// Show a representative with its verification profiles
    #[command(after_help = get::HELP)]
    Get(get::GetArguments),

    /// List representatives
    #[command(after_help = list::HELP)]
    List(list::RepresentativeListArguments),

    /// Change a representative's address, personal information or role
    #[command(after_help = update::HELP)]
    Update(Box<update::UpdateArguments>),

    /// Delete a representative, irreversibly
    #[command(after_help = delete::HELP)]
    Delete(delete::DeleteArguments),

    /// Print the link at which a representative does the face check
    #[command(after_help = link::HELP)]
    Link(link::RepresentativeLinkArguments),
}

pub(crate) fn run(command: &RepresentativeCommand, console: &mut Console) -> Result<(), Failure> {
    match command {
        RepresentativeCommand::Create(arguments) => create::run(arguments, console),
        RepresentativeCommand::Get(arguments) => get::run(arguments, console),
        RepresentativeCommand::List(arguments) => list::run(arguments, console),
        RepresentativeCommand::Update(arguments) => update::run(arguments, console),
        RepresentativeCommand::Delete(arguments) => delete::run(arguments, console),
        RepresentativeCommand::Link(arguments) => link::run(arguments, console),
    }
}
