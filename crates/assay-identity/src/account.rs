//! Accounts, and how they stand to each other.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Malformed,
    random::{NoRandomness, random_text},
};

/// The id of an account: twelve digits, as AWS has them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(u64);

impl AccountId {
    /// The id of a number below 10¹², filled up with zeros; none of a larger one.
    pub const fn from_number(number: u64) -> Option<Self> {
        if number < 1_000_000_000_000 {
            Some(Self(number))
        } else {
            None
        }
    }
}

impl FromStr for AccountId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let is_shaped = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_shaped
            .then(|| text.parse().ok().map(Self))
            .flatten()
            .ok_or(Malformed {
                what: "an account id",
                form: "12 digits, as 123456789012",
            })
    }
}

impl TryFrom<String> for AccountId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(account: AccountId) -> Self {
        account.to_string()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AccountId({self})")
    }
}

/// The id of an organisation: `o-` and 10 to 32 small letters and digits, as AWS has them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationId(String);

impl OrganizationId {
    /// A new id that nobody guesses.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, NoRandomness> {
        let letters = random_text::<10>(b"abcdefghijklmnopqrstuvwxyz234567")?;
        Ok(Self(format!("o-{letters}")))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrganizationId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let is_shaped = text.strip_prefix("o-").is_some_and(|rest| {
            (10..=32).contains(&rest.len())
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        match is_shaped {
            true => Ok(Self(text.to_owned())),
            false => Err(Malformed {
                what: "the id of an organisation",
                form: "`o-` and 10 to 32 small letters and digits, as o-a1b2c3d4e5",
            }),
        }
    }
}

impl TryFrom<String> for OrganizationId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<OrganizationId> for String {
    fn from(id: OrganizationId) -> Self {
        id.0
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for OrganizationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OrganizationId({self})")
    }
}

/// An account's place among others, and who rules its scanning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Standing {
    /// What the account is to the others.
    pub relation: Relation,
    /// The organisation that it belongs to.
    pub organization: Option<OrganizationId>,
    /// The delegated administrator of the organisation.
    pub administrator: Option<AccountId>,
    /// Who rules the scanning of the account.
    pub rule: Rule,
}

/// Who rules the scanning of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The account itself.
    Own,
    /// The delegated administrator of its organisation.
    Administrator,
}

impl Standing {
    /// That of an account that belongs to no organisation.
    pub const fn alone() -> Self {
        Self {
            relation: Relation::Standalone,
            organization: None,
            administrator: None,
            rule: Rule::Own,
        }
    }

    /// Whether somebody of an account of this standing may act in one of another: who heads the organisation in all of it, who
    /// administers it in the accounts that it rules, but not in the one that heads it.
    pub fn reaches(&self, other: &Self) -> bool {
        let is_together = self.organization.is_some() && self.organization == other.organization;
        is_together
            && match self.relation {
                Relation::Management => other.relation != Relation::Management,
                Relation::DelegatedAdministrator => {
                    other.relation == Relation::Member && other.rule == Rule::Administrator
                }
                Relation::Standalone | Relation::Member => false,
            }
    }
}

/// How an account stands to the others of its organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// It belongs to no organisation and rules itself.
    Standalone,
    /// It heads the organisation and names the delegated administrator.
    Management,
    /// It configures and sees every member of the organisation.
    DelegatedAdministrator,
    /// It belongs to an organisation, and neither heads nor administers it.
    Member,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 4] = [
        Self::Standalone,
        Self::Management,
        Self::DelegatedAdministrator,
        Self::Member,
    ];

    /// Its name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standalone => "standalone",
            Self::Management => "management",
            Self::DelegatedAdministrator => "delegated-administrator",
            Self::Member => "member",
        }
    }
}

impl FromStr for Relation {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let found = Self::ALL.into_iter().find(|relation| relation.as_str() == text);
        found.ok_or(Malformed {
            what: "the relation of an account",
            form: "standalone, management, delegated-administrator or member",
        })
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_ids() {
        for (text, expected) in [
            ("123456789012", Some("123456789012")),
            ("000000000001", Some("000000000001")),
            ("12345678901", None),
            ("1234567890123", None),
            ("12345678901a", None),
            ("+12345678901", None),
            ("１23456789012", None),
            ("", None),
        ] {
            let read = text.parse::<AccountId>().ok().map(|account| account.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
        assert_eq!(AccountId::from_number(1_000_000_000_000), None);
        assert_eq!(
            AccountId::from_number(7).map(|account| account.to_string()),
            Some("000000000007".to_owned())
        );
    }

    #[test]
    fn organization_ids() {
        let made = OrganizationId::generate().unwrap();
        assert_eq!(made.as_str().parse(), Ok(made.clone()));
        assert_ne!(made, OrganizationId::generate().unwrap());
        for (text, is_id) in [
            ("o-a1b2c3d4e5", true),
            ("o-a1b2c3d4e", false),
            ("o-A1b2c3d4e5", false),
            ("a1b2c3d4e5f6", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<OrganizationId>().is_ok(), is_id, "{text}");
        }
    }

    #[test]
    fn relations_are_read_as_they_are_written() {
        for relation in Relation::ALL {
            assert_eq!(relation.as_str().parse(), Ok(relation));
            assert_eq!(
                serde_json::to_value(relation).unwrap(),
                serde_json::Value::from(relation.as_str())
            );
        }
        assert!("owner".parse::<Relation>().is_err());
    }
}
