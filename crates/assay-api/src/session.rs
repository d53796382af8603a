//! Temporary credentials of people: giving them out, and others in their place.

use std::{fmt, sync::Arc};

use assay_identity::{
    AccessKeyId, AccountId, MasterKey, NewSession, Principal, Relation, Role, Session, UserName,
};
use assay_sigv4::Fault as SignatureFault;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{caller::Caller, clock::Clock, fault::Fault};

/// How long credentials are good where nobody says so: one working hour.
pub(crate) const USUAL: SignedDuration = SignedDuration::from_hours(1);

/// How long after the password or code was given credentials can be had in place of others.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

/// Gives out temporary credentials.
pub(crate) struct Sessions {
    master: MasterKey,
    clock: Clock,
    regions: Vec<Arc<str>>,
}

/// Temporary credentials, with who has them. They are told this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionCredentials {
    /// The id of the access key.
    #[schema(value_type = String)]
    pub(crate) access_key_id: AccessKeyId,
    /// Its secret.
    secret_access_key: String,
    /// What goes with every call that is signed with the key.
    session_token: String,
    /// When they end to be good.
    #[schema(format = DateTime)]
    expiration: String,
    /// The account of the user.
    #[schema(value_type = String, pattern = "^[0-9]{12}$")]
    account: AccountId,
    /// How the account stands to others.
    #[schema(value_type = String)]
    relation: Relation,
    /// The user.
    #[schema(value_type = String)]
    user: UserName,
    /// What the user is there for.
    #[schema(value_type = String)]
    role: Role,
    /// The regions that are served; the first is the one to begin with.
    regions: Vec<String>,
}

impl Sessions {
    pub(crate) fn new(master: MasterKey, clock: Clock, regions: Vec<Arc<str>>) -> Self {
        Self {
            master,
            clock,
            regions,
        }
    }

    /// Gives credentials out to a user who gave their password or code at a time.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub(crate) fn issue(
        &self,
        principal: &Principal,
        signed_in_at: Timestamp,
        good_for: SignedDuration,
    ) -> Result<SessionCredentials, Fault> {
        let new = NewSession {
            account: principal.account,
            user: &principal.user,
            assumed: None,
            signed_in_at,
            now: self.clock.now(),
            good_for,
        };
        let issued = Session::issue(&self.master, new).map_err(Fault::internal)?;
        Ok(SessionCredentials {
            access_key_id: issued.session.access_key,
            secret_access_key: issued.session.secret.expose().to_owned(),
            session_token: issued.token.as_str().to_owned(),
            expiration: issued.session.expires_at.to_string(),
            account: principal.account,
            relation: principal.standing.relation,
            user: principal.user.clone(),
            role: principal.role,
            regions: self
                .regions
                .iter()
                .map(|region| region.as_ref().to_owned())
                .collect(),
        })
    }

    /// How long credentials that are given out now are good, if their user gave their password or code at a time.
    fn rest(&self, signed_in_at: Timestamp) -> SignedDuration {
        let since = self.clock.now().duration_since(signed_in_at);
        LONGEST.saturating_sub(since).min(USUAL)
    }
}

impl SessionCredentials {
    /// The id of the access key, which may be logged.
    pub fn access_key_id(&self) -> &AccessKeyId {
        &self.access_key_id
    }
}

impl Caller {
    /// Other temporary credentials in place of those that the call is signed with, good for an hour, and at the latest until
    /// twelve hours after the password or code was given. What ends those ends these.
    ///
    /// # Errors
    ///
    /// A call that is signed with a key that does not end so, or under an assumed role; when the twelve hours are over.
    pub fn renew_session(&self) -> Result<SessionCredentials, Fault> {
        let Some(signed_in_at) = self.signed_in_at else {
            return Err(Fault::AccessDenied(format!(
                "the key {} is none of a session and needs no renewal; sessions begin with `POST /session`",
                self.access_key
            )));
        };
        if let Some(assumed) = &self.principal.assumed {
            return Err(Fault::AccessDenied(format!(
                "{} acts under a role, whose credentials are not renewed; assume the role again",
                assumed.session
            )));
        }
        let rest = self.sessions.rest(signed_in_at);
        // Ends are whole seconds.
        if rest < SignedDuration::from_secs(1) {
            return Err(SignatureFault::ExpiredToken.into());
        }
        self.sessions.issue(&self.principal, signed_in_at, rest)
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sessions(…)")
    }
}

impl fmt::Debug for SessionCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SessionCredentials({})", self.access_key_id)
    }
}

#[cfg(test)]
mod tests {
    use assay_identity::{Assumed, Standing};
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;
    use crate::cursor::Cursors;

    fn caller(signed_in_at: Option<&str>, assumed: Option<Assumed>) -> Caller {
        let (master, now) = (MasterKey::from_bytes([7; 32]), "2026-11-24T20:00:00Z");
        let clock = Clock::new(|| now.parse().unwrap());
        let cursors = Arc::new(Cursors::new(&master));
        let account = "123456789012".parse().unwrap();
        Caller {
            principal: Principal {
                account,
                standing: Standing::alone(),
                user: "ada".parse().unwrap(),
                role: Role::Auditor,
                assumed,
            },
            access_key: "ASIAIOSFODNN7EXAMPLE".parse().unwrap(),
            signed_in_at: signed_in_at.map(|time| time.parse().unwrap()),
            region: "eu-west-1".into(),
            user_agent: None,
            address: "127.0.0.1:1".parse().unwrap(),
            request_id: Uuid::nil(),
            pages: cursors.pages("", account, "eu-west-1", &Value::Null),
            cursors,
            sessions: Arc::new(Sessions::new(master, clock, vec!["eu-west-1".into()])),
            is_stopping: Arc::default(),
        }
    }

    #[test]
    fn renewals() {
        let role = Assumed {
            home: "444455556666".parse().unwrap(),
            session: "visit".parse().unwrap(),
        };
        for (signed_in_at, assumed, expected) in [
            (Some("2026-11-24T20:00:00Z"), None, "2026-11-24T21:00:00Z"),
            (Some("2026-11-24T09:00:00Z"), None, "2026-11-24T21:00:00Z"),
            (Some("2026-11-24T08:30:00.7Z"), None, "2026-11-24T20:30:00Z"),
            (Some("2026-11-24T08:00:01Z"), None, "2026-11-24T20:00:01Z"),
            (Some("2026-11-24T08:00:00.9Z"), None, "has expired"),
            (Some("2026-11-23T08:00:00Z"), None, "has expired"),
            // Clocks of two machines differ a little.
            (Some("2026-11-24T20:00:05Z"), None, "2026-11-24T21:00:00Z"),
            (None, None, "is none of a session"),
            (
                Some("2026-11-24T20:00:00Z"),
                Some(role.clone()),
                "assume the role again",
            ),
            (None, Some(role), "is none of a session"),
        ] {
            let told = match caller(signed_in_at, assumed).renew_session() {
                Ok(renewed) => renewed.expiration,
                Err(fault) => fault.message(),
            };
            assert!(told.contains(expected), "{signed_in_at:?}: {told}");
        }
    }
}
