//! The steps from an organisation as it is to one as it is to be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use assay_identity::OrganizationId;
use assay_store::{MemberStatus, StoredAccount};

use super::{CurrentOrganization, WantedOrganization};

/// What has to change, in an order in which each step can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The organisation.
    pub id: OrganizationId,
    /// The steps; none where all is as it is to be.
    pub steps: Vec<Step>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An account is made.
    MakeAccount {
        /// Its id.
        account: String,
        /// What people call it; empty for nothing.
        name: String,
    },
    /// An account is called otherwise.
    Rename {
        /// Which.
        account: String,
        /// What people call it from now on.
        name: String,
    },
    /// The organisation is made.
    Create {
        /// The account that heads it.
        management: String,
    },
    /// An account comes to the organisation.
    Add {
        /// Which.
        account: String,
    },
    /// Another account heads the organisation.
    Head {
        /// Which.
        account: String,
    },
    /// Another account administers the organisation, or none.
    Delegate {
        /// Which.
        administrator: Option<String>,
    },
    /// Other types of scans are turned on for new members.
    AutoEnable {
        /// In which region.
        region: String,
        /// Which; none for nothing.
        scan_types: Vec<String>,
    },
    /// The administrator rules an account.
    Associate {
        /// Which.
        account: String,
    },
    /// An account rules itself.
    Disassociate {
        /// Which.
        account: String,
    },
    /// An account leaves the organisation.
    Remove {
        /// Which.
        account: String,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MakeAccount { account, name } if name.is_empty() => {
                write!(formatter, "make the account {account}")
            }
            Self::MakeAccount { account, name } => write!(formatter, "make the account {account} `{name}`"),
            Self::Rename { account, name } => write!(formatter, "call the account {account} `{name}`"),
            Self::Create { management } => write!(formatter, "make the organisation headed by {management}"),
            Self::Add { account } => write!(formatter, "add {account}"),
            Self::Head { account } => write!(formatter, "have {account} head the organisation"),
            Self::Delegate {
                administrator: Some(administrator),
            } => write!(formatter, "have {administrator} administer scanning"),
            Self::Delegate { administrator: None } => write!(formatter, "have nobody administer scanning"),
            Self::AutoEnable { region, scan_types } if scan_types.is_empty() => {
                write!(formatter, "turn nothing on for new members in {region}")
            }
            Self::AutoEnable { region, scan_types } => write!(
                formatter,
                "turn {} on for new members in {region}",
                scan_types.join(", ")
            ),
            Self::Associate { account } => write!(formatter, "have the administrator rule {account}"),
            Self::Disassociate { account } => write!(formatter, "have {account} rule itself"),
            Self::Remove { account } => write!(formatter, "remove {account}"),
        }
    }
}

/// An organisation under way: what it is after the steps so far.
struct State {
    administrator: String,
    is_open: bool,
    /// Whether the administrator rules each account.
    ruled: BTreeMap<String, bool>,
}

impl Plan {
    pub(super) fn between(
        wanted: &WantedOrganization,
        current: Option<&CurrentOrganization>,
        accounts: &[StoredAccount],
        fresh: OrganizationId,
    ) -> Self {
        let mut steps = named(wanted, accounts);
        let mut state = State {
            administrator: String::new(),
            is_open: false,
            ruled: BTreeMap::new(),
        };
        let id = match current {
            Some(current) => {
                state
                    .administrator
                    .clone_from(&current.organization.administrator);
                state.is_open = !current.auto_enable.is_empty() && !state.administrator.is_empty();
                let members = current.members.iter();
                state.ruled = members
                    .map(|member| (member.account.clone(), member.status == MemberStatus::Enabled))
                    .collect();
                current.organization.id.parse().unwrap_or(fresh)
            }
            None => {
                let management = wanted.management.clone();
                state.ruled.insert(management.clone(), false);
                steps.push(Step::Create { management });
                wanted.id.clone().unwrap_or(fresh)
            }
        };
        for account in wanted.accounts.keys() {
            if !state.ruled.contains_key(account) {
                state.ruled.insert(account.clone(), state.is_open);
                let account = account.clone();
                steps.push(Step::Add { account });
            }
        }
        let administrator = wanted.administrator.clone().unwrap_or_default();
        let heads = current.map(|current| current.organization.management.as_str());
        if state.administrator != administrator {
            // Whoever is to head the organisation cannot administer it meanwhile.
            if state.administrator == wanted.management {
                steps.push(Step::Delegate { administrator: None });
            }
            head(wanted, heads, &mut steps);
            steps.push(Step::Delegate {
                administrator: wanted.administrator.clone(),
            });
            state.ruled.values_mut().for_each(|ruled| *ruled = false);
        } else {
            head(wanted, heads, &mut steps);
        }
        set_auto_enable(wanted, current, &mut steps);
        for (account, wanted) in &wanted.accounts {
            let account = account.clone();
            match (
                state.ruled.get(&account).copied().unwrap_or(false),
                wanted.associated,
            ) {
                (false, true) => steps.push(Step::Associate { account }),
                (true, false) => steps.push(Step::Disassociate { account }),
                _ => {}
            }
        }
        let rest = state.ruled.into_keys();
        steps.extend(
            rest.filter(|account| !wanted.accounts.contains_key(account))
                .map(|account| Step::Remove { account }),
        );
        Self { id, steps }
    }
}

/// Accounts that are made or called otherwise.
fn named(wanted: &WantedOrganization, accounts: &[StoredAccount]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (account, wanted) in &wanted.accounts {
        let known = accounts.iter().find(|known| known.account == *account);
        let account = account.clone();
        match (known, &wanted.name) {
            (None, name) => steps.push(Step::MakeAccount {
                account,
                name: name.clone().unwrap_or_default(),
            }),
            (Some(known), Some(name)) if known.name != *name => steps.push(Step::Rename {
                account,
                name: name.clone(),
            }),
            _ => {}
        }
    }
    steps
}

fn head(wanted: &WantedOrganization, heads: Option<&str>, steps: &mut Vec<Step>) {
    if heads.is_some_and(|heads| heads != wanted.management) {
        let account = wanted.management.clone();
        steps.push(Step::Head { account });
    }
}

fn set_auto_enable(
    wanted: &WantedOrganization,
    current: Option<&CurrentOrganization>,
    steps: &mut Vec<Step>,
) {
    let current = current.map_or(&[][..], |current| &current.auto_enable);
    let regions: BTreeSet<&String> = current
        .iter()
        .map(|(region, _)| region)
        .chain(wanted.auto_enable.keys())
        .collect();
    for region in regions {
        let mut before: Vec<String> = current
            .iter()
            .filter(|(of, _)| of == region)
            .map(|(_, scan_type)| scan_type.clone())
            .collect();
        before.sort();
        let scan_types = wanted.auto_enable.get(region).cloned().unwrap_or_default();
        if before != scan_types {
            let region = region.clone();
            steps.push(Step::AutoEnable { region, scan_types });
        }
    }
}
