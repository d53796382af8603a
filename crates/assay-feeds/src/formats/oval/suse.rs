//! SUSE Linux Enterprise and openSUSE: one file a product, one definition a CVE.
//!
//! Traps: the conditions join any of several products with any of several packages; beside "earlier than" there are
//! "is not affected", whose state holds for no version, and "is affected", whose state holds for any; a product's name
//! in a comment is SUSE's own and leads to the ecosystem; long-term support has products of its own.
//!
//! Source: suse.com/support/security/oval and its notes on the three flavours of files.

use std::collections::BTreeSet;

use assay_model::{Advisory, Affected, Ecosystem, VendorStatus};

use super::{
    affected,
    document::{Bound, Criteria, Criterion, Definition, Document, End, Operator},
};

pub(super) fn advisory(document: &Document, definition: &Definition) -> Option<Advisory> {
    let id = definition.flaws.first()?.clone();
    let mut advisory = definition.advisory("suse", id);
    let mut told = BTreeSet::new();
    let mut told_affected: Vec<Affected> = Vec::new();
    for (product, criterion) in pairs(&definition.criteria) {
        let (Some(ecosystem), Some((name, statement))) = (ecosystem(product), statement(document, criterion))
        else {
            continue;
        };
        if !told.insert((ecosystem.clone(), name.to_owned(), format!("{statement:?}"))) {
            continue;
        }
        told_affected.push(match statement {
            Statement::NotAffected => Affected {
                status: VendorStatus::NotAffected,
                ranges: Vec::new(),
                ..affected(&ecosystem, name, &Bound::open())
            },
            Statement::Unfixed => affected(&ecosystem, name, &Bound::open()),
            Statement::Until(bound) => affected(&ecosystem, name, &bound),
        });
    }
    advisory.affected = told_affected;
    Some(advisory)
}

impl Bound {
    /// No end at all.
    fn open() -> Bound {
        Bound {
            version: String::new(),
            end: End::After,
        }
    }
}

/// What a condition says of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Statement {
    NotAffected,
    Unfixed,
    Until(Bound),
}

/// Each product with each condition on a package that holds together with it, by the words of the conditions.
///
/// The conditions of a definition are a disjunction of conjunctions: any of these products and any of those packages.
fn pairs(criteria: &Criteria) -> Vec<(&str, &Criterion)> {
    let mut pairs = Vec::new();
    let mut open = vec![criteria];
    while let Some(criteria) = open.pop() {
        if criteria.operator == Operator::Or && product_of_any(criteria).is_none() {
            open.extend(&criteria.criteria);
            continue;
        }
        let (mut products, mut packages) = (Vec::new(), Vec::new());
        for criterion in criteria.all() {
            match criterion.comment.trim().strip_suffix(" is installed") {
                // "kernel-default is installed" is no condition on the system.
                Some(product) if product.contains(' ') => products.push(product),
                _ => packages.push(criterion),
            }
        }
        for product in products {
            pairs.extend(packages.iter().map(|package| (product, *package)));
        }
    }
    pairs
}

/// Whether a condition on the product stands directly in the group.
fn product_of_any(criteria: &Criteria) -> Option<&Criterion> {
    let is_product = |criterion: &&Criterion| criterion.comment.trim().ends_with(" is installed");
    criteria.criterions.iter().find(is_product)
}

/// What a condition on a package says: by its state when there is one, for the comment is for people.
fn statement<'a>(document: &'a Document, criterion: &'a Criterion) -> Option<(&'a str, Statement)> {
    let comment = criterion.comment.trim();
    if let Some(name) = comment.strip_suffix(" is not affected") {
        return Some((name, Statement::NotAffected));
    }
    if let Some(name) = comment.strip_suffix(" is affected") {
        return Some((name, Statement::Unfixed));
    }
    if let Some((name, bound)) = document.bound(&criterion.test) {
        return Some(match bound.end {
            End::After => (name, Statement::Unfixed),
            // "less than 0" holds for no version.
            End::Before if bound.version == "0" => (name, Statement::NotAffected),
            End::Before | End::Through => (name, Statement::Until(bound.clone())),
        });
    }
    // "kernel-default-4.12.14-197.89.2 is installed", as files of other years write it
    None
}

