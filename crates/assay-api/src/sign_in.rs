//! `POST /session`: a user and a password, or a code that is good once, become temporary credentials.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use assay_identity::{
    AccountId, Identities, PasswordHash, Principal, SignInCode, Status, UserName, UserRecord,
};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    clock::Clock,
    fault::{Fault, ValidationReason},
    limits::Limits,
    session::{SessionCredentials, Sessions, USUAL},
    throttle::Throttle,
    trace::Trace,
};

/// Seconds that credentials are good for, at least and at most, as AWS has them.
const SECONDS: std::ops::RangeInclusive<i64> = 900..=43_200;

/// Signs people in.
pub(crate) struct SignIn {
    identities: Arc<dyn Identities>,
    sessions: Arc<Sessions>,
    clock: Clock,
    passwords: Arc<Semaphore>,
    by_user: Throttle<(Option<AccountId>, UserName)>,
    by_address: Throttle<IpAddr>,
    limits: Limits,
}

/// The members of a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    account: Option<AccountId>,
    user: Option<UserName>,
    password: Option<String>,
    code: Option<String>,
    duration_seconds: Option<i64>,
}

/// What is asked for.
struct Request {
    proof: Proof,
    duration_seconds: Option<i64>,
}

/// What shows who somebody is.
enum Proof {
    Password {
        account: Option<AccountId>,
        user: UserName,
        password: String,
    },
    /// What is no code is as unknown as one that nobody made.
    Code(Option<SignInCode>),
}

impl SignIn {
    pub(crate) fn new(
        identities: Arc<dyn Identities>,
        sessions: Arc<Sessions>,
        clock: Clock,
        limits: &Limits,
    ) -> Self {
        Self {
            identities,
            sessions,
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
    /// A request that cannot be read, comes too often, or has a wrong user or password, or a code that is not good.
    pub(crate) async fn answer(&self, trace: &Trace, body: &[u8]) -> Result<Response, Fault> {
        // Whatever ends sessions from here on ends this one, too.
        let now = self.clock.now();
        self.by_address
            .take(network(trace.peer.ip()), now)
            .map_err(|retry_after| Fault::Throttled { retry_after })?;
        let Request {
            proof,
            duration_seconds,
        } = read(body)?;
        let principal = match proof {
            Proof::Password {
                account,
                user,
                password,
            } => {
                trace.progress().parameters = Some(json!({
                    "account": account,
                    "user": user,
                    "durationSeconds": duration_seconds,
                }));
                self.by_password(account, user, password, now).await?
            }
            Proof::Code(code) => {
                trace.progress().parameters = Some(json!({
                    "withCode": true,
                    "durationSeconds": duration_seconds,
                }));
                self.by_code(code, now).await?
            }
        };
        let good_for = duration_seconds.map_or(USUAL, SignedDuration::from_secs);
        let credentials = self.sessions.issue(&principal, now, good_for)?;
        let id = credentials.access_key_id();
        let mut progress = trace.progress();
        progress.access_key = Some(id.to_string());
        progress.response = Some(json!({"accessKeyId": id}));
        progress.principal = Some(principal);
        drop(progress);
        answer_of(&credentials)
    }

    async fn by_password(
        &self,
        account: Option<AccountId>,
        user: UserName,
        password: String,
        now: Timestamp,
    ) -> Result<Principal, Fault> {
        self.by_user
            .take((account, user.clone()), now)
            .map_err(|retry_after| Fault::Throttled { retry_after })?;
        let user = match account {
            Some(account) => self.identities.user(account, &user).await,
            None => self.identities.user_of_any_account(&user).await,
        };
        let user = user
            .map_err(Fault::of_identities)?
            .filter(|user| user.status == Status::Active);
        self.check(user, password).await
    }

    async fn by_code(&self, code: Option<SignInCode>, now: Timestamp) -> Result<Principal, Fault> {
        let code = code.ok_or(Fault::SignInCode)?;
        let user = self.identities.user_of_code(&code, now).await;
        user.map_err(Fault::of_identities)?
            .filter(|user| user.status == Status::Active)
            .map(|user| user.principal)
            .ok_or(Fault::SignInCode)
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
    let unreadable = |message: &str| Fault::Validation {
        message: message.to_owned(),
        reason: ValidationReason::CannotParse,
        fields: Vec::new(),
    };
    let forms = "the request must have either `user` and `password`, and may have `account`, 12 digits, or `code` alone; \
                 either may have `durationSeconds`";
    // What is wrong is said without the body's text, which has a password or a code.
    let members: Members = serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => unreadable(forms),
        _ => unreadable("the body is not JSON"),
    })?;
    let proof = match members {
        Members {
            account,
            user: Some(user),
            password: Some(password),
            code: None,
            ..
        } => Proof::Password {
            account,
            user,
            password,
        },
        Members {
            account: None,
            user: None,
            password: None,
            code: Some(code),
            ..
        } => Proof::Code(code.parse().ok()),
        _ => return Err(unreadable(forms)),
    };
    match members.duration_seconds {
        Some(seconds) if !SECONDS.contains(&seconds) => {
            let (least, most) = (SECONDS.start(), SECONDS.end());
            Err(Fault::field(
                "durationSeconds",
                format!("must be {least} to {most}"),
            ))
        }
        duration_seconds => Ok(Request {
            proof,
            duration_seconds,
        }),
    }
}

fn answer_of(credentials: &SessionCredentials) -> Result<Response, Fault> {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let body = serde_json::to_string(credentials).map_err(Fault::internal)?;
    Ok((StatusCode::OK, headers, body).into_response())
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
            (r#"{"password": "geheim"}"#, Some("the request must have")),
            (r#"{"code": "geheim", "user": null}"#, None),
            (r#"{"code": "x", "durationSeconds": 900}"#, None),
            (
                r#"{"code": "x", "durationSeconds": 43201}"#,
                Some("durationSeconds must be 900 to 43200"),
            ),
            (
                r#"{"code": "geheim", "user": "ada"}"#,
                Some("the request must have"),
            ),
            (
                r#"{"code": "geheim", "account": "123456789012"}"#,
                Some("the request must have"),
            ),
            (
                r#"{"user": "ada", "password": "p", "code": "geheim"}"#,
                Some("the request must have"),
            ),
            (r#"{"code": 7}"#, Some("the request must have")),
            ("{}", Some("the request must have")),
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
