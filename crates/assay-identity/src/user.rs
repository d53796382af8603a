//! Users of an account.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Malformed;

/// The name of a user, unique within its account: 1 to 64 letters, digits and `_+=,.@-`, as IAM has them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

impl UserName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
        if (1..=64).contains(&text.len()) && text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Malformed {
                what: "a user name",
                form: "1 to 64 letters, digits and _+=,.@-",
            })
        }
    }
}

impl TryFrom<String> for UserName {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for UserName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UserName({})", self.0)
    }
}

/// What a user is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Whatever its account may.
    Administrator,
    /// Reads everything, changes nothing.
    Auditor,
    /// A program on a machine that reports what is installed there, and can do nothing else.
    Agent,
    /// The agent of one host, whose id is the user's name: it reports what is installed there, and nothing of others.
    Host,
    /// Whoever installs agents: it makes their users, and can do nothing else.
    Enroller,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Administrator,
        Self::Auditor,
        Self::Agent,
        Self::Host,
        Self::Enroller,
    ];

    /// The name under which it can be assumed in an account of the organisation; those that are bound to one account have none.
    pub const fn assumable(self) -> Option<&'static str> {
        match self {
            Self::Administrator => Some("AssayAdministrator"),
            Self::Auditor => Some("AssayAuditor"),
            Self::Agent => Some("AssayAgent"),
            Self::Host | Self::Enroller => None,
        }
    }

    /// The roles that whoever has this one may assume in accounts that theirs leads: an administrator any that can be assumed,
    /// an agent its own, so that a connector tells of many accounts with one key.
    pub const fn assumes(self) -> &'static [Self] {
        match self {
            Self::Administrator => &[Self::Administrator, Self::Auditor, Self::Agent],
            Self::Agent => &[Self::Agent],
            Self::Auditor | Self::Host | Self::Enroller => &[],
        }
    }

    /// Its name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::Agent => "agent",
            Self::Host => "host",
            Self::Enroller => "enroller",
        }
    }
}

impl FromStr for Role {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or(Malformed {
            what: "the role of a user",
            form: "administrator, auditor, agent, host or enroller",
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names() {
        let long = "a".repeat(65);
        for (text, is_name) in [
            ("ada", true),
            ("ada.lovelace+ci@example.org", true),
            (&long[..64], true),
            ("", false),
            (&long, false),
            ("a b", false),
            ("a/b", false),
            ("é", false),
            ("a\n", false),
        ] {
            assert_eq!(text.parse::<UserName>().is_ok(), is_name, "{text:?}");
        }
    }

    #[test]
    fn nobody_assumes_more_than_they_are() {
        let may = |role: Role| -> Vec<&str> {
            let names = role.assumes().iter().map(|assumed| assumed.assumable());
            names.collect::<Option<_>>().expect("roles that can be assumed")
        };
        for (role, expected) in [
            (
                Role::Administrator,
                &["AssayAdministrator", "AssayAuditor", "AssayAgent"][..],
            ),
            (Role::Auditor, &[]),
            (Role::Agent, &["AssayAgent"]),
            (Role::Host, &[]),
            (Role::Enroller, &[]),
        ] {
            assert_eq!(may(role), expected, "{role}");
        }
    }

    #[test]
    fn roles_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(
                serde_json::to_value(role).unwrap(),
                serde_json::Value::from(role.as_str())
            );
        }
    }
}
