//! Agents of hosts: their users, their keys, and what they are to do.

use std::ops::RangeInclusive;

use assay_api::{Caller, Fault};
use assay_identity::{AccessKeyId, Role, SecretKey, UserName};
use assay_store::{StoreError, StoredPerson};

use crate::{
    fault::store_fault,
    service::Service,
    settings::{Agents, Read, Since, effective},
};

/// How many seconds pass between two reports of an agent where nobody set it.
const USUAL_REPORT_INTERVAL: u32 = 30 * 60;

/// How many may be set: from a minute to a day.
const REPORT_INTERVALS: RangeInclusive<u32> = 60..=24 * 60 * 60;

impl Service {
    /// How many seconds pass between two reports of the caller's agents: as its account set it, else as whoever rules it did.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn report_interval(&self, caller: &Caller) -> Result<u32, Fault> {
        let set = effective(self, caller, &caller.principal.account.to_string()).await?;
        Ok(set
            .agents
            .map_or(USUAL_REPORT_INTERVAL, |agents| agents.setting.report_every))
    }

    /// Sets how many seconds pass between two reports of the caller's agents, and of those of members that it rules.
    ///
    /// # Errors
    ///
    /// Seconds outside [`REPORT_INTERVALS`]; somebody who set something meanwhile; when the database does not answer.
    pub async fn set_report_interval(&self, caller: &Caller, seconds: i64) -> Result<u32, Fault> {
        let wanted = u32::try_from(seconds)
            .ok()
            .filter(|seconds| REPORT_INTERVALS.contains(seconds));
        let Some(report_every) = wanted else {
            let (least, most) = (REPORT_INTERVALS.start(), REPORT_INTERVALS.end());
            return Err(Fault::field(
                "reportEverySeconds",
                format!("must be from {least} to {most}"),
            ));
        };
        let read = Read::of(self, self.scope(caller).await?).await?;
        let mut kept = read.settings.clone();
        kept.agents = Some(Since {
            at: self.now(),
            by: caller.principal.account.to_string(),
            setting: Agents { report_every },
        });
        read.replace(self, kept).await?;
        Ok(report_every)
    }

    /// Makes the user of a host's agent, which has the host's id for a name, and its first key. A host of which nothing was
    /// told yet is enrolled anew: its key may have been lost on the way, and there is nothing to take over.
    ///
    /// # Errors
    ///
    /// A host that has one; when the database does not answer.
    pub async fn enrol(&self, caller: &Caller, host: &UserName) -> Result<(AccessKeyId, SecretKey), Fault> {
        let account = caller.principal.account.to_string();
        let (stored, id, secret) = self.new_key(&account, host)?;
        let person = StoredPerson {
            account: account.clone(),
            name: host.to_string(),
            role: Role::Host.as_str().to_owned(),
            status: "ACTIVE".to_owned(),
            password_hash: String::new(),
            sessions_not_before: 0,
            created_at: self.now(),
        };
        match self.database.create_person_with_key(&person, &stored).await {
            Ok(()) => Ok((id, secret)),
            Err(StoreError::Exists(_)) if self.is_silent_host(caller, host).await? => {
                self.database
                    .replace_keys(&stored, "")
                    .await
                    .map_err(store_fault)?;
                Ok((id, secret))
            }
            Err(StoreError::Exists(_)) => Err(Fault::Conflict {
                message: format!(
                    "{host} is enrolled already, or is the name of a user; where it lost its key, forget it first: \
                     `assay admin forget-agent {account} {host}`"
                ),
                resource_id: host.to_string(),
                resource_type: "AGENT".to_owned(),
            }),
            Err(error) => Err(store_fault(error)),
        }
    }

    /// Makes another key for whoever calls. The key that they called with stays until the next time, so that an answer which
    /// is lost locks nobody out; those before are gone.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn rotate_key(&self, caller: &Caller) -> Result<(AccessKeyId, SecretKey), Fault> {
        let principal = &caller.principal;
        let (stored, id, secret) = self.new_key(&principal.account.to_string(), &principal.user)?;
        self.database
            .replace_keys(&stored, caller.access_key.as_str())
            .await
            .map_err(store_fault)?;
        Ok((id, secret))
    }

    /// Whether a user is the agent of a host of which nothing was told yet.
    async fn is_silent_host(&self, caller: &Caller, host: &UserName) -> Result<bool, Fault> {
        let account = caller.principal.account.to_string();
        let person = self.database.person(&account, host.as_str()).await;
        let person = person.map_err(store_fault)?;
        if person.is_none_or(|person| person.role != Role::Host.as_str()) {
            return Ok(false);
        }
        let scope = self.scope(caller).await?;
        let known = self.database.resources_named(scope, host.as_str()).await;
        Ok(known.map_err(store_fault)?.is_empty())
    }
}
