//! One module a command.

mod admin;
mod agent;
mod backup;
mod collect;
mod db;
mod debug;
mod organization;
mod push;
mod scan;
mod serve;

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
        Command::Serve(options) => serve::serve(&options),
        Command::Push(options) => push::push(&options),
        Command::Agent(options) => agent::agent(&options),
        Command::Collect(options) => collect::collect(&options),
        Command::Admin(command) => admin::run(&command),
        Command::Backup(options) => backup::backup(&options),
        Command::Restore(options) => backup::restore(&options),
        Command::Db(Db::Update(options)) => db::update(&options),
        Command::Db(Db::Status(options)) => db::status(&options),
        Command::Db(Db::Search(options)) => db::search(&options),
        Command::Db(Db::Diff(options)) => db::diff(&options),
        Command::Debug(Debug::Ready { server }) => Ok(match assay_client::is_ready(&server) {
            true => Answer::Yes,
            false => Answer::No,
        }),
        Command::Debug(Debug::Versions { ecosystem }) => debug::versions(&ecosystem),
    }
}
