//! Containers by the files that runtimes keep, as they write them.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::{fs, path::Path};

use assay_containers::{places_of_change, running};
use assay_testkit::{BoltValue, bolt_database, sha256};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A host of files; where it has processes, of these.
struct Host(TempDir);

impl Host {
    fn new() -> Host {
        Host(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let full = self.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, content).unwrap();
    }

    fn put_json(&self, path: &str, content: &Value) {
        self.put(path, content.to_string());
    }

    fn process(&self, number: u64) {
        self.put(&format!("proc/{number}/comm"), "x");
    }

    /// Runtime, name, image, how many digests, whether the manifest is known, and pod of each container.
    fn check(&self, expected: &[&str]) {
        let found: Vec<String> = running(self.path())
            .into_iter()
            .map(|container| {
                let told = serde_json::to_value(&container).unwrap();
                let text = |pointer: &str| {
                    let text = told.pointer(pointer).and_then(Value::as_str);
                    text.unwrap_or("-").to_owned()
                };
                let known = match text("/image/manifest").as_str() {
                    "-" => "",
                    _ => " manifest",
                };
                let digests = told["image"]["digests"].as_array().unwrap().len();
                let mut line = format!(
                    "{} {} {} {digests}{known}",
                    text("/runtime"),
                    text("/name"),
                    text("/image/name")
                );
                if container.pod.is_some() {
                    line += &format!(
                        " {}/{} {} {}",
                        text("/pod/namespace"),
                        text("/pod/name"),
                        text("/pod/workload/type"),
                        text("/pod/workload/name")
                    );
                }
                line
            })
            .collect();
        assert_eq!(found, expected);
    }
}

fn digest(of: &str) -> String {
    sha256(of.as_bytes())
}

/// Docker with three containers: one runs, one ended, one is said to run since before a crash.
fn docker() -> Host {
    let host = Host::new();
    let container = |id: &str, is_running: bool, process: u64, labels: Value| {
        let kept = json!({
            "StreamConfig": {},
            "State": {"Running": is_running, "Paused": false, "Pid": process, "ExitCode": 0},
            "ID": id,
            "Name": format!("/{id}"),
            "Image": digest("configuration"),
            "Config": {"Image": "nginx:1.25", "Labels": labels},
        });
        host.put_json(&format!("var/lib/docker/containers/{id}/config.v2.json"), &kept);
    };
    container("web", true, 100, Value::Null);
    container("ended", false, 0, Value::Null);
    container("crashed", true, 101, Value::Null);
    let pod = |kind: &str| {
        json!({
            "io.kubernetes.docker.type": kind,
            "io.kubernetes.container.name": "shop",
            "io.kubernetes.pod.name": "shop-7d-abcde",
            "io.kubernetes.pod.namespace": "sales",
        })
    };
    let mut of_pod = pod("podsandbox");
    of_pod["pod-template-hash"] = json!("7d");
    container("sandbox", true, 102, of_pod);
    container("zz", true, 103, pod("container"));
    host.put_json(
        "var/lib/docker/image/overlay2/repositories.json",
        &json!({"Repositories": {"nginx": {
            "nginx:1.25": digest("configuration"),
            format!("nginx@{}", digest("index")): digest("configuration"),
        }}}),
    );
    for process in [1, 100, 102, 103] {
        host.process(process);
    }
    host
}

#[test]
fn containers_of_docker() {
    docker().check(&[
        "docker web nginx:1.25 2",
        "docker shop nginx:1.25 2 sales/shop-7d-abcde Deployment shop",
    ]);
}

/// With containerd's image store the id of an image is a digest of what came from the registry.
#[test]
fn containers_of_docker_with_images_of_containerd() {
    let host = Host::new();
    let kept = json!({
        "State": {"Running": true, "Pid": 0},
        "Name": "/web",
        "Image": digest("index"),
        "ImageManifest": {"mediaType": "x", "digest": digest("manifest"), "size": 1},
        "Config": {"Image": "nginx"},
    });
    host.put_json("var/lib/docker/containers/web/config.v2.json", &kept);
    host.check(&["docker web nginx 2 manifest"]);
}

