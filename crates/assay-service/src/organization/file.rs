//! The file of an organisation, TOML.

use std::{collections::BTreeMap, fmt};

use assay_identity::{AccountId, OrganizationId};
use assay_store::StoredAccount;
use serde::Deserialize;
use toml::Spanned;

use super::OrganizationError;

/// Types of scans that can be turned on for new members.
const SCAN_TYPES: [&str; 6] = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE", "CODE_REPOSITORY", "AMI"];

/// An organisation as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedOrganization {
    /// The id that it is to have, or has; else it is known by the account that heads it.
    pub id: Option<OrganizationId>,
    /// The account that heads it.
    pub management: String,
    /// The account that administers scanning.
    pub administrator: Option<String>,
    /// Types of scans that are turned on for new members, by region.
    pub auto_enable: BTreeMap<String, Vec<String>>,
    /// Every account by its id: these two, and all others.
    pub accounts: BTreeMap<String, WantedAccount>,
}

/// An account of an organisation as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedAccount {
    /// What people call it; none leaves it as it is.
    pub name: Option<String>,
    /// Whether the administrator rules it.
    pub associated: bool,
    /// The line of the file that names it first.
    pub line: usize,
}

/// Something in a file that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1 on.
    pub line: usize,
    /// The field, as `accounts[2].id`, and what is wrong with it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Document {
    id: Option<Spanned<String>>,
    management: Spanned<String>,
    administrator: Option<Spanned<String>>,
    #[serde(default)]
    auto_enable: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    #[serde(default)]
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Account {
    id: Spanned<String>,
    name: Option<String>,
    #[serde(default = "yes")]
    associated: Spanned<bool>,
}

fn yes() -> Spanned<bool> {
    Spanned::new(0..0, true)
}

/// What is read of a file, and what is wrong with it.
struct Reading<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().iter().take(at);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    fn problem<T>(&mut self, of: &Spanned<T>, message: String) {
        let line = self.line(of.span().start);
        self.problems.push(Problem { line, message });
    }

    fn account(&mut self, field: &str, id: &Spanned<String>) {
        if let Err(error) = id.get_ref().parse::<AccountId>() {
            self.problem(id, format!("{field}: {error}; it is `{}`", id.get_ref()));
        }
    }
}

impl WantedOrganization {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it; what is not TOML, or not of its form, by the first mistake.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let mut reading = Reading {
            text,
            problems: Vec::new(),
        };
        let document: Document = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            vec![Problem {
                line: reading.line(at),
                message: error.message().to_owned(),
            }]
        })?;
        let id = document.id.as_ref().and_then(|id| match id.get_ref().parse() {
            Ok(id) => Some(id),
            Err(error) => {
                reading.problem(id, format!("id: {error}"));
                None
            }
        });
        let mut accounts = BTreeMap::new();
        let management = &document.management;
        reading.account("management", management);
        for (at, account) in document.accounts.iter().enumerate() {
            reading.account(&format!("accounts[{at}].id"), &account.id);
            let wanted = WantedAccount {
                name: account.name.clone(),
                associated: *account.associated.get_ref(),
                line: reading.line(account.id.span().start),
            };
            if let Some(before) = accounts.insert(account.id.get_ref().clone(), wanted) {
                let message = format!(
                    "accounts[{at}].id: the account {} is in line {} already",
                    account.id.get_ref(),
                    before.line
                );
                reading.problem(&account.id, message);
            }
        }
        // These need no entry of their own. Whoever heads the organisation rules itself unless its entry says otherwise.
        let unlisted = |of: &Spanned<String>| WantedAccount {
            name: None,
            associated: false,
            line: reading.line(of.span().start),
        };
        let heads = unlisted(management);
        let administers = document.administrator.as_ref().map(unlisted);
        accounts.entry(management.get_ref().clone()).or_insert(heads);
        if let (Some(administrator), Some(administers)) = (&document.administrator, administers) {
            reading.account("administrator", administrator);
            if administrator.get_ref() == management.get_ref() {
                let message =
                    "administrator: the management account cannot administer the organisation; name another";
                reading.problem(administrator, message.to_owned());
            }
            accounts
                .entry(administrator.get_ref().clone())
                .or_insert(administers)
                .associated = false;
        } else {
            for account in &document.accounts {
                // Nobody is there who could rule it; only what was written is a mistake.
                if *account.associated.get_ref() && !account.associated.span().is_empty() {
                    let message = format!(
                        "the account {} cannot be associated: no `administrator` is named",
                        account.id.get_ref()
                    );
                    reading.problem(&account.associated, message);
                }
            }
            for account in accounts.values_mut() {
                account.associated = false;
            }
        }
        let auto_enable = auto_enable(&mut reading, &document);
        match reading.problems.is_empty() {
            true => Ok(Self {
                id,
                management: document.management.into_inner(),
                administrator: document.administrator.map(Spanned::into_inner),
                auto_enable,
                accounts,
            }),
            false => {
                reading.problems.sort_by_key(|problem| problem.line);
                Err(reading.problems)
            }
        }
    }

    /// The id of the organisation that is there already; `None` where it is to be made.
    pub(super) fn identify(&self, accounts: &[StoredAccount]) -> Result<Option<String>, OrganizationError> {
        let named = self.id.as_ref().map(OrganizationId::as_str);
        let belonging = |account: &str| {
            let found = accounts.iter().find(|known| known.account == account)?;
            Some(&found.belonging.as_ref()?.organization)
        };
        let headed = belonging(&self.management)
            .filter(|found| found.management == self.management || found.management.is_empty());
        let is_there = |id: &&str| {
            let mut organizations = accounts.iter().filter_map(|account| account.belonging.as_ref());
            organizations.any(|belonging| belonging.organization.id == **id)
        };
        let id = named
            .filter(is_there)
            .or_else(|| headed.map(|found| found.id.as_str()).filter(|_| named.is_none()));
        let mut problems = Vec::new();
        for (account, wanted) in &self.accounts {
            match belonging(account) {
                Some(other) if Some(other.id.as_str()) != id => problems.push(Problem {
                    line: wanted.line,
                    message: format!(
                        "the account {account} belongs to the organisation {}; remove it from there first",
                        other.id
                    ),
                }),
                _ => {}
            }
        }
        match problems.is_empty() {
            true => Ok(id.map(str::to_owned)),
            false => Err(OrganizationError::Problems { problems }),
        }
    }
}

