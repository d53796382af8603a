//! Organisations as files say that they are to be: reading these, telling the difference to what is, and making it so.

mod file;
mod plan;

use assay_identity::{NoRandomness, OrganizationId};
use assay_store::{
    Cause, Database, Member, MemberList, MemberStatus, Organization, StoreError, StoredAccount,
};
use thiserror::Error;

pub use file::{Problem, WantedAccount, WantedOrganization};
pub use plan::{Plan, Step};

/// Accounts that are read at a time.
const PORTION: i64 = 1000;

/// Why an organisation cannot be made what a file wants it to be. Nothing is changed then.
#[derive(Debug, Error)]
pub enum OrganizationError {
    /// What is wanted does not go with what there is.
    #[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems {
        /// Everything that is wrong.
        problems: Vec<Problem>,
    },
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No id can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// An organisation and its accounts as they are.
#[derive(Clone, Debug)]
pub struct CurrentOrganization {
    /// The organisation.
    pub organization: Organization,
    /// Its accounts, in order.
    pub members: Vec<Member>,
    /// What is turned on for new members, by region.
    pub auto_enable: Vec<(String, String)>,
}

impl CurrentOrganization {
    /// Reads an organisation; `None` where there is none of that id.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn read(database: &Database, id: &str) -> Result<Option<Self>, StoreError> {
        let Some(organization) = database.organization(id).await? else {
            return Ok(None);
        };
        let mut members: Vec<Member> = Vec::new();
        loop {
            let after = members.last().map_or("", |member| member.account.as_str());
            let more = database.members(id, MemberList::Accounts, after, PORTION).await?;
            if more.is_empty() {
                break;
            }
            members.extend(more);
        }
        Ok(Some(Self {
            auto_enable: database.auto_enable(id).await?,
            organization,
            members,
        }))
    }
}

/// Tells what has to change so that there is the organisation that is wanted.
///
/// # Errors
///
/// Accounts that belong to another organisation; when the database does not answer.
pub async fn plan(database: &Database, wanted: &WantedOrganization) -> Result<Plan, OrganizationError> {
    let accounts = database.accounts().await?;
    let id = wanted.identify(&accounts)?;
    let current = match &id {
        Some(id) => CurrentOrganization::read(database, id).await?,
        None => None,
    };
    let fresh = OrganizationId::generate()?;
    Ok(Plan::between(wanted, current.as_ref(), &accounts, fresh))
}

/// Carries a plan out, step by step, and tells each that is done.
///
/// # Errors
///
/// When the database does not answer, or somebody else changed the organisation at the same time; the steps that were told
/// are done then, and planning anew tells what is left.
pub async fn carry_out(
    database: &Database,
    plan: &Plan,
    now: i64,
    mut tell: impl FnMut(&Step),
) -> Result<(), StoreError> {
    let cause = because_of(&plan.id, now);
    let id = plan.id.as_str();
    for step in &plan.steps {
        match step {
            Step::MakeAccount { account, name } => {
                let account = StoredAccount {
                    account: account.clone(),
                    name: name.clone(),
                    created_at: now,
                    belonging: None,
                };
                database.create_account(&account).await?;
            }
            Step::Rename { account, name } => database.rename_account(account, name).await?,
            Step::Create { management } => database.create_organization(id, management, now).await?,
            Step::Add { account } => {
                database.add_member(id, account, &cause).await?;
            }
            Step::Head { account } => database.head_organization(id, account).await?,
            Step::Delegate { administrator } => {
                database.delegate(id, administrator.as_deref(), &cause).await?;
            }
            Step::AutoEnable { region, scan_types } => {
                let scan_types: Vec<&str> = scan_types.iter().map(String::as_str).collect();
                database.set_auto_enable(id, region, &scan_types).await?;
            }
            Step::Associate { account } => {
                database
                    .associate(id, account, MemberStatus::Enabled, &cause)
                    .await?;
            }
            Step::Disassociate { account } => {
                database
                    .associate(id, account, MemberStatus::Removed, &cause)
                    .await?;
            }
            Step::Remove { account } => {
                database.remove_member(id, account, &cause).await?;
            }
        }
        tell(step);
    }
    Ok(())
}

/// What changes of an organisation are recorded under.
pub fn because_of(id: &OrganizationId, now: i64) -> Cause {
    Cause {
        code: assay_store::kind::code(&assay_store::kind::CAUSES, "CONFIGURATION").unwrap_or_default(),
        reference: id.to_string(),
        at: now,
    }
}
