//! endoflife.date: until when each release of an operating system gets security updates.
//!
//! Traps: a date can be a date, or `true` or `false` where nobody knows the day; Debian's `eol` is the end of regular
//! support, after which everyone still gets long-term support free of charge, while elsewhere `extendedSupport` is
//! sold; the end is the last day with support. The facts become records whose "versions" are days.
//!
//! Source: endoflife.date/docs/api and the products' pages.

use assay_model::{
    Advisory, AdvisoryKind, Affected, Ecosystem, OPERATING_SYSTEM, PackageKey, RangeEvent, Reference,
    VendorStatus,
};
use jiff::{ToSpan, civil::Date};
use serde::Deserialize;
use serde_json::Value;

use super::{ReadError, archive::each_in_zip, is_identifier};
use crate::record::{Sink, Summary};

/// What extended support is to the users of an operating system.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extended {
    /// Free for everyone, under the name given.
    Free(&'static str),
    /// Sold.
    Sold,
}

struct System {
    product: &'static str,
    name: &'static str,
    /// Ids in `os-release` of what the product's releases are.
    ids: &'static [&'static str],
    extended: Extended,
}

const fn system(product: &'static str, name: &'static str, ids: &'static [&'static str]) -> System {
    System {
        product,
        name,
        ids,
        extended: Extended::Sold,
    }
}

const SYSTEMS: [System; 17] = [
    system("almalinux", "AlmaLinux", &["almalinux"]),
    system("alpine-linux", "Alpine Linux", &["alpine"]),
    system("amazon-linux", "Amazon Linux", &["amzn"]),
    system("azure-linux", "Azure Linux", &["azurelinux"]),
    system("centos", "CentOS", &["centos"]),
    system("centos-stream", "CentOS Stream", &["centos"]),
    System {
        extended: Extended::Free("long-term support"),
        ..system("debian", "Debian", &["debian"])
    },
    system("fedora", "Fedora", &["fedora"]),
    system("mageia", "Mageia", &["mageia"]),
    system("opensuse", "openSUSE Leap", &["opensuse-leap"]),
    system("oracle-linux", "Oracle Linux", &["ol"]),
    system("rhel", "Red Hat Enterprise Linux", &["rhel"]),
    system("rocky-linux", "Rocky Linux", &["rocky"]),
    system(
        "sles",
        "SUSE Linux Enterprise Server",
        &["sles", "sled", "sles_sap", "sle_hpc"],
    ),
    system("suse-linux-micro", "SUSE Linux Micro", &["sl-micro", "sle-micro"]),
    system("ubuntu", "Ubuntu", &["ubuntu"]),
    system("vmware-photon", "Photon OS", &["photon"]),
];

/// The products that are read, as the site names them.
pub(crate) const PRODUCTS: [&str; SYSTEMS.len()] = {
    let mut products = [""; SYSTEMS.len()];
    let mut at = 0;
    while at < SYSTEMS.len() {
        products[at] = SYSTEMS[at].product;
        at += 1;
    }
    products
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cycle {
    cycle: Value,
    #[serde(default)]
    codename: Option<String>,
    #[serde(default)]
    eol: Value,
    #[serde(default)]
    extended_support: Value,
    #[serde(default)]
    link: Option<String>,
}

/// When something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    On(Date),
    /// It has ended, nobody says when.
    Already,
    /// It goes on, or nothing is known.
    Not,
}

/// Reads a zip of the site's files.
///
/// # Errors
///
/// When the zip is broken, or the sink refuses.
pub(crate) fn read_zip(zip: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    each_in_zip(
        zip,
        |name| product_of(name).is_some(),
        |_, json| json.to_vec(),
        |name, outcome| {
            let read = outcome
                .map_err(ReadError::Malformed)
                .and_then(|json| read(product_of(name).unwrap_or_default(), &json, sink));
            match read {
                Ok(read) => summary.merge(read),
                Err(ReadError::Malformed(error)) => summary.warn(format!("{name}: {error}")),
                Err(refused @ ReadError::Sink(_)) => return Err(refused),
            }
            Ok(())
        },
    )?;
    Ok(summary)
}

/// The product of `api/debian.json`, when it is one that is read.
fn product_of(path: &str) -> Option<&str> {
    let product = path.rsplit('/').next()?.strip_suffix(".json")?;
    PRODUCTS.contains(&product).then_some(product)
}

/// Reads one product's file.
///
/// # Errors
///
/// When the bytes are no such file, or the sink refuses.
pub(crate) fn read(product: &str, json: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let cycles: Vec<Value> = serde_json::from_slice(json)?;
    let mut summary = Summary::default();
    let Some(system) = SYSTEMS.iter().find(|system| system.product == product) else {
        return Ok(summary);
    };
    for cycle in cycles {
        match Cycle::deserialize(cycle) {
            Ok(cycle) => {
                for id in system.ids {
                    match system.advisory(id, &cycle) {
                        Some(advisory) => {
                            summary.records += 1;
                            sink.advisory(advisory)?;
                        }
                        None => summary.warn(format!("{product}: a release without a name")),
                    }
                }
            }
            Err(error) => summary.warn(format!("{product}: {error}")),
        }
    }
    Ok(summary)
}

