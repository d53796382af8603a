//! The command line. It reads arguments, calls the crates that do the work and prints what they say.
//!
//! Exit codes: 0 when all went well, 1 when the answer is "no" (a check failed, `--fail-on` was met), 2 on errors.

mod cli;
mod commands;
mod credentials;
mod home;
mod intelligence;
mod output;
mod progress;
mod reading;
mod service;

use std::process::ExitCode;

use clap::Parser;

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
}

fn main() -> ExitCode {
    assay_names::without_plugins();
    let arguments = cli::Arguments::parse();
    match commands::run(arguments) {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}
