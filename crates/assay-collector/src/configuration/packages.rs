//! Where packages of functions are.

use std::path::PathBuf;

use jiff::SignedDuration;
use serde::Deserialize;

use super::{LEAST_PERIOD, usual_period};

/// A directory or a bucket with packages of functions: it has one of the two.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Packages {
    /// The directory.
    pub directory: Option<PathBuf>,
    /// `s3://BUCKET/PREFIX`.
    pub bucket: Option<String>,
    /// The region of the bucket; that of the environment where there is none.
    pub region: Option<String>,
    /// Where S3 is, as `https://HOST`, if not at Amazon's.
    pub endpoint: Option<String>,
    /// An access key for the bucket; what AWS's tools would use where there is none.
    pub access_key: Option<String>,
    /// A file with its secret.
    pub secret_key_file: Option<PathBuf>,
    /// How often it is looked at.
    #[serde(default = "usual_period")]
    pub every: SignedDuration,
}

impl Packages {
    /// What messages call the place.
    pub fn name(&self) -> String {
        let directory = self.directory.as_ref().map(|path| path.display().to_string());
        directory.or_else(|| self.bucket.clone()).unwrap_or_default()
    }

    /// What of it cannot be: which field, and why.
    pub(super) fn mistake(&self) -> Option<(&'static str, String)> {
        let told = |field, message: &str| Some((field, message.to_owned()));
        if self.every < LEAST_PERIOD {
            return Some(("every", format!("must be {LEAST_PERIOD:#} at least")));
        }
        let bucket = match (&self.directory, &self.bucket) {
            (Some(directory), None) => {
                let is_of_bucket = self.region.is_some()
                    || self.endpoint.is_some()
                    || self.access_key.is_some()
                    || self.secret_key_file.is_some();
                if is_of_bucket {
                    return told(
                        "directory",
                        "has no region, endpoint or key: these go with a bucket",
                    );
                }
                let is_there = directory.is_dir();
                let message = || format!("{} is no directory", directory.display());
                return (!is_there).then(|| ("directory", message()));
            }
            (None, Some(bucket)) => bucket,
            _ => return told("directory", "or bucket must be given, and not both"),
        };
        if parts(bucket).is_none() {
            let message = format!("\"{bucket}\" is no bucket: write s3://BUCKET or s3://BUCKET/PREFIX");
            return Some(("bucket", message));
        }
        if self.access_key.is_some() != self.secret_key_file.is_some() {
            return told("access-key", "goes with secret-key-file: give both or none");
        }
        match &self.endpoint {
            Some(address)
                if !["https://", "http://"]
                    .iter()
                    .any(|scheme| address.starts_with(scheme)) =>
            {
                let message = format!("\"{address}\" is no address: write https://HOST or http://HOST");
                Some(("endpoint", message))
            }
            _ => None,
        }
    }
}

/// The name of a bucket and the prefix, without a slash at its end.
pub(crate) fn parts(bucket: &str) -> Option<(&str, &str)> {
    let path = bucket.strip_prefix("s3://")?;
    let (name, prefix) = path.split_once('/').unwrap_or((path, ""));
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    let is_prefix = assay_objects::check_prefix(prefix).is_ok();
    (!name.is_empty() && is_prefix).then_some((name, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets() {
        for (text, expected) in [
            ("s3://packages", Some(("packages", ""))),
            ("s3://packages/", Some(("packages", ""))),
            ("s3://packages/a/b/", Some(("packages", "a/b"))),
            ("s3://packages/a//b", None),
            ("s3://packages/../b", None),
            ("s3://", None),
            ("packages", None),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
