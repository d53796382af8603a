//! Which parts of a directory are other file systems that hold nothing installed.
//!
//! Source: `proc_pid_mountinfo(5)`; the kernel's file system names.

use std::{collections::HashMap, path::Path};

/// Whether the directory is this machine's root or one that someone pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// This machine: only file systems on its own disks are part of it.
    Host,
    /// A directory: only what no disk holds is left out, the rest was asked for.
    Directory,
    /// A checkout of source code: as a directory.
    Repository,
}

/// File systems that live on disks of the machine.
const LOCAL: [&str; 17] = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "nilfs2", "vfat",
    "msdos", "exfat", "ntfs3", "erofs", "ubifs",
];

/// File systems that show the kernel's own state.
const PSEUDO: [&str; 22] = [
    "proc",
    "sysfs",
    "devtmpfs",
    "devpts",
    "cgroup",
    "cgroup2",
    "securityfs",
    "debugfs",
    "tracefs",
    "configfs",
    "pstore",
    "bpf",
    "mqueue",
    "hugetlbfs",
    "fusectl",
    "binfmt_misc",
    "autofs",
    "rpc_pipefs",
    "nsfs",
    "efivarfs",
    "selinuxfs",
    "binder",
];

/// Where container engines keep the layers of images and the root file systems of containers. What is in there is
/// installed in them and not on the host.
const CONTAINER_STORAGE: [&str; 5] = [
    "var/lib/docker",
    "var/lib/containerd",
    "var/lib/containers/storage",
    "var/lib/rancher/k3s/agent/containerd",
    "var/snap/docker/common/var-lib-docker",
];

struct Mount {
    device: String,
    /// What part of the device's file system is mounted.
    root: String,
    at: String,
    kind: String,
}

/// The paths below `root` to leave out, each with its reason.
pub(crate) fn left_out(root: &Path, mountinfo: &str, scope: Scope) -> HashMap<String, Option<String>> {
    let mounts: Vec<Mount> = mountinfo.lines().filter_map(parse_line).collect();
    let mut out = HashMap::new();
    for (index, mount) in mounts.iter().enumerate() {
        let Some(inside) = Path::new(&mount.at)
            .strip_prefix(root)
            .ok()
            .and_then(Path::to_str)
        else {
            continue;
        };
        if inside.is_empty() {
            continue;
        }
        if let Some(reason) = reason(mount, mounts.get(..index).unwrap_or_default(), &mounts, scope) {
            out.insert(inside.to_owned(), Some(reason));
        }
    }
    if scope == Scope::Host {
        for path in CONTAINER_STORAGE {
            let reason = "the storage of a container engine; scan its images and containers themselves";
            out.entry(path.to_owned())
                .or_insert_with(|| Some(reason.to_owned()));
        }
    }
    out
}

fn reason(mount: &Mount, before: &[Mount], all: &[Mount], scope: Scope) -> Option<String> {
    if PSEUDO.contains(&mount.kind.as_str()) {
        return Some(format!("a pseudo file system ({})", mount.kind));
    }
    if scope != Scope::Host {
        return None;
    }
    if !LOCAL.contains(&mount.kind.as_str()) {
        return Some(format!(
            "not a file system on a disk of this host ({})",
            mount.kind
        ));
    }
    // A bind mount shows again what is elsewhere. Subvolumes share a device too, but none lies within another.
    // Of equal mounts the first is the one that the system was set up with.
    let is_again = |other: &Mount| other.device == mount.device && other.root == mount.root;
    let is_within = |other: &Mount| {
        other.device == mount.device
            && other.root != mount.root
            && Path::new(&mount.root).starts_with(&other.root)
    };
    let shown_elsewhere = before.iter().any(is_again) || all.iter().any(is_within);
    shown_elsewhere.then(|| "a bind mount of a directory that is read elsewhere".to_owned())
}

fn parse_line(line: &str) -> Option<Mount> {
    let (before, after) = line.split_once(" - ")?;
    let mut fields = before.split(' ').skip(2);
    let (device, root, at) = (fields.next()?, fields.next()?, fields.next()?);
    let kind = after.split(' ').next()?;
    // "fuse.sshfs" and the like keep their full name.
    Some(Mount {
        device: device.to_owned(),
        root: unescape(root),
        at: unescape(at),
        kind: kind.to_owned(),
    })
}

/// Undoes the kernel's `\040` for blank, tab, newline and backslash.
fn unescape(text: &str) -> String {
    text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTINFO: &str = "\
22 27 0:20 / /sys rw,nosuid - sysfs sysfs rw
23 27 0:21 / /proc rw - proc proc rw
27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
28 27 0:25 / /run rw - tmpfs tmpfs rw
29 27 8:2 / /var rw - xfs /dev/sda2 rw
30 27 0:40 / /mnt/share\\040one rw - nfs4 server:/x rw
31 27 8:1 /srv/data /mnt/data rw - ext4 /dev/sda1 rw
32 27 0:50 /@home /home rw - btrfs /dev/sdb rw
33 27 0:50 /@opt /opt rw - btrfs /dev/sdb rw
35 27 8:2 / /mnt/var-again rw - xfs /dev/sda2 rw
34 27 0:60 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw
garbage
";

    fn check(scope: Scope, root: &str, expected: &[&str]) {
        let mut found: Vec<String> = left_out(Path::new(root), MOUNTINFO, scope).into_keys().collect();
        found.retain(|path| !CONTAINER_STORAGE.contains(&path.as_str()));
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn mounts() {
        let host = [
            "mnt/data",
            "mnt/share one",
            "mnt/var-again",
            "proc",
            "run",
            "sys",
            "var/lib/docker/overlay2/x/merged",
        ];
        check(Scope::Host, "/", &host);
        check(Scope::Directory, "/", &["proc", "sys"]);
        check(Scope::Directory, "/proc", &[]);
        check(Scope::Directory, "/srv", &[]);
    }
}
