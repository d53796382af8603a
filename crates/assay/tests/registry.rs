//! Images in a real registry: `docker-registry` of the distribution, on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod support;

use std::path::Path;

use assay_testkit::{ImageBuilder, OciFiles, Packing};
use serde_json::{Value, json};
use support::{World, layers, registry::Registry};

/// A user and the password `secret`, hashed.
const HTPASSWD: &str = "ada:$2y$05$n./N2Wr9.wX3U/EuQ5a5TuqCn5CLKmqgPGTKfu8O8p0gh8FlgwcPy\n";

enum Guard {
    Open,
    Password,
    Tls,
}

/// A registry behind a guard; `None` where the program is not installed.
fn start(world: &World, guard: &Guard) -> Option<Registry> {
    match guard {
        Guard::Open => Registry::start_with(world, "", ""),
        Guard::Password => {
            world.write("htpasswd", HTPASSWD);
            let path = world.path("htpasswd");
            let auth = format!(
                "auth:\n  htpasswd:\n    realm: here\n    path: {}\n",
                path.display()
            );
            Registry::start_with(world, "", &auth)
        }
        Guard::Tls => {
            let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
            world
                .write("ca.pem", own.cert.pem())
                .write("key.pem", own.signing_key.serialize_pem());
            let (certificate, key) = (world.path("ca.pem"), world.path("key.pem"));
            let tls = format!(
                "  tls:\n    certificate: {}\n    key: {}\n",
                certificate.display(),
                key.display()
            );
            Registry::start_with(world, &tls, "")
        }
    }
}

impl Registry {
    /// Puts the blobs of a layout there, and its manifests, the last of them under the tag `1` as well.
    fn push(&self, ca: Option<&Path>, layout: &[(String, Vec<u8>)], manifests: &[&Value]) {
        self.push_as(ca, layout, manifests, "1");
    }

    /// The same with another tag.
    fn push_as(&self, ca: Option<&Path>, layout: &[(String, Vec<u8>)], manifests: &[&Value], tag: &str) {
        let (scheme, tls) = match ca {
            Some(path) => {
                let pem = std::fs::read(path).unwrap();
                let certificate = ureq::tls::Certificate::from_pem(&pem).unwrap();
                let tls = ureq::tls::TlsConfig::builder()
                    .root_certs(ureq::tls::RootCerts::new_with_certs(&[certificate]))
                    .build();
                ("https", tls)
            }
            None => ("http", ureq::tls::TlsConfig::default()),
        };
        let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
        let authorization = "Basic YWRhOnNlY3JldA==";
        let base = format!("{scheme}://{}/v2/team/app", self.host);
        for (path, bytes) in layout {
            let Some(hex) = path.strip_prefix("blobs/sha256/") else {
                continue;
            };
            let started = agent
                .post(format!("{base}/blobs/uploads/"))
                .header("Authorization", authorization)
                .send_empty()
                .unwrap();
            let place = started.headers()["location"].to_str().unwrap().to_owned();
            agent
                .put(format!("{place}&digest=sha256:{hex}"))
                .header("Authorization", authorization)
                .header("Content-Type", "application/octet-stream")
                .send(bytes.as_slice())
                .unwrap();
        }
        for (at, descriptor) in manifests.iter().enumerate() {
            let digest = descriptor["digest"].as_str().unwrap();
            let path = format!("blobs/{}", digest.replace(':', "/"));
            let bytes = &layout.iter().find(|(name, _)| *name == path).unwrap().1;
            let names = if at + 1 == manifests.len() {
                vec![digest, tag]
            } else {
                vec![digest]
            };
            for name in names {
                agent
                    .put(format!("{base}/manifests/{name}"))
                    .header("Authorization", authorization)
                    .header("Content-Type", descriptor["mediaType"].as_str().unwrap())
                    .send(bytes.as_slice())
                    .unwrap();
            }
        }
    }
}

fn image() -> ImageBuilder {
    layers()
        .into_iter()
        .fold(ImageBuilder::new(), ImageBuilder::layer)
}

