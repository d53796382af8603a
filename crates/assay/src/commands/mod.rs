//! One module a command.

mod db;
mod debug;
mod scan;

use anyhow::Result;

use crate::{
    Answer,
    cli::{Arguments, Command, Db, Debug},
};

/// Carries a command out.
pub(crate) fn run(arguments: Arguments) -> Result<Answer> {
    match arguments.command {
        Command::Scan(options) => scan::scan(&options),
        Command::Sbom(options) => scan::sbom(&options),
        Command::Db(Db::Update(options)) => db::update(&options),
        Command::Db(Db::Status(options)) => db::status(&options),
        Command::Db(Db::Search(options)) => db::search(&options),
        Command::Db(Db::Diff(options)) => db::diff(&options),
        Command::Debug(Debug::Versions { ecosystem }) => debug::versions(&ecosystem),
    }
}
