//! What a signature is good for.

use std::fmt;

use crate::fault::{Fault, Mismatch};

/// The day, region and service that a signature is good for; also what a derived key is cached under.
///
/// A derived key depends on the secret and on nothing else but these, so a cache is keyed by access key and scope, and
/// an entry is of no use once its day has passed.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The day, as `20150830`.
    pub date: String,
    /// The region, as `eu-west-1`.
    pub region: String,
    /// The signing name of the service, as `inspector2`.
    pub service: String,
}

/// What every scope ends in.
pub(crate) const TERMINATOR: &str = "aws4_request";

impl Scope {
    /// Refuses a scope of another region, or of none of the services that are served.
    pub fn require(&self, region: &str, services: &[&str]) -> Result<(), Fault> {
        if self.region != region {
            return Err(Fault::InvalidSignature(Mismatch::Region {
                signed: self.region.clone(),
                served: region.to_owned(),
            }));
        }
        if !services.contains(&self.service.as_str()) {
            return Err(Fault::InvalidSignature(Mismatch::Service {
                signed: self.service.clone(),
                served: services.join(", "),
            }));
        }
        Ok(())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            date,
            region,
            service,
        } = self;
        write!(formatter, "{date}/{region}/{service}/{TERMINATOR}")
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Scope({self})")
    }
}

/// The access key and the scope of `AKID/20150830/us-east-1/iam/aws4_request`.
pub(crate) fn parse_credential(text: &str) -> Result<(String, Scope), Fault> {
    let incomplete = |reason: &str| Fault::IncompleteSignature(format!("the credential {reason}"));
    let parts: Vec<&str> = text.splitn(6, '/').collect();
    let [access_key, date, region, service, terminator] = parts.as_slice() else {
        return Err(incomplete(
            "must be an access key, date, region, service and `aws4_request`, parted by slashes",
        ));
    };
    if *terminator != TERMINATOR {
        return Err(incomplete("must end in `aws4_request`"));
    }
    if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(incomplete("must have a date of eight digits"));
    }
    let is_word = |text: &str, most: usize| {
        (1..=most).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    // Lengths by the IAM API reference (access keys) and far beyond any region or service.
    for (part, name, most) in [
        (access_key, "access key", 128),
        (region, "region", 64),
        (service, "service", 64),
    ] {
        if !is_word(part, most) {
            let reason =
                format!("must have a {name} of 1 to {most} letters, digits, dots, dashes and underscores");
            return Err(incomplete(&reason));
        }
    }
    let scope = Scope {
        date: (*date).to_owned(),
        region: (*region).to_owned(),
        service: (*service).to_owned(),
    };
    Ok(((*access_key).to_owned(), scope))
}