/// A layout with one image, and the descriptor of its manifest.
fn layout(packing: Packing) -> (Vec<(String, Vec<u8>)>, Value) {
    let mut files = OciFiles::new();
    let descriptor = image().add_to(&mut files, packing);
    files.name(descriptor.clone());
    (files.finish(), descriptor)
}

fn findings(out: &str) -> Value {
    let mut document: Value = serde_json::from_str(out).unwrap();
    document["findings"].take()
}

#[test]
fn an_image_gives_the_same_as_its_layout() {
    let world = World::with_database();
    let Some(registry) = start(&world, &Guard::Open) else {
        return;
    };
    for packing in [Packing::Gzip, Packing::Zstd, Packing::Plain] {
        let (files, descriptor) = layout(packing);
        registry.push(None, &files, &[&descriptor]);
        for (name, bytes) in &files {
            world.write(&format!("layout/{name}"), bytes);
        }
        let expected = findings(&world.run(&["scan", "layout", "--format", "json"]).out);
        let digest = descriptor["digest"].as_str().unwrap();
        for target in [
            format!("{}/team/app:1", registry.host),
            format!("registry:{}/team/app@{digest}", registry.host),
            format!("docker://{}/team/app:1@{digest}", registry.host),
        ] {
            let run = world.run(&["scan", &target, "--format", "json"]);
            assert_eq!(run.code, 0, "{}", run.err);
            assert_eq!(findings(&run.out), expected);
            let document: Value = serde_json::from_str(&run.out).unwrap();
            assert_eq!(document["artifact"]["digest"], descriptor["digest"]);
            assert_eq!(document["artifact"]["kind"], "image");
        }
        std::fs::remove_dir_all(world.path("layout")).unwrap();
    }
}

#[test]
fn the_platform_is_chosen_from_an_index() {
    let world = World::with_database();
    let Some(registry) = start(&world, &Guard::Open) else {
        return;
    };
    let mut files = OciFiles::new();
    let amd64 = image().add_to(&mut files, Packing::Gzip);
    let arm64 = ImageBuilder::new()
        .architecture("arm64")
        .add_to(&mut files, Packing::Gzip);
    let index = files.document(
        "application/vnd.oci.image.index.v1+json",
        &json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [amd64, arm64],
        }),
    );
    registry.push(None, &files.finish(), &[&amd64, &arm64, &index]);
    let target = format!("{}/team/app:1", registry.host);
    for (platform, digest) in [
        ("linux/amd64", &amd64["digest"]),
        ("linux/arm64", &arm64["digest"]),
    ] {
        let run = world.run(&["sbom", &target, "--platform", platform]);
        let document: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(document["artifact"]["platform"], platform);
        assert_eq!(document["artifact"]["digest"], *digest);
    }
    let run = world.run(&["sbom", &target, "--platform", "linux/s390x"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("linux/s390x") && run.err.contains("linux/arm64"),
        "{}",
        run.err
    );
}

