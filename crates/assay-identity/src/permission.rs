//! What may be done, and by whom: the one table.

use std::fmt;

use thiserror::Error;

use crate::{
    account::{Relation, Rule, Standing},
    principal::Principal,
    user::{Role, UserName},
};

/// A kind of thing that can be done. Each operation is one of them, or, where that hangs on the request, several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Reading what one's own account has, and a delegated administrator that of its members.
    Read,
    /// Having a bill of materials assessed; nothing is kept.
    ScanDocument,
    /// Submitting inventories and descriptions of resources.
    Push,
    /// Making the user and the first key of an agent.
    Enrol,
    /// Having another key for oneself in place of those before.
    RotateOwnKey,
    /// Turning scanning of one's own account on or off.
    ActivateOwnAccount,
    /// Turning scanning of members on or off.
    ActivateMembers,
    /// Setting how resources are scanned: modes, durations.
    SetScanConfiguration,
    /// Setting where the hosts of one's own account are looked into for packages.
    SetDeepInspection,
    /// Making, changing and deleting rules that suppress findings.
    ManageSuppressionRules,
    /// Making, changing and deleting saved filters that suppress nothing.
    ManageSavedFilters,
    /// Tagging what the account has.
    Tag,
    /// Ordering reports, exports and scans.
    Order,
    /// Naming the delegated administrator.
    NameDelegatedAdministrator,
    /// Associating members and setting what is turned on for new ones.
    ManageMembers,
    /// Reading who belongs to the organisation.
    ReadOrganization,
    /// Making and deleting users and access keys of one's own account.
    ManageUsers,
    /// Reading who called what in one's own account.
    ReadCalls,
    /// Asking who one is.
    Identify,
    /// Acting in another account of the organisation, under the roles that one's own assumes ([`Role::assumes`]).
    AssumeRole,
    /// Choosing which repositories of one's own registry are scanned, and when.
    SetRegistryScanning,
    /// Making a copy of all that the service keeps, on the machine that it runs on; that account may which the service was
    /// first started with.
    BackUp,
}

/// Whether an action leaves things as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It does.
    Read,
    /// It changes something.
    Write,
}

