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
