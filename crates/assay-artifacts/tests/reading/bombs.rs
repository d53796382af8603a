//! Small documents that would be read for ever, or would take memory without end.

use assay_artifacts::OpenOptions;
use assay_testkit::{ImageBuilder, LayerBuilder, OciFiles, Packing};
use serde_json::{Value, json};

use crate::record::{lines, read_bytes};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    let message = read_bytes(bytes, "", &OpenOptions::default())
        .unwrap_err()
        .to_string();
    assert!(message.contains(expected), "{message}");
}

fn docker(manifest: &str, config: &str) -> Vec<u8> {
    let tar = LayerBuilder::new().file("c.json", config).file("layer.tar", "");
    tar.file("manifest.json", manifest).build()
}

#[test]
fn lists_without_end() {
    let many = |item: &str, count: usize| vec![item; count].join(",");
    let layers = |count| {
        format!(
            r#"[{{"Config":"c.json","Layers":[{}]}}]"#,
            many("\"layer.tar\"", count)
        )
    };
    check(&docker(&layers(100_000), "{}"), "a list of more than 1000 items");
    check(
        &docker(&format!("[{}]", many("{}", 2_000_000)), "{}"),
        "a list of more than",
    );
    let ids = format!(r#"{{"rootfs":{{"diff_ids":[{}]}}}}"#, many("\"\"", 100_000));
    check(&docker(&layers(1), &ids), "a list of more than 1000 items");
    let steps = format!(r#"{{"history":[{}]}}"#, many("{}", 100_000));
    check(&docker(&layers(1), &steps), "a list of more than");
    // One layer a thousand times is one layer.
    let contents = read_bytes(&docker(&layers(1000), "{}"), "", &OpenOptions::default()).unwrap();
    assert_eq!((contents.layers.len(), contents.visitors.len()), (1000, 1));
}

/// Indexes of which each names the next a hundred times, down to one that names nothing.
#[test]
fn indexes_that_multiply() {
    let mut layout = OciFiles::new();
    let mut below = layout.document(INDEX, &json!({ "manifests": [] }));
    for _ in 0..7 {
        let named: Vec<Value> = vec![below; 100];
        below = layout.document(INDEX, &json!({ "manifests": named }));
    }
    layout.name(below);
    check(&layout.archive(), "bytes of manifests");
}

#[test]
fn indexes_that_nest() {
    let mut layout = OciFiles::new();
    let mut below = layout.document(INDEX, &json!({ "manifests": [] }));
    for _ in 0..20 {
        below = layout.document(INDEX, &json!({ "manifests": [below] }));
    }
    layout.name(below);
    check(&layout.archive(), "nested more than 8 deep");
}

#[test]
fn one_index_under_two_tags() {
    let mut layout = OciFiles::new();
    let image = ImageBuilder::new().layer(LayerBuilder::new().file("a", "1"));
    let manifest = image.add_to(&mut layout, Packing::Plain);
    let mut plain = manifest;
    plain["annotations"] = json!({});
    let index = layout.document(INDEX, &json!({ "manifests": [plain] }));
    for tag in ["x:1", "x:2"] {
        let mut named = index.clone();
        named["annotations"] = json!({ "org.opencontainers.image.ref.name": tag });
        layout.name(named);
    }
    let bytes = layout.archive();
    for tag in ["x:1", "x:2"] {
        let options = OpenOptions {
            reference: Some(tag.to_owned()),
            ..OpenOptions::default()
        };
        let contents = read_bytes(&bytes, "", &options).unwrap();
        assert_eq!(lines(&contents), [["a = 1".to_owned()]], "{tag}");
    }
}
