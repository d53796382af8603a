//! Vendors that have a file for each release: Azure Linux, CBL-Mariner and Photon OS. Every test of a version counts.

use assay_model::{Advisory, Ecosystem};

use super::{
    affected,
    document::{Definition, Document},
};
use crate::formats::is_identifier;

pub(super) fn advisory(
    document: &Document,
    definition: &Definition,
    source: &str,
    ecosystem: &str,
) -> Option<Advisory> {
    // A definition about one flaw is the vendor's record of it; one about several is a bulletin.
    let id = match definition.flaws.as_slice() {
        [only] => only.clone(),
        _ => {
            let titled = definition.title.split_whitespace().next();
            titled
                .filter(|id| is_identifier(id))
                .unwrap_or(&definition.id)
                .to_owned()
        }
    };
    let mut advisory = definition.advisory(source, id);
    let ecosystem = Ecosystem::new(ecosystem);
    for criterion in definition.criteria.all() {
        if let Some((name, bound)) = document.bound(&criterion.test) {
            let mut affected = affected(&ecosystem, name, bound);
            affected.severity = definition.severity;
            advisory.affected.push(affected);
        }
    }
    Some(advisory)
}

#[cfg(test)]
pub(super) mod tests {
    use assay_model::{RangeEvent, Severity};

    use crate::formats::{
        oval::{OvalSource, read},
        testing::Collected,
    };

    pub(in crate::formats::oval) const AZURE: OvalSource = OvalSource::Release {
        source: "azurelinux",
        ecosystem: "Azure Linux:3",
    };

    pub(in crate::formats::oval) const PREFIXED: &str = r#"<oval_definitions xmlns="d" xmlns:oval="c" xmlns:l="x">
      <generator><oval:timestamp>2024-10-10T12:04:24.575063301Z</oval:timestamp></generator>
      <definitions><definition class="vulnerability" id="oval:def:1"><metadata><title>CVE-2024-1 in tool</title>
        <reference ref_id="CVE-2024-1" ref_url="https://example.org/1?a=b&amp;c" source="CVE"/>
        <advisory_date>2024-07-23T22:05:39Z</advisory_date><severity>Important</severity></metadata>
        <criteria><criterion test_ref="t1"/><criterion test_ref="signed"/></criteria></definition></definitions>
      <tests><l:rpminfo_test id="t1"><l:object object_ref="o1"/><l:state state_ref="s1"/></l:rpminfo_test>
        <l:rpminfo_test id="signed"><l:object object_ref="o1"/><l:state state_ref="key"/></l:rpminfo_test></tests>
      <objects><l:rpminfo_object id="o1"><l:name>tool</l:name></l:rpminfo_object></objects>
      <states><l:rpminfo_state id="s1"><l:evr datatype="evr_string" operation="less than">0:2.6.7-3.azl3</l:evr></l:rpminfo_state>
        <l:rpminfo_state id="key"><l:signature_keyid>ab</l:signature_keyid></l:rpminfo_state></states></oval_definitions>"#;

    #[test]
    fn a_flaw_with_its_fix() {
        let mut collected = Collected::default();
        let summary = read(PREFIXED.as_bytes(), AZURE, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (1, 0));
        assert_eq!(summary.date.as_deref(), Some("2024-10-10T12:04:24.575063301Z"));
        let advisory = &collected.advisories[0];
        assert_eq!(
            (advisory.id.as_str(), advisory.severity),
            ("CVE-2024-1", Some(Severity::High))
        );
        assert_eq!(advisory.references[0].url, "https://example.org/1?a=b&c");
        assert_eq!(
            advisory.affected.len(),
            1,
            "a test of the key is no test of a version"
        );
        assert_eq!(advisory.affected[0].package.to_string(), "Azure Linux:3 tool");
        assert_eq!(
            advisory.affected[0].ranges[0][1],
            RangeEvent::Fixed("2.6.7-3.azl3".into())
        );
    }

    #[test]
    fn unfixed_and_several_flaws() {
        let several = PREFIXED
            .replace("less than", "less than or equal")
            .replace("l:rpminfo", "rpminfo")
            .replace("<title>CVE-2024-1 in tool", "<title>PHSA-2020:00001 tool")
            .replace("<advisory_date>", "<cve>CVE-2024-2</cve><advisory_date>");
        let mut collected = Collected::default();
        read(several.as_bytes(), AZURE, &mut collected).unwrap();
        let advisory = &collected.advisories[0];
        assert_eq!(advisory.id, "PHSA-2020:00001");
        assert_eq!(advisory.fixes, ["CVE-2024-1", "CVE-2024-2"]);
        assert_eq!(
            advisory.affected[0].ranges[0][1],
            RangeEvent::LastAffected("2.6.7-3.azl3".into())
        );
    }
}
