//! Oracle Linux: one file for all releases, with everything that matters in the comments of the conditions.
//!
//! Traps: the release is a condition ("Oracle Linux 8 is installed") and so is a module's stream ("Module nodejs:16 is
//! enabled"); builds for Ksplice carry their mark in the version and are a line of their own, which says nothing about
//! the ordinary package; an update can be respun for one architecture alone, and then differs by architecture.
//!
//! Source: linux.oracle.com/security/oval.

use std::collections::BTreeMap;

use assay_model::{Advisory, Affected, Ecosystem};

use super::{
    affected,
    document::{Bound, Criteria, Definition, End},
};
use crate::formats::{is_identifier, osv_record::UNKNOWN_STREAM, rpm::is_modular};

/// The conditions that hold where a criterion stands.
#[derive(Clone, Debug, Default)]
struct Context {
    release: Option<String>,
    module: Option<String>,
    architecture: Option<String>,
}

/// Release, package, module stream → architecture → fix.
type Fixes = BTreeMap<(String, String, Option<String>), BTreeMap<Option<String>, Vec<String>>>;

pub(super) fn advisory(definition: &Definition) -> Option<Advisory> {
    // "ELSA-2007-0057:  Moderate: bind security update  (MODERATE)"
    let (id, title) = definition.title.split_once(':')?;
    if !is_identifier(id.trim()) {
        return None;
    }
    let mut advisory = definition.advisory("oracle", id.trim().to_owned());
    let title = title.trim();
    let title = title.rsplit_once('(').map_or(title, |(title, _)| title);
    title
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .clone_into(&mut advisory.title);
    let mut fixes = Fixes::new();
    gather(&definition.criteria, &Context::default(), &mut fixes);
    for ((release, name, module), builds) in &fixes {
        let ecosystem = Ecosystem::new(&format!("Oracle Linux:{release}"));
        advisory
            .affected
            .extend(one_for_all(builds).into_iter().map(|version| {
                let end = End::Before;
                Affected {
                    module: module.clone(),
                    ..affected(&ecosystem, name, &Bound { version, end })
                }
            }));
    }
    Some(advisory)
}

/// Walks the conditions; those beside a group hold inside it. The document's depth is bounded by its reader.
fn gather(criteria: &Criteria, outer: &Context, fixes: &mut Fixes) {
    let mut context = outer.clone();
    for criterion in &criteria.criterions {
        context.learn(&criterion.comment);
    }
    for criterion in &criteria.criterions {
        let Some((name, version)) = fix(&criterion.comment) else {
            continue;
        };
        // "openssl is earlier than 2:1.1.1g-15.ksplice1.el8_3"
        if version.contains(".ksplice") {
            continue;
        }
        let Some(release) = context.release.clone() else {
            continue;
        };
        let module = is_modular(version).then(|| {
            context
                .module
                .clone()
                .unwrap_or_else(|| UNKNOWN_STREAM.to_owned())
        });
        let builds = fixes.entry((release, name.to_owned(), module)).or_default();
        let known = builds.entry(context.architecture.clone()).or_default();
        let version = version.strip_prefix("0:").unwrap_or(version).to_owned();
        if !known.contains(&version) {
            known.push(version);
        }
    }
    for inner in &criteria.criteria {
        gather(inner, &context, fixes);
    }
}

impl Context {
    fn learn(&mut self, comment: &str) {
        let comment = comment.trim();
        let release = comment
            .strip_prefix("Oracle Linux ")
            .and_then(|rest| rest.strip_suffix(" is installed"));
        let module = comment
            .strip_prefix("Module ")
            .and_then(|rest| rest.strip_suffix(" is enabled"));
        let architecture = comment.strip_prefix("Oracle Linux arch is ");
        if let Some(release) = release {
            self.release = Some(release.to_owned());
        } else if let Some(module) = module {
            self.module = Some(module.to_owned());
        } else if let Some(architecture) = architecture {
            self.architecture = Some(architecture.to_owned());
        }
    }
}

/// The package and the version in "bind-devel is earlier than 30:9.3.3-8.el5".
fn fix(comment: &str) -> Option<(&str, &str)> {
    let (name, version) = comment.trim().split_once(" is earlier than ")?;
    (!name.is_empty() && !version.is_empty()).then_some((name.trim(), version.trim()))
}

