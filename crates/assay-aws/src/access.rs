//! Keys: those that this program was started with, and those of roles that are assumed by them, in AWS and in the service alike.

use std::{
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use assay_client::CallError;
use assay_sigv4::Credentials;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio::runtime::Runtime;

use crate::call::{AwsError, Keys, Place, STS};

/// Keys that end sooner are not used any more.
const LEFT_AT_LEAST: SignedDuration = SignedDuration::from_mins(5);

/// What was got last, and when it ends; none for what does not.
#[derive(Default)]
struct Cached(Mutex<Option<(Credentials, Option<Timestamp>)>>);

impl Cached {
    /// What is kept while it is good, else what is got anew.
    fn get(
        &self,
        get: impl FnOnce() -> Result<(Credentials, Option<Timestamp>), AwsError>,
    ) -> Result<Credentials, AwsError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((keys, ends)) = kept.as_ref()
            && ends.is_none_or(|ends| ends - LEFT_AT_LEAST > Timestamp::now())
        {
            return Ok(keys.clone());
        }
        let (keys, ends) = get()?;
        *kept = Some((keys.clone(), ends));
        Ok(keys)
    }
}

/// Where AWS's own tools take keys from, in their order: the environment, profiles (with SSO, processes, roles), web identities,
/// containers, instances.
pub(crate) struct Chain {
    runtime: Runtime,
    provider: SharedCredentialsProvider,
    /// The region that goes with it, where one is told.
    pub(crate) region: Option<String>,
    cached: Cached,
}

impl Chain {
    /// The usual chain, of a profile where one is named.
    ///
    /// # Errors
    ///
    /// When there is nowhere to take keys from.
    pub(crate) fn open(profile: Option<&str>) -> Result<Chain, AwsError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| AwsError::Keys(error.to_string()))?;
        let http = Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        let loaded = runtime.block_on(loader.load());
        let provider = loaded
            .credentials_provider()
            .ok_or_else(|| AwsError::Keys("there is nowhere to take them from".to_owned()))?;
        Ok(Chain {
            runtime,
            provider,
            region: loaded.region().map(Region::to_string),
            cached: Cached::default(),
        })
    }
}

impl Keys for Chain {
    fn keys(&self) -> Result<Credentials, AwsError> {
        self.cached.get(|| {
            let found = self.runtime.block_on(self.provider.provide_credentials());
            let found = found.map_err(|error| AwsError::Keys(told(&error)))?;
            let ends = found.expiry().and_then(|ends| {
                let since = ends.duration_since(SystemTime::UNIX_EPOCH).ok()?;
                Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok()
            });
            let keys = Credentials {
                access_key: found.access_key_id().to_owned(),
                secret: found.secret_access_key().to_owned(),
                session_token: found.session_token().map(str::to_owned),
            };
            Ok((keys, ends))
        })
    }
}

/// An error with all that is behind it.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Keys that are what they are.
pub(crate) struct Fixed(pub(crate) Credentials);

impl Keys for Fixed {
    fn keys(&self) -> Result<Credentials, AwsError> {
        Ok(self.0.clone())
    }
}

/// A role that is assumed.
pub(crate) struct Role {
    /// Where it is assumed, with the keys that may.
    pub(crate) from: Place,
    pub(crate) arn: String,
    pub(crate) external_id: Option<String>,
    cached: Cached,
}

impl Role {
    pub(crate) fn new(from: Place, arn: String, external_id: Option<String>) -> Role {
        Role {
            from,
            arn,
            external_id,
            cached: Cached::default(),
        }
    }

    fn assume(&self) -> Result<(Credentials, Option<Timestamp>), AwsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Assumed {
            credentials: Temporary,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Temporary {
            access_key_id: String,
            secret_access_key: String,
            session_token: String,
            expiration: Timestamp,
        }
        let mut parameters = vec![("RoleArn", self.arn.as_str()), ("RoleSessionName", "assay-aws")];
        if let Some(id) = &self.external_id {
            parameters.push(("ExternalId", id));
        }
        let answer = self.from.query(&STS, "AssumeRole", &parameters)?;
        let assumed: Assumed = serde_json::from_value(answer)
            .map_err(|error| AwsError::Keys(format!("{} was assumed without keys: {error}", self.arn)))?;
        let keys = assumed.credentials;
        Ok((
            Credentials {
                access_key: keys.access_key_id,
                secret: keys.secret_access_key,
                session_token: Some(keys.session_token),
            },
            Some(keys.expiration),
        ))
    }
}

impl Keys for Role {
    fn keys(&self) -> Result<Credentials, AwsError> {
        self.cached.get(|| self.assume())
    }
}

/// The same in the words of whoever tells the service.
impl assay_collector::Keys for Role {
    fn keys(&self) -> Result<Credentials, CallError> {
        Keys::keys(self).map_err(|error| match error {
            AwsError::Refused {
                status,
                code,
                message,
                ..
            } => CallError::Refused {
                server: format!("the service, asked to let {} act,", self.arn),
                status,
                code,
                message,
            },
            AwsError::Unreachable { host, message } => CallError::Unreachable {
                server: host,
                message,
            },
            other => CallError::Signing(other.to_string()),
        })
    }
}