/// containerd below Kubernetes, with a pod of two containers, of which one runs, and one of somebody else.
fn containerd() -> Host {
    const ROOT: &str = "var/lib/containerd";
    let host = Host::new();
    let blob = |content: &Value| {
        let text = content.to_string();
        let digest = sha256(text.as_bytes());
        let hex = digest.trim_start_matches("sha256:");
        host.put(
            &format!("{ROOT}/io.containerd.content.v1.content/blobs/sha256/{hex}"),
            text,
        );
        digest
    };
    let configuration = blob(&json!({"architecture": "s390x"}));
    let manifest = blob(&json!({"config": {"digest": configuration}, "layers": []}));
    let attested = blob(&json!({"config": {"digest": digest("attested")}}));
    let index = blob(&json!({"manifests": [
        {"digest": digest("not pulled"), "platform": {"architecture": "arm64"}},
        {"digest": manifest, "platform": {"architecture": "s390x"}},
        {"digest": attested, "platform": {"architecture": "unknown"}},
    ]}));
    let image = |digest: &str| {
        BoltValue::bucket([("target", BoltValue::bucket([("digest", BoltValue::text(digest))]))])
    };
    let labels = |kind: &str, container: &str| {
        BoltValue::bucket([
            ("controller-revision-hash", BoltValue::text("1")),
            ("io.cri-containerd.kind", BoltValue::text(kind)),
            ("io.kubernetes.container.name", BoltValue::text(container)),
            ("io.kubernetes.pod.name", BoltValue::text("logs-x2k4z")),
            ("io.kubernetes.pod.namespace", BoltValue::text("kube-system")),
        ])
    };
    let container = |image: &str, labels: BoltValue| {
        BoltValue::bucket([
            ("image", BoltValue::text(image)),
            ("labels", labels),
            ("spec", BoltValue::text("x")),
        ])
    };
    let of_kubernetes = BoltValue::bucket([
        (
            "containers",
            BoltValue::bucket([
                (
                    "ended",
                    container("example.org/logs:1", labels("container", "init")),
                ),
                ("logs", container(&configuration, labels("container", "logs"))),
                ("pause", container("example.org/pause:3", labels("sandbox", ""))),
            ]),
        ),
        (
            "images",
            BoltValue::bucket([
                ("example.org/logs:1", image(&index)),
                (&format!("example.org/logs@{index}"), image(&index)),
                ("example.org/pause:3", image(&manifest)),
                (&configuration, image(&index)),
            ]),
        ),
    ]);
    let of_others = BoltValue::bucket([
        (
            "containers",
            BoltValue::bucket([
                ("docker", container("", BoltValue::bucket([]))),
                (
                    "single",
                    container(
                        "single:1",
                        BoltValue::bucket([("nerdctl/name", BoltValue::text("one"))]),
                    ),
                ),
            ]),
        ),
        ("images", BoltValue::bucket([("single:1", image(&manifest))])),
    ]);
    let version = BoltValue::bucket([("default", of_others), ("k8s.io", of_kubernetes)]);
    host.put(
        &format!("{ROOT}/io.containerd.metadata.v1.bolt/meta.db"),
        bolt_database(&[("v1", version)]),
    );
    for (task, process) in [
        ("k8s.io/logs", "200"),
        ("k8s.io/pause", "201"),
        ("default/docker", "202"),
        ("default/single", "203"),
    ] {
        host.put(
            &format!("run/containerd/io.containerd.runtime.v2.task/{task}/init.pid"),
            process,
        );
    }
    host
}

#[test]
fn containers_of_containerd() {
    let host = containerd();
    let logs = "containerd logs example.org/logs:1 3 manifest kube-system/logs-x2k4z DaemonSet logs";
    let single = "containerd one single:1 2 manifest";
    host.check(&[logs, single]);
    // A process that ended, and whose task is not put away yet.
    for process in [1, 200, 201] {
        host.process(process);
    }
    host.check(&[logs]);
}

/// Podman and CRI-O in one storage.
fn storage() -> Host {
    let host = Host::new();
    let at = |path: &str| format!("var/lib/containers/storage/{path}");
    let state =
        |id: &str, file: &str| format!("run/containers/storage/overlay-containers/{id}/userdata/{file}");
    let configuration = digest("configuration").trim_start_matches("sha256:").to_owned();
    let noted =
        |more: &str| format!("{{\"image-name\":\"docker.io/library/redis:7\",\"name\":\"cache\"{more}}}");
    host.put_json(
        &at("overlay-containers/containers.json"),
        &json!([
            {"id": "aa", "names": ["cache"], "image": configuration, "layer": "x", "metadata": noted(""), "created": "x"},
            {"id": "bb", "names": ["ended"], "image": configuration, "metadata": noted("")},
            {"id": "cc", "names": ["k8s"], "image": configuration, "metadata": noted(",\"pod-name\":\"p\"")},
            {"id": "dd", "names": ["k8s_POD"], "image": "", "metadata": noted(",\"pod-name\":\"p\",\"pod\":true")},
            {"id": "../dd", "names": null, "image": "x"},
        ]),
    );
    host.put_json(
        &at("overlay-images/images.json"),
        &json!([{
            "id": configuration,
            "digest": digest("manifest"),
            "names": ["docker.io/library/redis:7"],
            "big-data-names": [format!("sha256:{configuration}"), "manifest", format!("manifest-{}", digest("index"))],
        }]),
    );
    for (id, kind, container) in [("cc", "container", "redis"), ("dd", "sandbox", "POD")] {
        let labels = json!({
            "io.kubernetes.container.name": container,
            "io.kubernetes.pod.name": "redis-0",
            "io.kubernetes.pod.namespace": "data",
            "statefulset.kubernetes.io/pod-name": "redis-0",
        });
        let annotations = json!({
            "io.kubernetes.cri-o.ContainerType": kind,
            "io.kubernetes.cri-o.Labels": labels.to_string(),
            "io.kubernetes.pod.name": "redis-0",
        });
        host.put_json(
            &at(&format!("overlay-containers/{id}/userdata/config.json")),
            &json!({"ociVersion": "1.0", "annotations": annotations}),
        );
    }
    for (id, process) in [("aa", "300"), ("bb", "301\n"), ("cc", "302"), ("dd", "303")] {
        host.put(&state(id, "pidfile"), process);
    }
    host.put(&state("bb", "conmon.pid"), "304");
    for process in [1, 300, 301, 302, 303] {
        host.process(process);
    }
    host
}

