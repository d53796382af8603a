//! How to speak to registries.

use std::{fmt, path::PathBuf};

/// What a user may say about registries; the default asks the files that docker and podman keep.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// Credentials that go before all others.
    pub credentials: Option<Credentials>,
    /// PEM files with authorities that are trusted besides the system's.
    pub authorities: Vec<PathBuf>,
    /// Registries (host or host:port) that may be spoken to without TLS. Those on loopback may always.
    pub without_tls: Vec<String>,
}

/// A name and its secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// None.
    Anonymous,
    /// User name and password, or user name and access token.
    Password {
        /// The user name.
        username: String,
        /// The password.
        password: String,
    },
    /// A refresh token, to be changed into access tokens.
    IdentityToken(String),
    /// An access token that is sent as it is.
    AccessToken(String),
}

impl Credentials {
    /// Under which name we ask, for messages.
    pub(crate) fn who(&self) -> String {
        match self {
            Credentials::Anonymous => "anonymous users".to_owned(),
            Credentials::Password { username, .. } => format!("the user {username}"),
            Credentials::IdentityToken(_) | Credentials::AccessToken(_) => {
                "the holder of the configured token".to_owned()
            }
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.who())
    }
}
