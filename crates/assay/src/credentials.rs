//! The credentials that AWS's own tools would use, so that one set serves both.

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use assay_sigv4::Credentials;

/// From the environment, else from the shared credentials file.
pub(crate) fn find() -> Result<Credentials> {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(id), Some(secret)) = (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
        return Ok(Credentials {
            access_key: id,
            secret,
            session_token: set("AWS_SESSION_TOKEN"),
        });
    }
    let path = set("AWS_SHARED_CREDENTIALS_FILE")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".aws/credentials")))
        .context("no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")?;
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or have them in {}",
            path.display()
        )
    })?;
    let profile = set("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
    let (mut id, mut secret, mut token) = (None, None, None);
    let mut is_ours = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            is_ours = name.trim() == profile;
        } else if let Some((key, value)) = line.split_once('=').filter(|_| is_ours) {
            let value = Some(value.trim().to_owned());
            match key.trim() {
                "aws_access_key_id" => id = value,
                "aws_secret_access_key" => secret = value,
                "aws_session_token" => token = value,
                _ => {}
            }
        }
    }
    match (id, secret) {
        (Some(access_key), Some(secret)) => Ok(Credentials {
            access_key,
            secret,
            session_token: token,
        }),
        _ => bail!("{} has no key for the profile \"{profile}\"", path.display()),
    }
}