/// The fixes to hold a package of any architecture against. Where the architectures differ, those of x86-64 are told:
/// the key of a package knows no architecture, and the fix of a respun one is no fix of the other.
fn one_for_all(builds: &BTreeMap<Option<String>, Vec<String>>) -> Vec<String> {
    let common = Some("x86_64".to_owned());
    let told = builds.get(&common).or_else(|| builds.get(&None));
    told.or_else(|| builds.values().next())
        .cloned()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::formats::{
        oval::{OvalSource, read},
        testing::{Collected, sample},
    };

    fn check(criteria: &str, expected: &[&str]) {
        let xml = format!(
            r#"<oval_definitions><definitions><definition id="oval:com.oracle.elsa:def:1"><metadata>
              <title> ELSA-2021-1:  nodejs:14 security update  (IMPORTANT) </title>
              <reference source="CVE" ref_id="CVE-2021-1" ref_url="https://x/1"/>
              <advisory><severity>IMPORTANT</severity><cve href="https://x/1">CVE-2021-1</cve></advisory></metadata>
              <criteria operator="AND"><criterion test_ref="t" comment="Oracle Linux 8 is installed"/>{criteria}</criteria>
            </definition></definitions></oval_definitions>"#
        );
        let mut collected = Collected::default();
        let _ = read(xml.as_bytes(), OvalSource::Oracle, &mut collected);
        assert_eq!(collected.told(), expected);
    }

    fn earlier(package: &str, version: &str) -> String {
        format!(
            r#"<criteria operator="AND"><criterion test_ref="a" comment="{package} is earlier than {version}"/>
               <criterion test_ref="b" comment="{package} is signed with the Oracle Linux 8 key"/></criteria>"#
        )
    }

    fn on(architecture: &str, inner: &str) -> String {
        format!(
            r#"<criteria operator="AND"><criterion test_ref="c" comment="Oracle Linux arch is {architecture}"/>{inner}</criteria>"#
        )
    }

    #[test]
    fn conditions_in_words() {
        check(
            &earlier("bind", "30:9.3.3-8.el8"),
            &["ELSA-2021-1 high [CVE-2021-1] Oracle Linux:8 bind [0, 30:9.3.3-8.el8)"],
        );
        check(&earlier("openssl", "2:1.1.1g-15.ksplice1.el8_3"), &[]);
        let both = format!(
            "{}{}",
            on("aarch64", &earlier("rsyslog", "0:8.24-57.0.4.el8")),
            on("x86_64", &earlier("rsyslog", "0:8.24-57.0.1.el8"))
        );
        check(
            &both,
            &["ELSA-2021-1 high [CVE-2021-1] Oracle Linux:8 rsyslog [0, 8.24-57.0.1.el8)"],
        );
        let modular = format!(
            r#"<criteria operator="AND"><criterion test_ref="m" comment="Module nodejs:14 is enabled"/>{}</criteria>"#,
            earlier("nodejs", "1:14.16-1.module+el8.3.0+96+ab")
        );
        check(
            &modular,
            &[
                "ELSA-2021-1 high [CVE-2021-1] Oracle Linux:8 nodejs (nodejs:14) [0, 1:14.16-1.module+el8.3.0+96+ab)",
            ],
        );
    }

    #[test]
    fn published_samples() {
        for (path, records) in [
            ("vunnel/oracle/mock_data", 2),
            ("vunnel/oracle/mock_per_arch_data", 3),
            (
                "vuln-list-update/oracle/oval/testdata/elsa-2018-1196-1.xml.bz2",
                1,
            ),
        ] {
            let Some(xml) = sample(path) else { return };
            let mut collected = Collected::default();
            let summary = read(&xml, OvalSource::Oracle, &mut collected).unwrap();
            assert_eq!(summary.records, records, "{path}");
            for advisory in &collected.advisories {
                assert!(
                    advisory.id.starts_with("ELSA-") && !advisory.fixes.is_empty(),
                    "{path}"
                );
            }
        }
    }
}
