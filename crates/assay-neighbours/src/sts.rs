//! AWS STS: who one is, and acting in accounts of the organisation.

use std::sync::Arc;

use assay_api::{Caller, Fault, Invalid, NeighbourService, Neighbours, Protocol, Regions};
use assay_identity::{AccountId, Action, AssumedRole, Identities, NewSession, Role, Session, UserName};
use assay_service::{Service, StoredIdentities};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

const SERVICE: NeighbourService = NeighbourService {
    signing_name: "sts",
    protocol: Protocol::Query {
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    },
    regions: Regions::Any,
    invalid: Invalid("ValidationError"),
};

/// Seconds that credentials are good for, at least and at most, as AWS has them.
const SECONDS: std::ops::RangeInclusive<i64> = 900..=43_200;

/// Where nobody says how long.
const USUAL_SECONDS: i64 = 3600;

pub(crate) fn operations(neighbours: Neighbours, service: &Arc<Service>) -> Neighbours {
    neighbours
        .on(&SERVICE, "GetCallerIdentity", Action::Identify, service, identity)
        .on(&SERVICE, "AssumeRole", Action::AssumeRole, service, assume)
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Asked {
    role_arn: String,
    role_session_name: UserName,
    duration_seconds: Option<String>,
}

async fn identity(_: Arc<Service>, caller: Caller, _: Nothing) -> Result<Value, Fault> {
    let principal = &caller.principal;
    let id = match &principal.assumed {
        None => principal.user.to_string(),
        Some(assumed) => format!("{}:{}", principal.user, assumed.session),
    };
    Ok(json!({
        "Arn": principal.arn(),
        "UserId": id,
        "Account": principal.account,
    }))
}

async fn assume(service: Arc<Service>, caller: Caller, asked: Asked) -> Result<Value, Fault> {
    let seconds = match asked.duration_seconds.as_deref().map(str::parse) {
        None => USUAL_SECONDS,
        Some(Ok(seconds)) if SECONDS.contains(&seconds) => seconds,
        Some(_) => {
            return Err(Fault::Named {
                code: SERVICE.invalid.0,
                message: format!("DurationSeconds must be {} to {}", SECONDS.start(), SECONDS.end()),
            });
        }
    };
    let denied = || {
        let names = assumed_names(caller.principal.role);
        Fault::AccessDenied(format!(
            "{} may not assume {}: as {} it may assume {} in the accounts that its own leads",
            caller.principal.arn(),
            asked.role_arn,
            caller.principal.role,
            if names.is_empty() { "no role" } else { &names },
        ))
    };
    let (account, role) = read(&asked.role_arn).ok_or_else(denied)?;
    if !caller.principal.role.assumes().contains(&role) {
        return Err(denied());
    }
    // Whoever acts under a role has no key of their own to make others of.
    if caller.principal.assumed.is_some() {
        return Err(denied());
    }
    let identities = StoredIdentities(service.database.clone());
    let standing = identities.standing_below(&caller.principal, account).await;
    if standing.map_err(Fault::internal)?.is_none() {
        return Err(denied());
    }
    let assumed = AssumedRole {
        account,
        role,
        session: asked.role_session_name,
    };
    let name = assumed.session.clone();
    let principal = &caller.principal;
    let now = service.clock.now();
    let new = NewSession {
        account: principal.account,
        user: &principal.user,
        assumed: Some(assumed),
        signed_in_at: caller.signed_in_at.unwrap_or(now),
        now,
        good_for: SignedDuration::from_secs(seconds),
    };
    let issued = Session::issue(&service.master_key, new).map_err(Fault::internal)?;
    let role_name = role.assumable().unwrap_or_default();
    Ok(json!({
        "Credentials": {
            "AccessKeyId": issued.session.access_key,
            "SecretAccessKey": issued.session.secret.expose(),
            "SessionToken": issued.token.as_str(),
            "Expiration": issued.session.expires_at.to_string(),
        },
        "AssumedRoleUser": {
            "AssumedRoleId": format!("{}:{name}", principal.user),
            "Arn": format!("arn:aws:sts::{account}:assumed-role/{role_name}/{name}"),
        },
    }))
}

/// What the roles that a role may assume are called.
fn assumed_names(role: Role) -> String {
    let names = role.assumes().iter().filter_map(|role| role.assumable());
    names.collect::<Vec<_>>().join(" or ")
}

/// The account and the role of an ARN.
fn read(arn: &str) -> Option<(AccountId, Role)> {
    let (account, name) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
    let role = Role::ALL
        .into_iter()
        .find(|role| role.assumable() == Some(name))?;
    Some((account.parse().ok()?, role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_what_may_be_assumed() {
        for (role, expected) in [
            (
                Role::Administrator,
                "AssayAdministrator or AssayAuditor or AssayAgent",
            ),
            (Role::Agent, "AssayAgent"),
            (Role::Host, ""),
        ] {
            assert_eq!(assumed_names(role), expected, "{role}");
        }
    }

    #[test]
    fn roles() {
        let read = |arn: &str| read(arn).map(|(account, role)| (account.to_string(), role));
        for (arn, expected) in [
            (
                "arn:aws:iam::111122223333:role/AssayAdministrator",
                Some(Role::Administrator),
            ),
            ("arn:aws:iam::111122223333:role/AssayAuditor", Some(Role::Auditor)),
            ("arn:aws:iam::111122223333:role/AssayAgent", Some(Role::Agent)),
            ("arn:aws:iam::111122223333:role/agent", None),
            ("arn:aws:iam::111122223333:role/host", None),
            ("arn:aws:iam::1:role/AssayAuditor", None),
            ("AssayAuditor", None),
        ] {
            let expected = expected.map(|role| ("111122223333".to_owned(), role));
            assert_eq!(read(arn), expected, "{arn}");
        }
    }
}
