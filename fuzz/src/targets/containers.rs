//! What container runtimes keep of containers that run, and how clusters are reached.

use std::path::Path;

use assay_collector::Cluster;
use assay_containers::running;
use assay_testkit::{BoltValue, bolt_database};
use jiff::SignedDuration;

use super::storages::{BLOBS, NAMES, filed, hex_digest, write};

const CONTAINERD: &str = "var/lib/containerd";

/// Which runtime keeps a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeper {
    Docker,
    /// Podman or CRI-O.
    Storage,
}

/// Files that an input may stand for; what it does not name is as the runtime writes it.
const FILES: [(Keeper, &str, &str); 7] = [
    (
        Keeper::Docker,
        "var/lib/docker/containers/a/config.v2.json",
        r#"{"State":{"Running":true,"Pid":0},"Name":"/a","Image":"sha256:c0","Config":{"Image":"a:1"}}"#,
    ),
    (
        Keeper::Docker,
        "var/lib/docker/image/overlay2/repositories.json",
        r#"{"Repositories":{"a":{"a:1":"sha256:c0"}}}"#,
    ),
    (
        Keeper::Storage,
        "var/lib/containers/storage/overlay-containers/containers.json",
        r#"[{"id":"a","names":["a"],"image":"c0","metadata":"{\"image-name\":\"a:1\"}"}]"#,
    ),
    (
        Keeper::Storage,
        "var/lib/containers/storage/overlay-images/images.json",
        r#"[{"id":"c0","digest":"sha256:c0","names":["a:1"]}]"#,
    ),
    (
        Keeper::Storage,
        "var/lib/containers/storage/overlay-containers/a/userdata/config.json",
        r#"{"annotations":{"io.kubernetes.pod.name":"a"}}"#,
    ),
    (
        Keeper::Storage,
        "run/containers/storage/overlay-containers/a/userdata/pidfile",
        "1",
    ),
    (
        Keeper::Storage,
        "run/containers/storage/overlay-containers/a/userdata/conmon.pid",
        "1",
    ),
];

/// The place of one file of a runtime, as a digit, and then its content; after the files of the others those of containerd: its
/// database, and documents of an image.
pub(super) fn containers(bytes: &[u8]) {
    if let Ok(host) = tempfile::tempdir() {
        lay(host.path(), bytes);
        let _ = running(host.path());
    }
}

/// Lays out the host that an input stands for.
fn lay(host: &Path, bytes: &[u8]) {
    let (at, content) = bytes.split_first().unwrap_or((&b'0', &[]));
    match usize::from(at.wrapping_sub(b'0')) % (FILES.len() + 2) {
        at if at < FILES.len() => unpacked(host, at, content),
        at if at == FILES.len() => database(host, content),
        _ => documents(host, content),
    }
}

fn unpacked(host: &Path, at: usize, content: &[u8]) {
    let (keeper, which, _) = FILES[at];
    for (_, path, usual) in FILES.iter().filter(|(other, ..)| *other == keeper) {
        let content = match *path == which {
            true => content,
            false => usual.as_bytes(),
        };
        write(host, path, content);
    }
}

/// containerd with some tasks, and this as its database.
fn database(host: &Path, content: &[u8]) {
    for task in ["default/a", "k8s.io/logs", "k8s.io/pause"] {
        let path = format!("run/containerd/io.containerd.runtime.v2.task/{task}/init.pid");
        write(host, &path, b"1");
    }
    write(&host.join(CONTAINERD), NAMES, content);
}

/// containerd with a container of an image, whose manifest or index is the last of these.
fn documents(host: &Path, content: &[u8]) {
    let blobs = host.join(CONTAINERD).join(BLOBS);
    let last = filed(content, &blobs);
    let hex = hex_digest(&last);
    write(&blobs, &hex, &last);
    let digest = BoltValue::text(&format!("sha256:{hex}"));
    let image = BoltValue::bucket([("target", BoltValue::bucket([("digest", digest)]))]);
    let container = BoltValue::bucket([("image", BoltValue::text("a:1"))]);
    let namespace = BoltValue::bucket([
        ("containers", BoltValue::bucket([("a", container)])),
        ("images", BoltValue::bucket([("a:1", image)])),
    ]);
    let version = BoltValue::bucket([("default", namespace)]);
    database(host, &bolt_database(&[("v1", version)]));
}

/// A kubeconfig, beside a file `pem` with a certificate and a key that are none.
pub(super) fn kubeconfig(bytes: &[u8]) {
    const PEM: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n\
        -----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let Ok(folder) = tempfile::tempdir() else { return };
    write(folder.path(), "config", bytes);
    write(folder.path(), "pem", PEM.as_bytes());
    let cluster = Cluster {
        name: "a".to_owned(),
        kubeconfig: Some(folder.path().join("config")),
        context: None,
        every: SignedDuration::from_mins(15),
    };
    let _ = cluster.server();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;

    /// A seed that tells of no container would try little.
    #[test]
    fn seeds_tell_of_containers() {
        for (number, seed) in crate::seeds("containers").unwrap().iter().enumerate() {
            let host = tempfile::tempdir().unwrap();
            lay(host.path(), seed);
            assert!(!running(host.path()).is_empty(), "{number}");
        }
    }
}
