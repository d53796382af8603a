//! What one scan remembers for the next, and what it must not.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use assay_testkit::{ImageBuilder, LayerBuilder, OciFiles, Packing};
use serde_json::{Value, json};
use support::{World, layers};

fn image() -> ImageBuilder {
    layers()
        .into_iter()
        .fold(ImageBuilder::new(), ImageBuilder::layer)
}

fn layout(image: &ImageBuilder, packing: Packing) -> Vec<u8> {
    let mut files = OciFiles::new();
    let descriptor = image.add_to(&mut files, packing);
    files.name(descriptor);
    files.archive()
}

fn remembered(world: &World) -> usize {
    std::fs::read_dir(world.path("home/layers")).map_or(0, Iterator::count)
}

#[test]
fn a_second_scan_says_the_same() {
    for (name, bytes) in [
        ("docker", image().docker_archive()),
        ("oci", layout(&image(), Packing::Gzip)),
    ] {
        let world = World::with_database();
        world.write("image.tar", &bytes);
        let first = world.run(&["scan", "image.tar", "--format", "json"]);
        assert!(remembered(&world) >= 2, "{name}");
        let second = world.run(&["scan", "image.tar", "--format", "json"]);
        let afresh = world.run(&["scan", "image.tar", "--format", "json", "--no-cache"]);
        assert_eq!(first.code, 0, "{}", first.err);
        assert!(first.out == second.out && first.out == afresh.out, "{name}");
    }
}

#[test]
fn what_is_damaged_is_read_again() {
    let world = World::with_database();
    world.write("image.tar", image().docker_archive());
    let first = world.run(&["sbom", "image.tar"]);
    for entry in std::fs::read_dir(world.path("home/layers")).unwrap().flatten() {
        std::fs::write(entry.path(), "not what was kept").unwrap();
    }
    assert!(world.run(&["sbom", "image.tar"]).out == first.out);
    std::fs::remove_dir_all(world.path("home/layers")).unwrap();
    world.write("home/layers", "in the way");
    let run = world.run(&["sbom", "image.tar"]);
    assert!(run.out == first.out && run.err.is_empty(), "{}", run.err);
}

/// A docker archive states digests that nobody holds it to.
#[test]
fn one_image_cannot_speak_for_the_layers_of_another() {
    let world = World::with_database();
    let honest = image();
    world.write("honest.tar", honest.docker_archive());
    let expected = world.run(&["sbom", "honest.tar"]).out;
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "rootfs": { "type": "layers", "diff_ids": honest.diff_ids() },
    })
    .to_string();
    let manifest = json!([{ "Config": "c.json", "RepoTags": ["evil:1"], "Layers": ["a.tar", "b.tar"] }]);
    let empty = LayerBuilder::new().build();
    let forged = LayerBuilder::new()
        .file("c.json", config)
        .file("a.tar", &empty)
        .file("b.tar", &empty)
        .file("manifest.json", manifest.to_string())
        .build();
    let other = World::with_database();
    other
        .write("forged.tar", forged)
        .write("honest.tar", honest.docker_archive());
    let forged: Value = serde_json::from_str(&other.run(&["sbom", "forged.tar"]).out).unwrap();
    assert_eq!(forged["packages"], json!([]));
    let after: Value = serde_json::from_str(&other.run(&["sbom", "honest.tar"]).out).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    assert_eq!(after["packages"], expected["packages"]);
}

#[test]
fn a_base_is_named_once_it_was_scanned() {
    let world = World::with_database();
    let [system, application] = layers();
    let base = ImageBuilder::new().layer(system.clone()).tag("example/base:12");
    let derived = ImageBuilder::new()
        .layer(system)
        .layer(application)
        .tag("example/app:1");
    world
        .write("base.tar", base.docker_archive())
        .write("app.tar", derived.docker_archive());
    let artifact = |name: &str| {
        let run = world.run(&["sbom", name]);
        let mut document: Value = serde_json::from_str(&run.out).unwrap();
        document["artifact"].take()
    };
    assert_eq!(artifact("app.tar")["base"], Value::Null);
    assert_eq!(artifact("base.tar")["base"], Value::Null);
    let named = json!({ "name": "example/base:12", "digest": null, "layers": 1 });
    assert_eq!(artifact("app.tar")["base"], named);
}
