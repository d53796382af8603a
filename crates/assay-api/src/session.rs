//! `POST /session`: a user and a password become temporary credentials.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use assay_identity::{
    AccountId, Identities, Issued, MasterKey, PasswordHash, Principal, Session, Status, UserName, UserRecord,
};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    clock::Clock,
    fault::{Fault, ValidationReason},
    limits::Limits,
    throttle::Throttle,
    trace::Trace,
};

/// Seconds that credentials are good for, at least and at most, as AWS has them.
const SECONDS: std::ops::RangeInclusive<i64> = 900..=43_200;

/// Where nobody says how long: one working hour.
const USUAL_SECONDS: i64 = 3600;

/// Signs people in.
pub(crate) struct SignIn {
    identities: Arc<dyn Identities>,
    master: MasterKey,
    clock: Clock,
    passwords: Arc<Semaphore>,
    by_user: Throttle<(Option<AccountId>, UserName)>,
    by_address: Throttle<IpAddr>,
    limits: Limits,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    account: Option<AccountId>,
    user: UserName,
    password: String,
    duration_seconds: Option<i64>,
}

impl SignIn {
    pub(crate) fn new(
        identities: Arc<dyn Identities>,
        master: MasterKey,
        clock: Clock,
        limits: &Limits,
    ) -> Self {
        Self {
            identities,
            master,
            clock,
            passwords: Arc::new(Semaphore::new(limits.passwords_at_once.max(1))),
            by_user: Throttle::new(limits.sign_in_per_user, limits.remembered),
            by_address: Throttle::new(limits.sign_in_per_address, limits.remembered),
            limits: limits.clone(),
        }
    }

    /// Answers a request to sign in.
    ///
    /// # Errors
    ///
    /// A request that cannot be read, comes too often, or has a wrong user or password.
    pub(crate) async fn answer(
        &self,
        trace: &Trace,
        body: &[u8],
        regions: &[Arc<str>],
    ) -> Result<Response, Fault> {
        let now = self.clock.now();
        let throttled = |retry_after| Fault::Throttled { retry_after };
        self.by_address
            .take(network(trace.peer.ip()), now)
            .map_err(throttled)?;
        let request = read(body)?;
        trace.progress().parameters = Some(json!({
            "account": request.account,
            "user": request.user,
            "durationSeconds": request.duration_seconds,
        }));
        self.by_user
            .take((request.account, request.user.clone()), now)
            .map_err(throttled)?;
        let user = match request.account {
            Some(account) => self.identities.user(account, &request.user).await,
            None => self.identities.user_of_any_account(&request.user).await,
        };
        let user = user
            .map_err(Fault::of_identities)?
            .filter(|user| user.status == Status::Active);
        let principal = self.check(user, request.password).await?;
        let good_for = SignedDuration::from_secs(request.duration_seconds.unwrap_or(USUAL_SECONDS));
        let issued = Session::issue(
            &self.master,
            principal.account,
            &principal.user,
            self.clock.now(),
            good_for,
        )
        .map_err(Fault::internal)?;
        let mut progress = trace.progress();
        progress.access_key = Some(issued.session.access_key.to_string());
        progress.response = Some(json!({"accessKeyId": issued.session.access_key}));
        progress.principal = Some(principal.clone());
        drop(progress);
        Ok(credentials(&principal, &issued, regions))
    }

    /// Holds a password against that of a user, on a thread where that keeps nobody waiting. It takes as long where there
    /// is no user.
    async fn check(&self, user: Option<UserRecord>, password: String) -> Result<Principal, Fault> {
        let turn = timeout(self.limits.turn_timeout, self.passwords.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(Fault::Unavailable {
                message: "too many people sign in at once; try again".to_owned(),
                retry_after: self.limits.turn_timeout,
            });
        };
        let (hash, principal) = match user {
            Some(UserRecord {
                password: Some(hash),
                principal,
                ..
            }) => (hash, Some(principal)),
            _ => (PasswordHash::of_nobody(), None),
        };
        let accepts = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash.accepts(&password)
        });
        let is_accepted = accepts.await.map_err(Fault::internal)?;
        principal.filter(|_| is_accepted).ok_or(Fault::SignIn)
    }
}

fn read(body: &[u8]) -> Result<Request, Fault> {
    // What is wrong is said without the body's text, which has a password.
    let request: Request = serde_json::from_slice(body).map_err(|error| Fault::Validation {
        message: match error.classify() {
            serde_json::error::Category::Data => {
                "the request must have `user` and `password`, and may have `account`, 12 digits, and `durationSeconds`"
                    .to_owned()
            }
            _ => "the body is not JSON".to_owned(),
        },
        reason: ValidationReason::CannotParse,
        fields: Vec::new(),
    })?;
    match request.duration_seconds {
        Some(seconds) if !SECONDS.contains(&seconds) => {
            let (least, most) = (SECONDS.start(), SECONDS.end());
            Err(Fault::field(
                "durationSeconds",
                format!("must be {least} to {most}"),
            ))
        }
        _ => Ok(request),
    }
}

fn credentials(principal: &Principal, issued: &Issued, regions: &[Arc<str>]) -> Response {
    let Issued { session, token } = issued;
    let regions: Vec<&str> = regions.iter().map(|region| &**region).collect();
    let body: Value = json!({
        "accessKeyId": session.access_key,
        "secretAccessKey": session.secret.expose(),
        "sessionToken": token.as_str(),
        "expiration": session.expires_at.to_string(),
        "account": principal.account,
        "relation": principal.standing.relation,
        "user": principal.user,
        "role": principal.role,
        "regions": regions,
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::OK, headers, body.to_string()).into_response()
}

/// What counts as one address: of IPv6 a subscriber has a whole network of 64 bits.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            assert_eq!(
                network(address.parse().unwrap()),
                expected.parse::<IpAddr>().unwrap()
            );
        }
    }

    #[test]
    fn requests() {
        for (body, code) in [
            (r#"{"user": "ada", "password": "p"}"#, None),
            (
                r#"{"user": "ada", "password": "p", "account": "123456789012", "durationSeconds": 900, "x": 1}"#,
                None,
            ),
            (
                r#"{"user": "ada", "password": "p", "durationSeconds": 899}"#,
                Some("durationSeconds must be 900 to 43200"),
            ),
            (
                r#"{"user": "a b", "password": "p"}"#,
                Some("the request must have"),
            ),
            (r#"{"user": "ada"}"#, Some("the request must have")),
            (
                r#"{"user": "ada", "password": "geheim""#,
                Some("the body is not JSON"),
            ),
            ("", Some("the body is not JSON")),
        ] {
            let fault = read(body.as_bytes()).err();
            let message = fault.map(|fault| fault.message());
            match (message, code) {
                (None, None) => {}
                (Some(message), Some(expected)) => {
                    assert!(message.starts_with(expected), "{message}");
                    assert!(!message.contains("geheim"));
                }
                (message, _) => panic!("{body}: {message:?}"),
            }
        }
    }
}