impl System {
    fn advisory(&self, id: &str, cycle: &Cycle) -> Option<Advisory> {
        let release = match &cycle.cycle {
            Value::String(release) => release.trim().to_owned(),
            Value::Number(release) => release.to_string(),
            _ => return None,
        };
        let record = format!("EOL-{id}-{release}");
        if release.is_empty() || !is_identifier(&record) {
            return None;
        }
        let mut advisory = Advisory::new("endoflife", record);
        advisory.kind = AdvisoryKind::EndOfLife;
        let name = match cycle.codename.as_deref() {
            Some(codename) => format!("{} {release} ({codename})", self.name),
            None => format!("{} {release}", self.name),
        };
        let (regular, extended) = (ends(&cycle.eol), ends(&cycle.extended_support));
        let end = match (self.extended, extended) {
            (Extended::Free(_), Ends::On(_)) => extended,
            _ => regular,
        };
        advisory.title = format!("{} {release} is past its end of life", self.name);
        advisory.details = self.details(&name, regular, extended, end);
        advisory.references = cycle
            .link
            .iter()
            .map(String::as_str)
            .chain([format!("https://endoflife.date/{}", self.product).as_str()])
            .map(|url| Reference {
                kind: "WEB".to_owned(),
                url: url.to_owned(),
            })
            .collect();
        let ranges = match end {
            // Supported to the end of the last day.
            Ends::On(day) => {
                let first = day.checked_add(1.day()).unwrap_or(day);
                vec![vec![RangeEvent::Introduced(first.to_string())]]
            }
            Ends::Already => vec![vec![RangeEvent::Introduced("0".to_owned())]],
            // The release is known, and no day is one without support.
            Ends::Not => Vec::new(),
        };
        advisory.affected.push(Affected {
            package: PackageKey::new(Ecosystem::new(OPERATING_SYSTEM), &format!("{id} {release}")),
            status: VendorStatus::EndOfLife,
            ranges,
            versions: Vec::new(),
            severity: None,
            module: None,
        });
        Some(advisory)
    }

    fn details(&self, name: &str, regular: Ends, extended: Ends, end: Ends) -> String {
        let mut details = match end {
            Ends::On(day) => format!("{name} gets no security updates from its publisher after {day}."),
            Ends::Already => format!("{name} gets no security updates from its publisher any more."),
            Ends::Not => format!("{name} gets security updates from its publisher."),
        };
        match (self.extended, regular, extended) {
            (Extended::Free(what), Ends::On(regular), Ends::On(free)) if regular != free => {
                details.push_str(&format!(" Regular support ends on {regular}, {what} on {free}."));
            }
            (Extended::Sold, _, Ends::On(day)) if end != Ends::On(day) => {
                details.push_str(&format!(" Extended support, by subscription, lasts until {day}."));
            }
            _ => {}
        }
        details
    }
}

fn ends(value: &Value) -> Ends {
    match value {
        Value::Bool(true) => Ends::Already,
        Value::String(day) => day.trim().parse().map_or(Ends::Not, Ends::On),
        _ => Ends::Not,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    fn check(product: &str, cycle: &str, expected: &[&str], details: &str) {
        let mut collected = Collected::default();
        read(product, format!("[{cycle}]").as_bytes(), &mut collected).unwrap();
        assert_eq!(collected.told(), expected);
        let told = collected
            .advisories
            .first()
            .map(|advisory| advisory.details.as_str());
        assert_eq!(told.unwrap_or_default(), details);
    }

    #[test]
    fn ends_of_support() {
        check(
            "debian",
            r#"{"cycle":"9","codename":"Stretch","eol":"2020-07-18","extendedSupport":"2022-07-01"}"#,
            &["EOL-debian-9 - [] Operating System debian 9 end-of-life [2022-07-02, …)"],
            "Debian 9 (Stretch) gets no security updates from its publisher after 2022-07-01. Regular support ends on 2020-07-18, long-term support on 2022-07-01.",
        );
        check(
            "ubuntu",
            r#"{"cycle":"18.04","eol":"2023-05-31","extendedSupport":"2028-04-01"}"#,
            &["EOL-ubuntu-18.04 - [] Operating System ubuntu 18.04 end-of-life [2023-06-01, …)"],
            "Ubuntu 18.04 gets no security updates from its publisher after 2023-05-31. Extended support, by subscription, lasts until 2028-04-01.",
        );
        check(
            "oracle-linux",
            r#"{"cycle":10,"eol":false,"extendedSupport":false}"#,
            &["EOL-ol-10 - [] Operating System ol 10 end-of-life"],
            "Oracle Linux 10 gets security updates from its publisher.",
        );
        check("nginx", r#"{"cycle":"1","eol":true}"#, &[], "");
        check("debian", r#"{"eol":true}"#, &[], "");
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(PRODUCTS.is_sorted());
    }
}
