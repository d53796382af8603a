use std::process::Command;

use super::{names::*, pattern::translate, *};

#[test]
fn names_of_rust() {
    for (name, snake_case, variant_name) in [
        ("filterCriteria", "filter_criteria", "FilterCriteria"),
        ("ListCISScans", "list_cis_scans", "ListCISScans"),
        ("ipV4Addresses", "ip_v4_addresses", "IpV4Addresses"),
        ("ec2InstanceVpcId", "ec2_instance_vpc_id", "Ec2InstanceVpcId"),
        ("Url", "url", "Url"),
        (
            "SyntheticTimestamp_date_time",
            "synthetic_timestamp_date_time",
            "SyntheticTimestampDateTime",
        ),
    ] {
        assert_eq!(snake(name), snake_case);
        assert_eq!(variant(name), variant_name);
    }
    for (value, expected) in [
        ("AWS_EC2_INSTANCE", "AwsEc2Instance"),
        ("CYCLONE_DX_1_5", "CycloneDx1_5"),
        ("CYCLONEDX_1_4", "Cyclonedx1_4"),
        ("Microsoft.Web/sites", "MicrosoftWebSites"),
        ("go_toolchain", "GoToolchain"),
        ("NOT_EQUALS", "NotEquals"),
    ] {
        assert_eq!(variant(value), expected);
    }
    assert_eq!(field("type"), "r#type");
    assert_eq!(serde_camel("r#type"), "type");
    assert_eq!(serde_camel("ip_v4_addresses"), "ipV4Addresses");
}

#[test]
fn patterns_of_rust() {
    for (pattern, source, prefix) in [
        (r"\d{12}|o-[a-z]+", "[0-9]{12}|o-[a-z]+", None),
        (r"[-\w]+\/", "[-0-9A-Za-z_]+/", None),
        (r"[\S]+", r"[^\t\n\x0B\x0C\r ]+", None),
        (
            r"[\s\S]*",
            r"[\t\n\x0B\x0C\r \x00-\x08\x0E-\x1F!-\x{10FFFF}]*",
            None,
        ),
        (r"\bx\.", r"(?-u:\b)x\.", None),
        ("[a[b]", r"[a\[b]", None),
        ("(?!aws:)[a-z]+", "[a-z]+", Some("aws:")),
    ] {
        let translated = translate(pattern).unwrap();
        assert_eq!(translated.source, source, "{pattern}");
        assert_eq!(translated.forbidden_prefix.as_deref(), prefix, "{pattern}");
    }
    for pattern in ["a(?!b)", "(?!a|b)c", "(?<=a)b", "a++", r"a\", r"\D", "[a&&b]"] {
        assert!(translate(pattern).is_err(), "{pattern}");
    }
}

/// The folder of botocore's models, where it is installed.
fn models() -> Option<PathBuf> {
    let python = std::env::var_os("ASSAY_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let script = "import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))";
    let output = Command::new(python).args(["-c", script]).output().ok()?;
    let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    (output.status.success() && folder.is_dir()).then_some(folder)
}

#[test]
fn what_is_committed_is_what_is_generated() {
    let Some(models) = models() else {
        println!("skipped: neither $ASSAY_TEST_PYTHON nor python3 has botocore");
        return;
    };
    for source in &SOURCES {
        let folder = Path::new(DESTINATION).join(source.module);
        let model = Model::read(&models.join(source.folder)).unwrap();
        let committed = fs::read_to_string(folder.join("mod.rs")).unwrap();
        if !committed.contains(&model.fingerprint()) {
            println!(
                "skipped: {} was generated from another version of botocore's model",
                source.module
            );
            continue;
        }
        let generated = generate(source, &models).unwrap();
        for (name, text) in &generated {
            let committed = fs::read_to_string(folder.join(name)).unwrap_or_default();
            assert!(
                committed == *text,
                "{} differs; run `cargo xtask codegen`",
                name.display()
            );
        }
        let count = fs::read_dir(&folder).unwrap().count();
        assert_eq!(
            count,
            generated.len(),
            "files that are no longer generated in {}",
            source.module
        );
    }
}
