//! Whoever has proved who they are.

use crate::{
    account::{AccountId, Standing},
    user::{Role, UserName},
};

/// A user, with what decides what they may do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Principal {
    /// The account.
    pub account: AccountId,
    /// How the account stands to others.
    pub standing: Standing,
    /// The user.
    pub user: UserName,
    /// What the user is there for.
    pub role: Role,
}

impl Principal {
    /// The user's ARN, as IAM has them.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.account, self.user)
    }
}