#[test]
fn passwords_from_the_command_line_and_from_docker() {
    let world = World::with_database();
    let Some(registry) = start(&world, &Guard::Password) else {
        return;
    };
    let (files, descriptor) = layout(Packing::Gzip);
    registry.push(None, &files, &[&descriptor]);
    let target = format!("{}/team/app:1", registry.host);
    world.write("docker/config.json", "{}");
    let command = || {
        let mut command = world.command(&["sbom", &target]);
        command
            .env("DOCKER_CONFIG", world.path("docker"))
            .env_remove("REGISTRY_AUTH_FILE");
        command
    };
    let refused = command().output().unwrap();
    let message = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        message.contains("anonymous users") && message.contains("docker login"),
        "{message}"
    );

    let wrong = command()
        .env("ASSAY_REGISTRY_USERNAME", "ada")
        .env("ASSAY_REGISTRY_PASSWORD", "guessed")
        .output()
        .unwrap();
    let message = String::from_utf8(wrong.stderr).unwrap();
    assert!(
        message.contains("the user ada") && !message.contains("guessed"),
        "{message}"
    );

    let given = command()
        .env("ASSAY_REGISTRY_USERNAME", "ada")
        .env("ASSAY_REGISTRY_PASSWORD", "secret")
        .output()
        .unwrap();
    assert!(given.status.success());

    let config = json!({ "auths": { &registry.host: { "auth": "YWRhOnNlY3JldA==" } } });
    world.write("docker/config.json", config.to_string());
    assert!(command().output().unwrap().status.success());

    let helper = "#!/bin/sh\nread server\necho '{\"Username\":\"ada\",\"Secret\":\"secret\"}'\n";
    world.write("bin/docker-credential-test", helper);
    let path = world.path("bin/docker-credential-test");
    std::os::unix::fs::chown(&path, None, None).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let config = json!({ "credHelpers": { &registry.host: "test" } });
    world.write("docker/config.json", config.to_string());
    let path = format!(
        "{}:{}",
        world.path("bin").display(),
        std::env::var("PATH").unwrap()
    );
    assert!(command().env("PATH", path).output().unwrap().status.success());
}

#[test]
fn an_authority_of_ones_own() {
    let world = World::with_database();
    let Some(registry) = start(&world, &Guard::Tls) else {
        return;
    };
    let (files, descriptor) = layout(Packing::Gzip);
    let ca = world.path("ca.pem");
    registry.push(Some(&ca), &files, &[&descriptor]);
    let target = format!("{}/team/app:1", registry.host);
    let run = world.run(&["sbom", &target]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("cannot be reached"), "{}", run.err);
    let run = world.run(&["sbom", &target, "--registry-ca", "ca.pem"]);
    assert_eq!(run.code, 0, "{}", run.err);
    world.write("empty.pem", "");
    let run = world.run(&["sbom", &target, "--registry-ca", "empty.pem"]);
    assert!(
        run.err.contains("empty.pem") && run.err.contains("no certificate"),
        "{}",
        run.err
    );
}

#[test]
fn an_attached_bill_of_materials() {
    let world = World::with_database();
    let Some(registry) = start(&world, &Guard::Open) else {
        return;
    };
    let mut files = OciFiles::new();
    let image = image().add_to(&mut files, Packing::Gzip);
    let target = format!("{}/team/app:1", registry.host);
    let config = files.document("application/vnd.oci.empty.v1+json", &json!({}));
    registry.push(None, &files.clone().finish(), &[&image]);
    let run = world.run(&["scan", &target, "--attached-sbom"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("an attached bill of materials"), "{}", run.err);

    let bill = json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
        { "type": "library", "name": "lodash", "version": "4.17.10", "purl": "pkg:npm/lodash@4.17.10" },
    ] });
    let layer = files.document("application/vnd.cyclonedx+json", &bill);
    let manifest = files.document(
        "application/vnd.oci.image.manifest.v1+json",
        &json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactType": "application/vnd.cyclonedx+json",
            "config": config,
            "layers": [layer],
            "subject": image,
        }),
    );
    // This registry is older than the interface for referrers and keeps their list under a tag.
    let list = files.document(
        "application/vnd.oci.image.index.v1+json",
        &json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [{
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "artifactType": "application/vnd.cyclonedx+json",
                "digest": manifest["digest"],
                "size": manifest["size"],
            }],
        }),
    );
    let tag = image["digest"].as_str().unwrap().replace(':', "-");
    registry.push_as(None, &files.finish(), &[&manifest, &list], &tag);
    let run = world.run(&["scan", &target, "--attached-sbom", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["artifact"]["kind"], "sbom");
    assert_eq!(document["packages"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_not_there() {
    let world = World::with_database();
    let Some(registry) = start(&world, &Guard::Open) else {
        return;
    };
    let run = world.run(&["sbom", &format!("{}/team/none:7", registry.host)]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("has no team/none, manifest 7"), "{}", run.err);
    let run = world.run(&["sbom", "registry:Not/A/Name"]);
    assert!(run.err.contains("names no image"), "{}", run.err);
}
