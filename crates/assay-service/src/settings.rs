//! What was set for an account in a region, as it is kept: JSON in the store.

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_identity::Rule;
use assay_store::ScopeId;
use serde::{Deserialize, Serialize};

use crate::{fault::store_fault, service::Service};

/// The version of [`Settings`] as they are kept.
const VERSION: u32 = 1;

/// How the resources of an account are scanned, where anybody said so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    version: u32,
    #[serde(default)]
    pub(crate) ec2: Option<Since<api::Ec2Configuration>>,
    #[serde(default)]
    pub(crate) ecr: Option<Since<api::EcrConfiguration>>,
    #[serde(default)]
    pub(crate) ami: Option<Since<api::AmiConfiguration>>,
    #[serde(default)]
    pub(crate) deep_inspection: DeepInspection,
    #[serde(default)]
    pub(crate) agents: Option<Since<Agents>>,
}

/// A setting, when it was made, in microseconds since 1970, and by which account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Since<T> {
    pub(crate) at: i64,
    /// Empty for the account's own.
    #[serde(default)]
    pub(crate) by: String,
    #[serde(flatten)]
    pub(crate) setting: T,
}

/// Where hosts are looked into for packages that no package manager of the system knows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DeepInspection {
    /// Whether they are; nobody said so at first, and then they are.
    pub(crate) is_on: Option<bool>,
    /// Directories of the account's own, besides those that are always looked into.
    pub(crate) paths: Vec<String>,
    /// Directories that an administrator named for all of its organisation.
    pub(crate) organization_paths: Vec<String>,
}

/// What the agents of hosts do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Agents {
    /// How many seconds pass between two reports where nothing makes an agent report at once.
    pub(crate) report_every: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            ec2: None,
            ecr: None,
            ami: None,
            deep_inspection: DeepInspection::default(),
            agents: None,
        }
    }
}

impl Settings {
    /// What one account set, and nothing else: what an account set for itself rests while another rules it.
    pub(crate) fn of(self, account: &str) -> Self {
        Self {
            ec2: self.ec2.filter(|set| set.by == account),
            ecr: self.ecr.filter(|set| set.by == account),
            ami: self.ami.filter(|set| set.by == account),
            agents: self.agents.filter(|set| set.by == account),
            ..self
        }
    }

    /// These settings, and others where nothing is set.
    pub(crate) fn or(self, others: Self) -> Self {
        Self {
            ec2: self.ec2.or(others.ec2),
            ecr: self.ecr.or(others.ecr),
            ami: self.ami.or(others.ami),
            agents: self.agents.or(others.agents),
            ..self
        }
    }
}

/// Settings as they were read, to be replaced as long as they are still so.
pub(crate) struct Read {
    scope: ScopeId,
    text: String,
    pub(crate) settings: Settings,
}

impl Read {
    pub(crate) async fn of(service: &Service, scope: ScopeId) -> Result<Read, Fault> {
        let text = service.database.configuration(scope).await.map_err(store_fault)?;
        let settings = match text.as_str() {
            "" => Settings::default(),
            text => serde_json::from_str(text).map_err(Fault::internal)?,
        };
        Ok(Read {
            scope,
            text,
            settings,
        })
    }

    /// Keeps others in their place. When somebody else did so meanwhile, that is a fault that clients try again after.
    pub(crate) async fn replace(self, service: &Service, settings: Settings) -> Result<(), Fault> {
        let text = serde_json::to_string(&settings).map_err(Fault::internal)?;
        let kept = service.database.configure(self.scope, &self.text, &text).await;
        kept.map_err(store_fault)
    }
}

impl Service {
    /// Whether hosts of the caller's account are scanned without agents too: `EC2_HYBRID`.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn scans_without_agents(&self, caller: &Caller) -> Result<bool, Fault> {
        let account = caller.principal.account.to_string();
        let set = effective(self, caller, &account).await?;
        Ok(set
            .ec2
            .is_some_and(|set| set.setting.scan_mode.as_str() == "EC2_HYBRID"))
    }
}

/// What holds for an account, the caller's own or a member's: what was set for it, else what its administrator set.
pub(crate) async fn effective(service: &Service, caller: &Caller, account: &str) -> Result<Settings, Fault> {
    let scope = service.scope_of(account, &caller.region).await?;
    let own = settings(service, scope).await?;
    Ok(match other_ruler(caller, account) {
        None => own,
        Some(administrator) => {
            let scope = service.scope_of(&administrator, &caller.region).await?;
            own.of(&administrator).or(settings(service, scope).await?)
        }
    })
}

pub(crate) async fn settings(service: &Service, scope: ScopeId) -> Result<Settings, Fault> {
    Ok(Read::of(service, scope).await?.settings)
}

/// Whoever rules an account, the caller's own or a member's, if that is another than the account itself.
pub(crate) fn other_ruler(caller: &Caller, account: &str) -> Option<String> {
    let principal = &caller.principal;
    if principal.account.to_string() != account {
        return Some(principal.account.to_string());
    }
    let administrator = principal
        .standing
        .administrator
        .map(|account| account.to_string());
    administrator.filter(|_| principal.standing.rule == Rule::Administrator)
}
