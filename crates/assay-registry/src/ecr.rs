//! Amazon ECR: a token for the registry from AWS credentials of the environment.
//!
//! Source: Amazon ECR API, `GetAuthorizationToken`; AWS Signature Version 4. Only what the environment and the shared
//! credentials file give is used; what runs on AWS itself has the credential helper or the connector.

use std::{env, fs, path::PathBuf, time::Duration};

use assay_sigv4::{BodyDigest, Credentials as Keys, Request, sign};
use base64::Engine;
use jiff::Timestamp;
use serde::Deserialize;
use ureq::Agent;

use crate::{Credentials, RegistryError};

const TARGET: &str = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The region of a private ECR registry, `ACCOUNT.dkr.ecr.REGION.amazonaws.com[.cn]`.
pub(crate) fn region(registry: &str) -> Option<&str> {
    let (account, rest) = registry.split_once(".dkr.ecr.")?;
    let rest = rest.strip_suffix(".cn").unwrap_or(rest);
    let region = rest.strip_suffix(".amazonaws.com")?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && !region.contains('.')).then_some(region)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    authorization_data: Vec<AuthorizationData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizationData {
    authorization_token: String,
}

/// Credentials for a registry; none where the environment has no AWS keys.
pub(crate) fn token(registry: &str, region: &str) -> Result<Credentials, RegistryError> {
    let Some(keys) = keys() else {
        return Ok(Credentials::Anonymous);
    };
    let endpoint = env::var("AWS_ENDPOINT_URL_ECR")
        .or_else(|_| env::var("AWS_ENDPOINT_URL"))
        .unwrap_or_else(|_| {
            let suffix = if registry.ends_with(".cn") { ".cn" } else { "" };
            format!("https://api.ecr.{region}.amazonaws.com{suffix}")
        });
    request(&endpoint, region, &keys, Timestamp::now()).map_err(|reason| RegistryError::Credentials {
        registry: registry.to_owned(),
        reason,
    })
}

fn request(endpoint: &str, region: &str, keys: &Keys, now: Timestamp) -> Result<Credentials, String> {
    let endpoint = endpoint.trim_end_matches('/');
    let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host);
    let headers = [
        ("content-type", CONTENT_TYPE),
        ("host", host),
        ("x-amz-target", TARGET),
    ]
    .map(|(name, value)| (name, value.as_bytes()));
    let unsigned = Request {
        method: "POST",
        path: "/",
        query: "",
        headers: &headers,
        body: BodyDigest::of(b"{}"),
    };
    let added = sign(&unsigned, keys, region, "ecr", now).map_err(|error| error.to_string())?;
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let mut request = agent
        .post(endpoint)
        .header("content-type", CONTENT_TYPE)
        .header("x-amz-target", TARGET);
    for (name, value) in added {
        request = request.header(name, value);
    }
    let mut response = request
        .send(&b"{}"[..])
        .map_err(|error| format!("Amazon ECR: {error}"))?;
    let body = response.body_mut().with_config().limit(1 << 20).read_to_vec();
    let answer: Answer = body
        .map_err(|error| error.to_string())
        .and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()))
        .map_err(|reason| format!("Amazon ECR sent no token: {reason}"))?;
    let token = answer
        .authorization_data
        .into_iter()
        .next()
        .map(|data| data.authorization_token);
    let decoded = token.and_then(|token| base64::engine::general_purpose::STANDARD.decode(token).ok());
    let pair = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let (username, password) = pair
        .as_deref()
        .and_then(|pair| pair.split_once(':'))
        .ok_or("Amazon ECR sent a token that is no user name and password")?;
    Ok(Credentials::Password {
        username: username.to_owned(),
        password: password.to_owned(),
    })
}

fn keys() -> Option<Keys> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(id), Some(secret)) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
        return Some(Keys {
            access_key: id,
            secret,
            session_token: variable("AWS_SESSION_TOKEN"),
        });
    }
    let path = match variable("AWS_SHARED_CREDENTIALS_FILE") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(variable("HOME")?).join(".aws/credentials"),
    };
    let profile = variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
    keys_of_profile(&fs::read_to_string(path).ok()?, &profile)
}

fn keys_of_profile(file: &str, profile: &str) -> Option<Keys> {
    let (mut id, mut secret, mut session) = (None, None, None);
    let mut is_wanted = false;
    for line in file.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            is_wanted = name.trim() == profile;
        } else if let Some((key, value)) = line.split_once('=').filter(|_| is_wanted) {
            let value = Some(value.trim().to_owned());
            match key.trim() {
                "aws_access_key_id" => id = value,
                "aws_secret_access_key" => secret = value,
                "aws_session_token" => session = value,
                _ => {}
            }
        }
    }
    Some(Keys {
        access_key: id?,
        secret: secret?,
        session_token: session,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions() {
        for (registry, expected) in [
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", Some("eu-west-1")),
            (
                "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
                Some("cn-north-1"),
            ),
            ("1234.dkr.ecr.eu-west-1.amazonaws.com", None),
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.org", None),
            ("public.ecr.aws", None),
        ] {
            assert_eq!(region(registry), expected, "{registry}");
        }
    }

    #[test]
    fn profiles() {
        let file =
            "[default]\naws_access_key_id=A\naws_secret_access_key = B\n[ other ]\naws_access_key_id=C\n";
        let keys = keys_of_profile(file, "default").unwrap();
        assert_eq!((keys.access_key.as_str(), keys.secret.as_str()), ("A", "B"));
        assert!(keys_of_profile(file, "other").is_none());
    }

    /// Answers one request with a body; gives the address and, later, what was asked.
    fn serve(body: &'static str) -> (String, std::thread::JoinHandle<String>) {
        use std::io::{Read, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let asked = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !request.ends_with(b"\r\n\r\n{}") {
                let read = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..read]);
            }
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all((head + body).as_bytes()).unwrap();
            String::from_utf8(request).unwrap().to_lowercase()
        });
        (address, asked)
    }

    #[test]
    fn a_token_is_user_name_and_password() {
        let keys = Keys {
            access_key: "A".to_owned(),
            secret: "B".to_owned(),
            session_token: Some("C".to_owned()),
        };
        // "AWS:secret" in base 64.
        let (address, asked) = serve(r#"{"authorizationData":[{"authorizationToken":"QVdTOnNlY3JldA=="}]}"#);
        let credentials = request(&address, "eu-west-1", &keys, Timestamp::now()).unwrap();
        let expected = Credentials::Password {
            username: "AWS".to_owned(),
            password: "secret".to_owned(),
        };
        assert!(credentials == expected);
        let asked = asked.join().unwrap();
        for part in [
            "getauthorizationtoken",
            "x-amz-security-token: c",
            "credential=a/",
            "/eu-west-1/ecr/",
        ] {
            assert!(asked.contains(part), "{asked}");
        }
        let (address, _asked) = serve(r#"{"message":"no"}"#);
        let error = request(&address, "eu-west-1", &keys, Timestamp::now()).unwrap_err();
        assert!(error.contains("sent no token"), "{error}");
    }
}
