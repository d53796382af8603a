//! What the handlers of operations work on.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use assay_api::{Caller, Clock, Fault};
use assay_engine::{Current, Intelligence};
use assay_identity::{MasterKey, OrganizationId, Relation};
use assay_store::{Cause, Database, MemberStatus, ScopeId, StoreError, kind};
use thiserror::Error;
use tokio::sync::{Notify, Semaphore};

use crate::{fault::store_fault, finding_arn::FindingArns, prices::Prices, users::HASHED_AT_ONCE};

/// The name of the setting with the key that names of findings hang on.
const ARN_KEY: &str = "finding-arn-key";

/// A service: its store, its intelligence, its clock.
#[derive(Debug)]
pub struct Service {
    /// The store.
    pub database: Database,
    /// The intelligence in force.
    pub intelligence: Arc<Intelligence>,
    /// What tells the time.
    pub clock: Clock,
    /// What secrets are sealed with.
    pub master_key: Arc<MasterKey>,
    /// Tells the engine that there is work.
    pub wake: Arc<Notify>,
    /// Tells the reporter that a report was ordered or cancelled.
    pub(crate) ordered: Notify,
    /// The names of findings.
    pub finding_arns: FindingArns,
    /// What usage would cost.
    pub prices: Prices,
    /// Turns at hashing passwords.
    pub(crate) passwords: Semaphore,
    /// Numbers of accounts in regions, which never change. As many as there are accounts in regions.
    numbers: Mutex<HashMap<(String, String), ScopeId>>,
}

/// Why there is no service.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database holds another thing where the key of names of findings should be.
    #[error(
        "the setting `{ARN_KEY}` in the database is not 64 hexadecimal digits; put back what a backup has, or delete it: \
         then findings get new names"
    )]
    ArnKey,
}

/// An account that a caller may look into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visible {
    pub(crate) scope: ScopeId,
    pub(crate) account: String,
}

impl Service {
    /// A service over a store. What names of findings hang on is made from the master key at first and kept in the
    /// database, so that a backup that is restored elsewhere keeps them.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or holds no key where there should be one.
    pub async fn open(
        database: Database,
        intelligence: Arc<Intelligence>,
        clock: Clock,
        master_key: Arc<MasterKey>,
        wake: Arc<Notify>,
    ) -> Result<Service, OpenError> {
        let first = FindingArns::new(master_key.derive("finding-arn"));
        let kept = database.setting_or(ARN_KEY, &first.key_text()).await?;
        let finding_arns = FindingArns::from_key_text(&kept).ok_or(OpenError::ArnKey)?;
        Ok(Service {
            database,
            intelligence,
            clock,
            master_key,
            wake,
            ordered: Notify::new(),
            finding_arns,
            prices: Prices::default(),
            passwords: Semaphore::new(HASHED_AT_ONCE),
            numbers: Mutex::default(),
        })
    }

    /// The same with other prices.
    #[must_use]
    pub fn with_prices(self, prices: Prices) -> Service {
        Service { prices, ..self }
    }

    /// The time, in microseconds since 1970.
    pub fn now(&self) -> i64 {
        self.clock.now().as_microsecond()
    }

    /// The caller's account in the region that they call.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn scope(&self, caller: &Caller) -> Result<ScopeId, Fault> {
        self.scope_of(&caller.principal.account.to_string(), &caller.region)
            .await
    }

    /// Every account that the caller may look into, in the region that they call: their own, and for a delegated
    /// administrator those of its organisation.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn scopes(&self, caller: &Caller) -> Result<Vec<ScopeId>, Fault> {
        let visible = self.visible(caller).await?;
        Ok(visible.into_iter().map(|visible| visible.scope).collect())
    }

    pub(crate) async fn visible(&self, caller: &Caller) -> Result<Vec<Visible>, Fault> {
        let scope = self.scope(caller).await?;
        if caller.principal.standing.relation != Relation::DelegatedAdministrator {
            let account = caller.principal.account.to_string();
            return Ok(vec![Visible { scope, account }]);
        }
        // Members without a scope in this region have nothing in it.
        let ruled = self.database.ruled_by(scope).await.map_err(store_fault)?;
        let visible = ruled
            .into_iter()
            .map(|(scope, account)| Visible { scope, account });
        Ok(visible.collect())
    }

    pub(crate) async fn scope_of(&self, account: &str, region: &str) -> Result<ScopeId, Fault> {
        let place = (account.to_owned(), region.to_owned());
        let known = self.locked().get(&place).copied();
        if let Some(scope) = known {
            return Ok(scope);
        }
        let scope = self.database.scope(account, region).await.map_err(store_fault)?;
        self.locked().insert(place, scope);
        Ok(scope)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<(String, String), ScopeId>> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the caller rules the scanning of another account: as the delegated administrator that it is a member of.
    pub(crate) async fn rules(&self, caller: &Caller, account: &str) -> Result<bool, Fault> {
        let standing = &caller.principal.standing;
        let Some(organization) = &standing.organization else {
            return Ok(false);
        };
        if standing.relation != Relation::DelegatedAdministrator {
            return Ok(false);
        }
        let found = self.database.member(organization.as_str(), account).await;
        let found = found.map_err(store_fault)?;
        Ok(found.is_some_and(|member| member.status == MemberStatus::Enabled))
    }

    /// Reads the intelligence in force on a thread of its own.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Current) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let current = self.intelligence.current();
        match tokio::task::spawn_blocking(move || work(&current)).await {
            Ok(outcome) => outcome,
            Err(error) => Err(Fault::internal(error)),
        }
    }

    /// What a change of a filter is recorded under.
    pub fn because_of_filter(&self, arn: &str) -> Cause {
        self.because_of("SUPPRESSION_RULE", arn)
    }

    /// What a change of an organisation is recorded under.
    pub(crate) fn because_of_organization(&self, organization: &OrganizationId) -> Cause {
        self.because_of("CONFIGURATION", organization.as_str())
    }

    /// What a change of how an account is scanned is recorded under.
    pub(crate) fn because_of_configuration(&self, account: &str) -> Cause {
        self.because_of("CONFIGURATION", account)
    }

    fn because_of(&self, word: &str, reference: &str) -> Cause {
        Cause {
            code: kind::code(&kind::CAUSES, word).unwrap_or_default(),
            reference: reference.to_owned(),
            at: self.now(),
        }
    }
}
