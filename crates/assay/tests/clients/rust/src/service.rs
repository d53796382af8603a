//! The service as clients of the SDK have it.

use std::{fmt::Debug, future::Future, time::Duration};

use aws_sdk_inspector2::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
};
use aws_smithy_http_client::Builder;

pub const ALONE: &str = "000000000000";
pub const ADMINISTRATOR: &str = "222222222222";
pub const MEMBER: &str = "333333333333";
pub const NEWCOMER: &str = "444444444444";

/// A client of Inspector's API for a profile of the credentials file. Nothing is tried twice, so that no passing fault is hidden.
pub fn inspector(profile: &str, region: &'static str) -> Client {
    let config = aws_sdk_inspector2::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Builder::new().build_http())
        .endpoint_url(endpoint())
        .credentials_provider(credentials(profile))
        .region(Region::new(region))
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// A client of the API for scans of a bill of materials.
pub fn scanner(profile: &str) -> aws_sdk_inspectorscan::Client {
    let config = aws_sdk_inspectorscan::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Builder::new().build_http())
        .endpoint_url(endpoint())
        .credentials_provider(credentials(profile))
        .region(Region::new("us-east-1"))
        .retry_config(RetryConfig::disabled())
        .build();
    aws_sdk_inspectorscan::Client::from_conf(config)
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn endpoint() -> String {
    variable("AWS_ENDPOINT_URL")
}

/// What a profile has in the shared file. The SDK's own reader of it brings clients of four more services.
fn credentials(profile: &str) -> Credentials {
    let file = std::fs::read_to_string(variable("AWS_SHARED_CREDENTIALS_FILE")).expect("credentials");
    let heading = format!("[{profile}]");
    let lines = file.lines().skip_while(|line| line.trim() != heading).skip(1);
    let of_profile: Vec<&str> = lines.take_while(|line| !line.starts_with('[')).collect();
    let value = |name: &str| {
        let found = of_profile.iter().filter_map(|line| line.split_once('='));
        let mut found = found.filter(|(key, _)| key.trim() == name);
        found
            .next()
            .unwrap_or_else(|| panic!("{profile} has no {name}"))
            .1
            .trim()
    };
    let (key, secret) = (value("aws_access_key_id"), value("aws_secret_access_key"));
    Credentials::new(key, secret, None, None, "shared file")
}

/// Waits until something is so, which takes as long as assessing what was pushed.
pub async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what} for a minute");
}

/// The typed error that a call has to end with.
pub fn refused<O: Debug, E: ProvideErrorMetadata, R: Debug>(outcome: Result<O, SdkError<E, R>>) -> E {
    match outcome {
        Err(SdkError::ServiceError(refusal)) => {
            let fault = refusal.into_err();
            assert!(fault.message().is_some_and(|message| !message.is_empty()));
            fault
        }
        Err(_) => panic!("no answer of the service"),
        Ok(answer) => panic!("answered: {answer:?}"),
    }
}
