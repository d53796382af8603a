//! What manages accounts, users, keys and organisations.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use jiff::SignedDuration;

use super::{Place, agent::interval};

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make an account
    CreateAccount {
        #[command(flatten)]
        place: Place,
        /// Its id
        #[arg(value_name = "12 DIGITS")]
        account: String,
        /// What people call it
        #[arg(long, default_value = "")]
        name: String,
    },
    /// List accounts
    ListAccounts {
        #[command(flatten)]
        place: Place,
    },
    /// Make a user, and a key for them
    CreateUser {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
        /// The name
        name: String,
        /// What they may do: administrator, auditor (read only), agent (push only), enroller (enrol agents only)
        #[arg(long, default_value = "administrator")]
        role: String,
        /// Read a password for the console from standard input
        #[arg(long)]
        password: bool,
    },
    /// Make a token that agents of hosts are enrolled with for a while; forget it before with `delete-key`
    CreateEnrolmentToken {
        #[command(flatten)]
        place: Place,
        /// The account that the hosts belong to
        account: String,
        /// The name of the user that is made for it
        #[arg(long, default_value = "enroller")]
        name: String,
        /// How long hosts can be enrolled with it, such as 12h or 7d
        #[arg(long, value_name = "TIME", value_parser = interval, default_value = "30d")]
        valid_for: SignedDuration,
    },
    /// Forget the agent of a host, with its keys, so that the host can be enrolled anew
    ForgetAgent {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
        /// The id of the host
        host: String,
    },
    /// List the users of an account, with their keys
    ListUsers {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
    },
    /// Make another key for a user
    CreateKey {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
        /// The user
        name: String,
    },
    /// Set a user's password, read from standard input, and end their sessions
    SetPassword {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
        /// The user
        name: String,
    },
    /// Make a link that signs a user in to the console, once and for a while
    CreateSignInLink {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
        /// The user
        name: String,
        /// Where browsers reach the service
        #[arg(long, value_name = "URL", value_parser = web_address, default_value = "http://127.0.0.1:8443")]
        server: String,
        /// How long it is good, such as 15m or 2h
        #[arg(long, value_name = "TIME", value_parser = interval, default_value = "15m")]
        valid_for: SignedDuration,
    },
    /// Change what a user may do
    SetRole {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
        /// The user
        name: String,
        /// administrator, auditor (read only), agent (push only), enroller (enrol agents only)
        role: String,
    },
    /// Lock a user out, with all their keys and sessions, or let them in again
    SetUserStatus {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
        /// The user
        name: String,
        /// Whether they are let in
        status: Standing,
    },
    /// Make organisations of accounts, and say who administers them
    Organization {
        #[command(subcommand)]
        command: Organization,
    },
    /// List the keys of a user
    ListKeys {
        #[command(flatten)]
        place: Place,
        /// The account
        account: String,
        /// The user
        name: String,
    },
    /// Turn a key off, or on again
    SetKeyStatus {
        #[command(flatten)]
        place: Place,
        /// The id of the key
        id: String,
        /// Whether it is let in
        status: Standing,
    },
    /// Turn a key off for good
    DeleteKey {
        #[command(flatten)]
        place: Place,
        /// The id of the key
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Organization {
    /// Make an organisation
    Create {
        #[command(flatten)]
        place: Place,
        /// The account that heads it
        #[arg(value_name = "ACCOUNT")]
        management: String,
    },
    /// Show organisations with their accounts
    Show {
        #[command(flatten)]
        place: Place,
        /// The organisation; all where none is named
        id: Option<String>,
    },
    /// Take an account in
    Add {
        #[command(flatten)]
        place: Place,
        /// The organisation
        id: String,
        /// The account
        account: String,
        /// Have the administrator rule it at once
        #[arg(long)]
        associate: bool,
    },
    /// Let an account go, which rules itself from then on; with the last the organisation goes
    Remove {
        #[command(flatten)]
        place: Place,
        /// The organisation
        id: String,
        /// The account
        account: String,
    },
    /// Name the account that administers scanning; whoever did before rules nobody any more
    Delegate {
        #[command(flatten)]
        place: Place,
        /// The organisation
        id: String,
        /// The account; none where nobody is to administer it
        account: Option<String>,
    },
    /// Make an organisation what a file says, and tell what changed
    Apply {
        #[command(flatten)]
        place: Place,
        /// The file, TOML
        file: PathBuf,
        /// Tell what would change, and change nothing; the exit code is 1 where anything would
        #[arg(long)]
        check: bool,
    },
}

/// Reads the address of a service, without a slash at its end.
fn web_address(text: &str) -> Result<String, String> {
    let address = text.trim_end_matches('/');
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(['?', '#', ' ']) => Ok(address.to_owned()),
        _ => Err("write it as https://assay.example.org:8443".to_owned()),
    }
}

/// Whether somebody is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Standing {
    /// They are
    Active,
    /// They are not
    Inactive,
}