/// The ecosystem of a product by SUSE's name for it; `None` for a product that packages are not judged by.
pub(crate) fn ecosystem(product: &str) -> Option<Ecosystem> {
    let product = product.trim();
    let ecosystem = if let Some(rest) = product.strip_prefix("SUSE ") {
        Ecosystem::new(&format!("SUSE:{rest}"))
    } else if product == "openSUSE Tumbleweed" {
        Ecosystem::new("openSUSE:Tumbleweed")
    } else {
        Ecosystem::new(&format!("openSUSE:{}", product.strip_prefix("openSUSE ")?))
    };
    Some(ecosystem)
}

#[cfg(test)]
mod tests {
    use crate::formats::{
        oval::{OvalSource, read},
        testing::{Collected, sample},
    };

    const TESTS: &str = r#"<tests><rpminfo_test id="t1"><object object_ref="o1"/><state state_ref="s1"/></rpminfo_test>
      <rpminfo_test id="t2"><object object_ref="o2"/><state state_ref="s2"/></rpminfo_test></tests>
      <objects><rpminfo_object id="o1"><name>krb5</name></rpminfo_object><rpminfo_object id="o2"><name>zlib</name></rpminfo_object></objects>
      <states><rpminfo_state id="s1"><evr operation="less than">0:1.15.2-4.25</evr></rpminfo_state>
        <rpminfo_state id="s2"><evr operation="greater than">0:0-0</evr></rpminfo_state></states>"#;

    #[test]
    fn any_product_with_any_package() {
        let xml = format!(
            r#"<oval_definitions><definitions><definition id="oval:org.opensuse.security:def:1"><metadata><title>CVE-2021-1</title>
              <reference ref_id="Mitre CVE-2021-1" ref_url="https://x/1"/><advisory><severity>Moderate</severity></advisory></metadata>
              <criteria operator="OR">
                <criteria operator="AND">
                  <criteria operator="OR"><criterion test_ref="p1" comment="SUSE Linux Enterprise Module for Basesystem 15 SP1 is installed"/>
                    <criterion test_ref="p2" comment="SUSE Linux Enterprise Server 15 SP1-LTSS is installed"/></criteria>
                  <criteria operator="OR"><criterion test_ref="t1" comment="krb5 is &lt;1.15.2-4.25"/></criteria></criteria>
                <criteria operator="AND"><criterion test_ref="p3" comment="openSUSE Leap 15.5 is installed"/>
                  <criteria operator="OR"><criterion test_ref="n" comment="kernel-default is not affected"/>
                    <criterion test_ref="t2" comment="zlib is affected"/></criteria></criteria>
              </criteria></definition></definitions>{TESTS}</oval_definitions>"#
        );
        let mut collected = Collected::default();
        let summary = read(xml.as_bytes(), OvalSource::Suse, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (1, 0));
        let mut told = collected.told();
        told.sort();
        assert_eq!(
            told,
            [
                "CVE-2021-1 medium [] SUSE:Linux Enterprise Server 15 SP1 krb5 [0, 1.15.2-4.25)",
                "CVE-2021-1 medium [] SUSE:Linux Enterprise Server 15 SP1-LTSS krb5 [0, 1.15.2-4.25)",
                "CVE-2021-1 medium [] openSUSE:Leap 15.5 kernel-default not-affected",
                "CVE-2021-1 medium [] openSUSE:Leap 15.5 zlib [0, …)",
            ]
        );
    }

    #[test]
    fn published_sample() {
        let Some(xml) = sample("vunnel/sles/suse_truncated.xml") else {
            return;
        };
        let mut collected = Collected::default();
        read(&xml, OvalSource::Suse, &mut collected).unwrap();
        let told = collected.told();
        for expected in [
            "CVE-1999-0524 medium [] SUSE:Linux Enterprise Server 15 kernel-default not-affected",
            "CVE-2021-29154 high [] SUSE:Linux Enterprise Server 15-LTSS kernel-default [0, 4.12.14-150.72.1)",
        ] {
            assert!(told.iter().any(|line| line == expected), "{expected}: {told:#?}");
        }
    }
}