/// The accounts that may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Accounts {
    Any,
    /// Whoever rules its own scanning, and a delegated administrator that of its members.
    Ruling,
    DelegatedAdministrator,
    Management,
    /// Whoever belongs to the head of an organisation.
    Leading,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 22] = [
        Self::Read,
        Self::ScanDocument,
        Self::Push,
        Self::Enrol,
        Self::RotateOwnKey,
        Self::ActivateOwnAccount,
        Self::ActivateMembers,
        Self::SetScanConfiguration,
        Self::SetDeepInspection,
        Self::ManageSuppressionRules,
        Self::ManageSavedFilters,
        Self::Tag,
        Self::Order,
        Self::NameDelegatedAdministrator,
        Self::ManageMembers,
        Self::ReadOrganization,
        Self::ManageUsers,
        Self::ReadCalls,
        Self::Identify,
        Self::AssumeRole,
        Self::SetRegistryScanning,
        Self::BackUp,
    ];

    /// The table: roles, accounts, effect, and the words that end "may not".
    const fn row(self) -> (&'static [Role], Accounts, Effect, &'static str) {
        use Role::{Administrator, Agent, Auditor, Enroller, Host};
        match self {
            Self::Read => (
                &[Administrator, Auditor],
                Accounts::Any,
                Effect::Read,
                "read findings, coverage or settings",
            ),
            Self::ScanDocument => (
                &[Administrator, Auditor],
                Accounts::Any,
                Effect::Read,
                "have bills of materials assessed",
            ),
            Self::Push => (
                &[Administrator, Agent, Host],
                Accounts::Any,
                Effect::Write,
                "submit inventories",
            ),
            Self::Enrol => (
                &[Administrator, Enroller],
                Accounts::Any,
                Effect::Write,
                "enrol agents",
            ),
            // Those of other agents are on several machines, which one of them must not lock out.
            Self::RotateOwnKey => (&[Host], Accounts::Any, Effect::Write, "rotate keys of hosts"),
            Self::ActivateOwnAccount => (
                &[Administrator],
                Accounts::Any,
                Effect::Write,
                "turn scanning on or off",
            ),
            Self::ActivateMembers => (
                &[Administrator],
                Accounts::DelegatedAdministrator,
                Effect::Write,
                "turn scanning of other accounts on or off",
            ),
            Self::SetScanConfiguration => (
                &[Administrator],
                Accounts::Ruling,
                Effect::Write,
                "set how resources are scanned",
            ),
            Self::SetDeepInspection => (
                &[Administrator],
                Accounts::Any,
                Effect::Write,
                "set where hosts are looked into",
            ),
            Self::ManageSuppressionRules => (
                &[Administrator],
                Accounts::Ruling,
                Effect::Write,
                "change suppression rules",
            ),
            Self::ManageSavedFilters => (
                &[Administrator],
                Accounts::Any,
                Effect::Write,
                "change saved filters",
            ),
            Self::Tag => (&[Administrator], Accounts::Any, Effect::Write, "change tags"),
            Self::Order => (
                &[Administrator],
                Accounts::Any,
                Effect::Write,
                "order reports, exports or scans",
            ),
            Self::NameDelegatedAdministrator => (
                &[Administrator],
                Accounts::Management,
                Effect::Write,
                "name the delegated administrator",
            ),
            Self::ManageMembers => (
                &[Administrator],
                Accounts::DelegatedAdministrator,
                Effect::Write,
                "manage the members of the organisation",
            ),
            Self::ReadOrganization => (
                &[Administrator, Auditor],
                Accounts::Leading,
                Effect::Read,
                "read who belongs to the organisation",
            ),
            Self::ManageUsers => (
                &[Administrator],
                Accounts::Any,
                Effect::Write,
                "manage users and access keys",
            ),
            Self::ReadCalls => (
                &[Administrator, Auditor],
                Accounts::Any,
                Effect::Read,
                "read the log of calls",
            ),
            Self::Identify => (&Role::ALL, Accounts::Any, Effect::Read, "ask who they are"),
            Self::AssumeRole => (
                &[Administrator, Agent],
                Accounts::Leading,
                Effect::Write,
                "act in another account",
            ),
            Self::SetRegistryScanning => (
                &[Administrator],
                Accounts::Any,
                Effect::Write,
                "choose which repositories are scanned",
            ),
            Self::BackUp => (
                &[Administrator],
                Accounts::Any,
                Effect::Write,
                "back the service up",
            ),
        }
    }

    /// Whether it leaves things as they are.
    pub const fn effect(self) -> Effect {
        self.row().2
    }
}

impl Accounts {
    const fn include(self, standing: &Standing) -> bool {
        let relation = standing.relation;
        match self {
            Self::Any => true,
            Self::Ruling => matches!(standing.rule, Rule::Own),
            Self::DelegatedAdministrator => matches!(relation, Relation::DelegatedAdministrator),
            Self::Management => matches!(relation, Relation::Management),
            Self::Leading => matches!(relation, Relation::Management | Relation::DelegatedAdministrator),
        }
    }
}

impl fmt::Display for Accounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Any => "any account",
            Self::Ruling => "the delegated administrator of its organisation",
            Self::DelegatedAdministrator => "a delegated administrator",
            Self::Management => "the management account",
            Self::Leading => "the management account or the delegated administrator",
        })
    }
}

/// Somebody may not do something.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Denial {
    /// The role does not allow it.
    #[error("the user {user} is there as {role} and may not {action}")]
    Role {
        /// Who.
        user: UserName,
        /// Their role.
        role: Role,
        /// What they may not do.
        action: &'static str,
    },
    /// The account's relation does not allow it.
    #[error("a {relation} account may not {action}; that is for {instead}")]
    Relation {
        /// The relation.
        relation: Relation,
        /// What it may not do.
        action: &'static str,
        /// Who may.
        instead: String,
    },
}