#[test]
fn containers_of_podman_and_cri_o() {
    storage().check(&[
        "podman cache docker.io/library/redis:7 3",
        "cri-o redis docker.io/library/redis:7 3 data/redis-0 StatefulSet redis",
    ]);
}

#[test]
fn a_host_without_any() {
    Host::new().check(&[]);
    // One that is broken does not hide another.
    let host = docker();
    host.put(
        "var/lib/containers/storage/overlay-containers/containers.json",
        "[{]",
    );
    host.put("run/containers/storage/x", "");
    host.put(
        "var/lib/docker/containers/broken/config.v2.json",
        "{\"State\": 1}",
    );
    assert_eq!(running(host.path()).len(), 2);
}

/// Every regular file of a host.
fn files(directory: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, into),
            false => into.push(path),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever stands in one of the files, it is read or passed over.
    #[test]
    fn odd_files(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        is_cut in any::<bool>(),
    ) {
        for make in [docker, containerd, storage] {
            let host = make();
            let mut all = Vec::new();
            files(host.path(), &mut all);
            let path = which.get(&all);
            let mut content = fs::read(path).unwrap();
            if !content.is_empty() {
                let at = at.index(content.len());
                match is_cut {
                    true => content.truncate(at),
                    false => {
                        let end = content.len().min(at + bytes.len());
                        content.splice(at..end, bytes.iter().copied());
                    }
                }
            }
            fs::write(path, content).unwrap();
            prop_assert!(running(host.path()).len() <= 4);
        }
    }
}

/// Podman of a user who is not root, beside that of the host.
#[test]
fn containers_of_users() {
    let host = storage();
    host.put(
        "etc/passwd",
        "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/users/ann:/bin/sh\nbob:x:1001:1001::/users/bob:/bin/sh\n",
    );
    let list = |home: &str, containers: &Value| {
        let path = format!("{home}/.local/share/containers/storage/overlay-containers/containers.json");
        host.put_json(&path, containers);
    };
    let noted = |name: &str| format!("{{\"image-name\":\"docker.io/library/nginx:1\",\"name\":\"{name}\"}}");
    let runs = |user: u32, id: &str| {
        let path = format!("run/user/{user}/containers/overlay-containers/{id}/userdata/pidfile");
        host.put(&path, "305");
    };
    host.process(305);
    list(
        "users/ann",
        &json!([{"id": "ee", "image": "x", "metadata": noted("of-ann")}, {"id": "ff", "image": "x"}]),
    );
    runs(1000, "ee");
    // Whoever tells of many leaves room for others.
    let many: Vec<Value> = (0..300)
        .map(|id| json!({"id": format!("z{id:03}"), "image": "x"}))
        .collect();
    list("users/bob", &Value::from(many));
    for id in 0..300 {
        runs(1001, &format!("z{id:03}"));
    }
    let found = running(host.path());
    assert_eq!(found.len(), 3 + 100);
    let of_ann = found.iter().find(|container| container.id == "ee").unwrap();
    assert_eq!(of_ann.name.as_deref(), Some("of-ann"));
}

/// Whatever lets a container be found is in a place that is watched, or below one by a directory that comes with it.
#[test]
fn places_of_change_are_where_containers_start() {
    let users = Host::new();
    users.put("etc/passwd", "ann:x:1000:1000::/users/ann:/bin/sh\n");
    users.put("users/ann/.local/share/containers/storage/x", "");
    for (host, expected) in [
        (
            containerd(),
            "run/containerd/io.containerd.runtime.v2.task/k8s.io",
        ),
        (containerd(), "run/containerd/io.containerd.runtime.v2.task"),
        (Host::new(), "run/containerd/io.containerd.runtime.v2.task"),
        (
            docker(),
            "run/docker/containerd/daemon/io.containerd.runtime.v2.task",
        ),
        (storage(), "run/containers/storage/overlay-containers"),
        (storage(), "run/crun"),
        (users, "run/user/1000/containers/overlay-containers"),
    ] {
        let places = places_of_change(host.path());
        assert!(
            places.contains(&host.path().join(expected)),
            "{expected}: {places:?}"
        );
    }
}
