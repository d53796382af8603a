//! Who may do what: accounts and their standing, users and their roles, access keys, temporary credentials, and the
//! sealing of secrets at rest.
//!
//! Nothing here reads a clock, a store or a socket; whoever keeps users and keys is asked through [`Identities`].
//! Randomness comes from the operating system ([`random_bytes`]); the only file is that of the [`MasterKey`].
//!
//! The traps of the domain, each handled in one place:
//!
//! - *Signing secrets cannot be hashed*: a signature is verified with the secret itself. They are sealed with the
//!   [`MasterKey`] and bound to their access key, so that a sealed secret moved to another row does not open.
//! - *Passwords can be hashed and are.* Verifying takes tens of milliseconds and 19 MiB on purpose: callers run it on a
//!   pool of their own, bounded ([`PasswordHash`]).
//! - *Temporary credentials are not stored.* The session token holds them, sealed ([`Session`]); who they belong to is
//!   looked up at each use, so that a user who is gone or demoted is so at once.
//! - *A role and a standing both have to allow an action*; the table is in one place ([`Principal::require`]).

mod access_key;
mod account;
mod identities;
mod master;
mod password;
mod permission;
mod principal;
mod random;
mod seal;
mod session;
mod sign_in_code;
mod user;

pub use access_key::{AccessKeyId, KeyKind, SecretKey, Status};
pub use account::{AccountId, OrganizationId, Relation, Rule, Standing};
pub use identities::{Away, Cause, Identities, KeyRecord, Pending, UserRecord};
pub use master::{MasterKey, MasterKeyError};
pub use password::{PasswordError, PasswordHash};
pub use permission::{Action, Denial, Effect};
pub use principal::{Assumed, Principal};
pub use random::{NoRandomness, random_bytes};
pub use seal::{Purpose, Sealed, Unsealing};
pub use session::{AssumedRole, Issued, NewSession, Session, SessionError, SessionToken};
pub use sign_in_code::SignInCode;
pub use user::{Role, UserName};

/// A text that is not what a type takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {form}")]
pub struct Malformed {
    /// What was to be read, as `account id`.
    pub what: &'static str,
    /// What it must look like.
    pub form: &'static str,
}