fn auto_enable(reading: &mut Reading<'_>, document: &Document) -> BTreeMap<String, Vec<String>> {
    let mut wanted = BTreeMap::new();
    for (region, scan_types) in &document.auto_enable {
        let name = region.get_ref();
        let is_region = !name.is_empty()
            && name.len() <= 64
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_region {
            reading.problem(
                region,
                format!("auto-enable: `{name}` is no region, as eu-west-1"),
            );
        }
        let mut names: Vec<String> = Vec::with_capacity(scan_types.len());
        for scan_type in scan_types {
            match SCAN_TYPES.contains(&scan_type.get_ref().as_str()) {
                true => names.push(scan_type.get_ref().clone()),
                false => reading.problem(
                    scan_type,
                    format!(
                        "auto-enable.{name}: `{}` is no type of scan; there are {}",
                        scan_type.get_ref(),
                        SCAN_TYPES.join(", ")
                    ),
                ),
            }
        }
        names.sort();
        names.dedup();
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        if has("LAMBDA_CODE") && !has("LAMBDA") {
            reading.problem(region, format!("auto-enable.{name}: LAMBDA_CODE needs LAMBDA"));
        }
        wanted.insert(name.clone(), names);
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read() {
        let wanted = WantedOrganization::parse(
            r#"
            management = "111111111111"
            administrator = "222222222222"

            [auto-enable]
            eu-west-1 = ["LAMBDA", "EC2", "EC2"]

            [[accounts]]
            id = "333333333333"
            name = "payments"

            [[accounts]]
            id = "444444444444"
            associated = false
            "#,
        )
        .unwrap();
        let accounts: Vec<(&str, bool)> = wanted
            .accounts
            .iter()
            .map(|(account, wanted)| (account.as_str(), wanted.associated))
            .collect();
        assert_eq!(
            accounts,
            [
                ("111111111111", false),
                ("222222222222", false),
                ("333333333333", true),
                ("444444444444", false)
            ]
        );
        assert_eq!(wanted.auto_enable["eu-west-1"], ["EC2", "LAMBDA"]);
        assert_eq!(wanted.accounts["333333333333"].name.as_deref(), Some("payments"));
    }

    #[test]
    fn problems_tell_line_and_field() {
        let head = "management = \"111111111111\"\n";
        for (rest, expected) in [
            ("x", "line 2: key with no value, expected `=`"),
            (
                "manager = 1",
                "line 2: unknown field `manager`, expected one of `id`, `management`, `administrator`, `auto-enable`, \
                 `accounts`",
            ),
            (
                "administrator = \"111111111111\"",
                "line 2: administrator: the management account cannot administer the organisation; name another",
            ),
            (
                "[[accounts]]\nid = \"12\"",
                "line 3: accounts[0].id: an account id must be 12 digits, as 123456789012; it is `12`",
            ),
            (
                "[[accounts]]\nid = \"222222222222\"\n[[accounts]]\n\nid = \"222222222222\"",
                "line 6: accounts[1].id: the account 222222222222 is in line 3 already",
            ),
            (
                "[[accounts]]\nid = \"222222222222\"\nassociated = true",
                "line 4: the account 222222222222 cannot be associated: no `administrator` is named",
            ),
            (
                "[auto-enable]\neu-west-1 = [\"EC3\"]\nWest = []",
                "line 3: auto-enable.eu-west-1: `EC3` is no type of scan; there are EC2, ECR, LAMBDA, LAMBDA_CODE, \
                 CODE_REPOSITORY, AMI\nline 4: auto-enable: `West` is no region, as eu-west-1",
            ),
            (
                "id = \"x\"\n[auto-enable]\neu-west-1 = [\"LAMBDA_CODE\"]",
                "line 2: id: the id of an organisation must be `o-` and 10 to 32 small letters and digits, as \
                 o-a1b2c3d4e5\nline 4: auto-enable.eu-west-1: LAMBDA_CODE needs LAMBDA",
            ),
        ] {
            let problems = WantedOrganization::parse(&format!("{head}{rest}")).unwrap_err();
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            assert_eq!(told.join("\n"), expected, "{rest}");
        }
        let none = WantedOrganization::parse("").unwrap_err();
        assert_eq!(none[0].to_string(), "line 1: missing field `management`");
    }
}
