//! The users of a host, each of whom may run containers without being root.

use std::path::PathBuf;

use assay_artifacts::storage;

use crate::host::{self, Host};

/// Bytes of the list of users.
const LARGEST: u64 = 1 << 20;

/// The most users that are looked at.
const MOST: usize = 1000;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// The number.
    id: u32,
    /// The home, below the root of the host.
    home: PathBuf,
}

impl User {
    /// A directory below the home. What is in a home its user may have put there, so no link on the way is followed.
    pub(crate) fn directory(&self, path: &str) -> Option<PathBuf> {
        let full = storage::beneath(&self.home, path).ok()?;
        full.is_dir().then_some(full)
    }

    /// The path of what there is of it for as long as it is logged in or lingers, below the root of the host.
    pub(crate) fn run(&self) -> String {
        format!("run/user/{}", self.id)
    }
}

/// The users of a host with a home that is there, but for root, whose containers are those of the host.
///
/// Source: `passwd(5)`.
pub(crate) fn users(host: &Host) -> Vec<User> {
    let Some(etc) = host.directory("etc") else {
        return Vec::new();
    };
    let list = host::file(&etc, "passwd", LARGEST).unwrap_or_default();
    let list = String::from_utf8_lossy(&list);
    let user = |line: &str| {
        let mut fields = line.split(':').skip(2);
        let id: u32 = fields.next()?.parse().ok()?;
        let home = fields.nth(2)?.strip_prefix('/')?.trim_end_matches('/');
        let is_plain = |part: &str| !matches!(part, "" | "." | "..");
        if id == 0 || !home.split('/').all(is_plain) {
            return None;
        }
        let home = host.directory(home)?;
        Some(User { id, home })
    };
    let mut users: Vec<User> = Vec::new();
    for user in list.lines().filter_map(user).take(MOST) {
        // Some share a home; it is one storage then.
        if !users.iter().any(|known| known.home == user.home) {
            users.push(user);
        }
    }
    users
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test may panic")]

    use std::fs;

    use super::*;

    #[test]
    fn users_of_a_host() {
        let root = tempfile::tempdir().unwrap();
        let host = || Host::new(root.path());
        assert_eq!(users(&host()), []);
        for directory in ["etc", "root", "users/ann/in", "users/ann/out"] {
            fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        std::os::unix::fs::symlink("in", root.path().join("users/ann/link")).unwrap();
        let passwd = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000:,,,:/users/ann/:/bin/sh\n\
            again:x:1001:1001::/users/ann:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/false\n\
            up:x:1002:1002::/users/ann/../ann:/x\nodd:x:-1:1::/users/ann:/x\nhome:x:1003:1::users/ann:/x\n\n:::\nshort:x:5\n";
        fs::write(root.path().join("etc/passwd"), passwd).unwrap();
        let found = users(&host());
        let [ann] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(ann.run(), "run/user/1000");
        assert!(ann.directory("in").is_some());
        assert_eq!(ann.directory("link"), None);
    }
}
