//! What is asked of whoever keeps accounts, users and access keys.

use std::{error::Error, pin::Pin};

use jiff::Timestamp;
use thiserror::Error;

use crate::{
    access_key::{AccessKeyId, Status},
    account::{AccountId, Standing},
    password::PasswordHash,
    principal::Principal,
    seal::Sealed,
    sign_in_code::SignInCode,
    user::UserName,
};

/// Why whoever was asked cannot tell. Where asking again later may help, it is an [`Away`].
pub type Cause = Box<dyn Error + Send + Sync>;

/// Whoever was asked cannot tell for now.
#[derive(Clone, Debug, Error)]
#[error("{0}")]
pub struct Away(pub String);

/// Something that is yet to come.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Accounts, users and access keys, wherever they are kept.
///
/// They are asked on every request: what changes has effect at once. Whoever keeps them caches as they see fit.
pub trait Identities: Send + Sync + 'static {
    /// A long-lived access key with its user; none if there is no such key.
    fn access_key<'a>(&'a self, id: &'a AccessKeyId) -> Pending<'a, Result<Option<KeyRecord>, Cause>>;

    /// A user.
    fn user<'a>(
        &'a self,
        account: AccountId,
        name: &'a UserName,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>>;

    /// How an account stands to others, where somebody of another account may act in it: one who heads its organisation, or
    /// administers it and rules the account.
    fn standing_below<'a>(
        &'a self,
        principal: &'a Principal,
        account: AccountId,
    ) -> Pending<'a, Result<Option<Standing>, Cause>>;

    /// The user of a name, where only one account has such a user; else none.
    fn user_of_any_account<'a>(
        &'a self,
        name: &'a UserName,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>>;

    /// The user whom a code signs in at a time; none where it is not known, too old, of before the user's sessions ended, or
    /// was asked for before: of several who ask at once, one is told.
    fn user_of_code<'a>(
        &'a self,
        code: &'a SignInCode,
        now: Timestamp,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>>;
}

/// An access key, as kept.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    /// Its secret, sealed for its id ([`MasterKey::seal_secret`](crate::MasterKey::seal_secret)).
    pub sealed_secret: Sealed,
    /// Whether it is let in.
    pub status: Status,
    /// From when on it is not good any more, if it ends.
    pub ends_at: Option<Timestamp>,
    /// Whose it is.
    pub user: UserRecord,
}

/// A user, as kept.
#[derive(Clone, Debug)]
pub struct UserRecord {
    /// Who it is and what for.
    pub principal: Principal,
    /// Whether they are let in.
    pub status: Status,
    /// Their password, if they may sign in with one.
    pub password: Option<PasswordHash>,
    /// Temporary credentials of who signed in before this time are no longer good; to be set when a password changes.
    pub sessions_not_before: Option<Timestamp>,
}
