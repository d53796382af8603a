//! Where services of AWS are.
//!
//! Source: AWS General Reference, "AWS service endpoints"; AWS SDKs and Tools reference guide, "Service-specific endpoints".

use std::{collections::BTreeMap, env};

use super::service::{Address, Scope};

/// Addresses of services, where others than AWS's are to be used: endpoints of a VPC, or a stand-in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints {
    /// By the id of the service; the empty one is for all others.
    told: BTreeMap<String, String>,
    suffix: &'static str,
}

const FIPS: &str = "-fips";

/// A part of AWS that knows nothing of the others.
pub(super) struct Partition {
    /// As ARNs name it.
    pub(super) name: &'static str,
    /// What its regions begin with.
    stem: &'static str,
    /// What its hosts end with.
    domain: &'static str,
    /// Where what there is once is.
    home: &'static str,
}

const PARTITIONS: [Partition; 3] = [
    Partition {
        name: "aws-cn",
        stem: "cn-",
        domain: "amazonaws.com.cn",
        home: "cn-northwest-1",
    },
    Partition {
        name: "aws-us-gov",
        stem: "us-gov-",
        domain: "amazonaws.com",
        home: "us-gov-west-1",
    },
    Partition {
        name: "aws",
        stem: "",
        domain: "amazonaws.com",
        home: "us-east-1",
    },
];

impl Endpoints {
    /// From the variables of the environment that AWS's tools go by: `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_EC2` and its siblings,
    /// `AWS_USE_FIPS_ENDPOINT`.
    pub(crate) fn of_environment() -> Endpoints {
        let told = env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            let id = match name.strip_prefix("AWS_ENDPOINT_URL")? {
                "" => "",
                rest => rest.strip_prefix('_')?,
            };
            let value = value.into_string().ok()?;
            let value = value.trim_end_matches('/').to_owned();
            (!value.is_empty()).then(|| (id.to_owned(), value))
        });
        let is_fips = env::var("AWS_USE_FIPS_ENDPOINT").is_ok_and(|value| value == "true");
        Endpoints {
            told: told.collect(),
            suffix: if is_fips { FIPS } else { "" },
        }
    }

    /// One for everything.
    pub(crate) fn of_one(address: &str) -> Endpoints {
        let address = address.trim_end_matches('/').to_owned();
        Endpoints {
            told: [(String::new(), address)].into(),
            suffix: "",
        }
    }

    /// The address of a service, and the region that requests to it are signed for.
    pub(super) fn of(&self, service: &Address, region: &str) -> (String, String) {
        let partition = partition(region);
        let region = match service.scope {
            Scope::Region => region,
            Scope::Partition => partition.home,
        };
        let domain = partition.domain;
        let told = self.told.get(service.id).or_else(|| self.told.get(""));
        let address = match told {
            Some(address) => address.clone(),
            None => format!("https://{}{}.{region}.{domain}", service.host, self.suffix),
        };
        (address, region.to_owned())
    }
}

/// The part of AWS that a region is in.
pub(super) fn partition(region: &str) -> &'static Partition {
    let found = PARTITIONS
        .iter()
        .find(|partition| region.starts_with(partition.stem));
    found.unwrap_or(&PARTITIONS[PARTITIONS.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{EC2, ECR, ORGANIZATIONS, SSM};

    #[test]
    fn addresses() {
        let usual = Endpoints::default();
        for (service, region, expected) in [
            (
                &EC2.at,
                "eu-west-1",
                "https://ec2.eu-west-1.amazonaws.com eu-west-1",
            ),
            (
                &ECR.at,
                "cn-north-1",
                "https://api.ecr.cn-north-1.amazonaws.com.cn cn-north-1",
            ),
            (
                &ORGANIZATIONS.at,
                "eu-west-1",
                "https://organizations.us-east-1.amazonaws.com us-east-1",
            ),
            (
                &ORGANIZATIONS.at,
                "cn-north-1",
                "https://organizations.cn-northwest-1.amazonaws.com.cn cn-northwest-1",
            ),
            (
                &EC2.at,
                "us-gov-east-1",
                "https://ec2.us-gov-east-1.amazonaws.com us-gov-east-1",
            ),
        ] {
            let (address, signed) = usual.of(service, region);
            assert_eq!(format!("{address} {signed}"), expected);
        }
        let told = Endpoints {
            told: [("", "http://all"), ("EC2", "http://one")]
                .map(|(id, address)| (id.to_owned(), address.to_owned()))
                .into(),
            suffix: FIPS,
        };
        assert_eq!(told.of(&EC2.at, "eu-west-1").0, "http://one");
        assert_eq!(told.of(&SSM.at, "eu-west-1").0, "http://all");
        let fips = Endpoints {
            suffix: FIPS,
            ..Endpoints::default()
        };
        assert_eq!(
            fips.of(&EC2.at, "us-east-2").0,
            "https://ec2-fips.us-east-2.amazonaws.com"
        );
    }
}
