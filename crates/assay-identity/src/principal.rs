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
    /// There where somebody of another account of the organisation acts in this one.
    pub assumed: Option<Assumed>,
}

/// Whoever acts in an account that is not theirs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assumed {
    /// Their own account.
    pub home: AccountId,
    /// What they call what they do there.
    pub session: UserName,
}

impl Principal {
    /// The user's ARN, as IAM has them, or that of the role that they act under, as STS does.
    pub fn arn(&self) -> String {
        match &self.assumed {
            None => format!("arn:aws:iam::{}:user/{}", self.account, self.user),
            Some(assumed) => format!(
                "arn:aws:sts::{}:assumed-role/{}/{}",
                self.account,
                self.role.assumable().unwrap_or_default(),
                assumed.session
            ),
        }
    }
}