impl Principal {
    /// Refuses what the principal may not do.
    ///
    /// # Errors
    ///
    /// Whichever of role and relation does not allow it.
    pub fn require(&self, action: Action) -> Result<(), Denial> {
        let (roles, accounts, _, words) = action.row();
        if !roles.contains(&self.role) {
            return Err(Denial::Role {
                user: self.user.clone(),
                role: self.role,
                action: words,
            });
        }
        if !accounts.include(&self.standing) {
            return Err(Denial::Relation {
                relation: self.standing.relation,
                action: words,
                instead: accounts.to_string(),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn principal(relation: Relation, rule: Rule, role: Role) -> Principal {
        Principal {
            account: "123456789012".parse().unwrap(),
            standing: Standing {
                relation,
                rule,
                ..Standing::alone()
            },
            user: "ada".parse().unwrap(),
            role,
            assumed: None,
        }
    }

    /// Each place that an account may have, with a letter: in capitals where another account rules it.
    const PLACES: [(Relation, Rule, char); 6] = [
        (Relation::Standalone, Rule::Own, 's'),
        (Relation::Management, Rule::Own, 'm'),
        (Relation::Management, Rule::Administrator, 'M'),
        (Relation::DelegatedAdministrator, Rule::Own, 'd'),
        (Relation::Member, Rule::Own, 'b'),
        (Relation::Member, Rule::Administrator, 'B'),
    ];

    /// Each action with the places of the accounts whose administrators, auditors, agents, hosts and enrollers may do it.
    #[test]
    fn the_table() {
        let mut table = String::new();
        for action in Action::ALL {
            write!(table, "{action:?}").unwrap();
            for role in Role::ALL {
                let allowed: String = PLACES
                    .into_iter()
                    .filter(|(relation, rule, _)| principal(*relation, *rule, role).require(action).is_ok())
                    .map(|(.., letter)| letter)
                    .collect();
                write!(table, " {}", if allowed.is_empty() { "-" } else { &allowed }).unwrap();
            }
            table.push('\n');
        }
        let expected = "\
            Read smMdbB smMdbB - - -\n\
            ScanDocument smMdbB smMdbB - - -\n\
            Push smMdbB - smMdbB smMdbB -\n\
            Enrol smMdbB - - - smMdbB\n\
            RotateOwnKey - - - smMdbB -\n\
            ActivateOwnAccount smMdbB - - - -\n\
            ActivateMembers d - - - -\n\
            SetScanConfiguration smdb - - - -\n\
            SetDeepInspection smMdbB - - - -\n\
            ManageSuppressionRules smdb - - - -\n\
            ManageSavedFilters smMdbB - - - -\n\
            Tag smMdbB - - - -\n\
            Order smMdbB - - - -\n\
            NameDelegatedAdministrator mM - - - -\n\
            ManageMembers d - - - -\n\
            ReadOrganization mMd mMd - - -\n\
            ManageUsers smMdbB - - - -\n\
            ReadCalls smMdbB smMdbB - - -\n\
            Identify smMdbB smMdbB smMdbB smMdbB smMdbB\n\
            AssumeRole mMd - mMd - -\n\
            SetRegistryScanning smMdbB - - - -\n\
            BackUp smMdbB - - - -\n";
        assert_eq!(table, expected);
    }

    #[test]
    fn agents_push_wherever_they_may_and_do_nothing_else_and_auditors_change_nothing() {
        for action in Action::ALL {
            for (relation, rule, _) in PLACES {
                let agent = principal(relation, rule, Role::Agent).require(action);
                let leads = Accounts::Leading.include(&principal(relation, rule, Role::Agent).standing);
                assert_eq!(
                    agent.is_ok(),
                    match action {
                        Action::Push | Action::Identify => true,
                        Action::AssumeRole => leads,
                        _ => false,
                    },
                    "{action:?}"
                );
                let auditor = principal(relation, rule, Role::Auditor).require(action);
                assert!(auditor.is_err() || action.effect() == Effect::Read, "{action:?}");
            }
        }
    }

    #[test]
    fn whoever_may_assume_a_role_may_do_so_at_all() {
        for role in Role::ALL {
            let may = principal(Relation::Management, Rule::Own, role).require(Action::AssumeRole);
            assert_eq!(may.is_ok(), !role.assumes().is_empty(), "{role}");
        }
    }

    #[test]
    fn denials_say_who_may() {
        let member = principal(Relation::Member, Rule::Administrator, Role::Administrator);
        assert_eq!(
            member
                .require(Action::SetScanConfiguration)
                .unwrap_err()
                .to_string(),
            "a member account may not set how resources are scanned; that is for the delegated administrator of \
             its organisation"
        );
        let agent = principal(Relation::Standalone, Rule::Own, Role::Agent);
        assert_eq!(
            agent.require(Action::Read).unwrap_err().to_string(),
            "the user ada is there as agent and may not read findings, coverage or settings"
        );
    }
}
