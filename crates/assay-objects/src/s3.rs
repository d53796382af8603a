//! Buckets of S3.

use std::{env, sync::Arc, time::Duration};

use assay_sigv4::{BodyDigest, Credentials, Request, sign};
use http::StatusCode;
use jiff::Timestamp;
use object_store::{
    RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
};

use crate::{Place, Shelf, bucket::Bucket, error::ObjectError};

/// How long looking at a bucket may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long one request is tried again; the whole report is, later.
const RETRIES: Duration = Duration::from_secs(20);

/// The digest of no body.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Opens a bucket.
pub(crate) fn open(place: &Place<'_>) -> Result<Bucket, ObjectError> {
    let store = store(place)?;
    Ok(Bucket::new(Arc::new(store), place.bucket, None))
}

/// Opens a bucket of somebody else's objects.
pub(crate) fn open_shelf(shelf: &Shelf<'_>) -> Result<Bucket, ObjectError> {
    let endpoint = shelf.endpoint.map(str::to_owned).or_else(endpoint);
    let mut builder = builder(shelf.bucket, shelf.region, endpoint);
    if let Some((key, secret)) = shelf.key {
        builder = builder.with_access_key_id(key).with_secret_access_key(secret);
    }
    let store = builder
        .build()
        .map_err(|error| ObjectError::Failed(error.to_string()))?;
    Ok(Bucket::new(Arc::new(store), shelf.bucket, None))
}

/// The address where S3 is, if it is not Amazon's.
fn endpoint() -> Option<String> {
    let set = |name: &str| env::var(name).ok().filter(|address| !address.is_empty());
    let endpoint = set("AWS_ENDPOINT_URL_S3").or_else(|| set("AWS_ENDPOINT_URL"))?;
    Some(endpoint.trim_end_matches('/').to_owned())
}

fn store(place: &Place<'_>) -> Result<AmazonS3, ObjectError> {
    builder(place.bucket, place.region, endpoint())
        .with_sse_kms_encryption(place.kms_key)
        .build()
        .map_err(|error| ObjectError::Failed(error.to_string()))
}

/// What all buckets have, with the credentials of the environment.
fn builder(bucket: &str, region: &str, endpoint: Option<String>) -> AmazonS3Builder {
    // Whoever was first is as good; all of this program is `ring`.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_disable_tagging(true)
        .with_retry(RetryConfig {
            max_retries: 5,
            retry_timeout: RETRIES,
            ..RetryConfig::default()
        });
    match endpoint {
        Some(endpoint) => builder
            .with_allow_http(endpoint.starts_with("http://"))
            .with_endpoint(endpoint),
        None => builder,
    }
}

/// Looks whether a bucket is there, where it is, and whose.
///
/// S3 tells the region of a bucket to everybody, even with a refusal; whether objects may be put is only known once they are.
pub(crate) async fn look(place: &Place<'_>) -> Result<(), ObjectError> {
    let failed = |error: &dyn std::error::Error| ObjectError::Failed(error.to_string());
    let credential = store(place)?
        .credentials()
        .get_credential()
        .await
        .map_err(|error| ObjectError::Denied(format!("there are no credentials for S3: {error}")))?;
    let credentials = Credentials {
        access_key: credential.key_id.clone(),
        secret: credential.secret_key.clone(),
        session_token: credential.token.clone(),
    };
    let amazon = format!("https://s3.{}.amazonaws.com", place.region);
    let endpoint = endpoint().unwrap_or(amazon);
    let host = endpoint
        .split_once("://")
        .map_or(endpoint.as_str(), |(_, host)| host);
    let host = host.split('/').next().unwrap_or_default();
    let path = format!("/{}", place.bucket);
    let mut headers: Vec<(&str, &[u8])> = vec![
        ("host", host.as_bytes()),
        ("x-amz-content-sha256", NOTHING.as_bytes()),
    ];
    if let Some(owner) = place.owner {
        headers.push(("x-amz-expected-bucket-owner", owner.as_bytes()));
    }
    let request = Request {
        method: "HEAD",
        path: &path,
        query: "",
        headers: &headers,
        body: BodyDigest::of(b""),
    };
    let signed =
        sign(&request, &credentials, place.region, "s3", Timestamp::now()).map_err(|error| failed(&error))?;
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| failed(&error))?;
    let mut asked = client.head(format!("{endpoint}{path}"));
    for (name, value) in headers.iter().skip(1) {
        asked = asked.header(*name, *value);
    }
    for (name, value) in &signed {
        asked = asked.header(*name, value);
    }
    let answer = asked.send().await.map_err(|error| failed(&error))?;
    let region = answer
        .headers()
        .get("x-amz-bucket-region")
        .and_then(|region| region.to_str().ok());
    judge(answer.status(), region, place)
}

/// What an answer about a bucket means.
fn judge(status: StatusCode, region: Option<&str>, place: &Place<'_>) -> Result<(), ObjectError> {
    if status == StatusCode::NOT_FOUND {
        return Err(ObjectError::NoBucket {
            bucket: place.bucket.to_owned(),
            place: "in S3".to_owned(),
        });
    }
    if let Some(region) = region
        && region != place.region
    {
        return Err(ObjectError::OtherRegion {
            bucket: place.bucket.to_owned(),
            region: region.to_owned(),
            wanted: place.region.to_owned(),
        });
    }
    match status {
        StatusCode::FORBIDDEN if place.owner.is_some() => Err(ObjectError::Denied(format!(
            "the bucket `{}` is not the expected owner's, or may not be looked at",
            place.bucket
        ))),
        status if status.is_redirection() => Err(ObjectError::OtherRegion {
            bucket: place.bucket.to_owned(),
            region: "another region".to_owned(),
            wanted: place.region.to_owned(),
        }),
        status if status.is_server_error() => Err(ObjectError::Failed(format!("S3 answers {status}"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_about_buckets() {
        let place = Place {
            bucket: "reports",
            region: "eu-west-1",
            kms_key: "",
            owner: None,
        };
        let owned = Place {
            owner: Some("111122223333"),
            ..place
        };
        let check = |status: u16, region: Option<&str>, place: &Place<'_>| {
            judge(StatusCode::from_u16(status).unwrap(), region, place)
        };
        assert_eq!(check(200, Some("eu-west-1"), &place), Ok(()));
        // Whoever may only put objects may not look.
        assert_eq!(check(403, Some("eu-west-1"), &place), Ok(()));
        assert!(matches!(check(403, None, &owned), Err(ObjectError::Denied(_))));
        assert!(matches!(
            check(404, None, &place),
            Err(ObjectError::NoBucket { .. })
        ));
        for answer in [check(403, Some("us-east-1"), &place), check(301, None, &place)] {
            assert!(
                matches!(answer, Err(ObjectError::OtherRegion { .. })),
                "{answer:?}"
            );
        }
        assert!(check(503, None, &place).is_err_and(|error| error.is_passing()));
    }
}
