//! Packages of OpenWrt and other small systems: opkg's database, in the form of dpkg's.
//!
//! Source: opkg's documentation. Where the database is depends on how the system was built.

use assay_artifacts::{Content, Entry, Interest};

use super::dpkg;
use crate::{Analyser, Description, Facts, FilePath, Kind, lines::by_lines};

/// The analyser of opkg's files.
pub(crate) struct Opkg;

/// Bytes of a file that are read.
const LARGEST: u64 = 64 << 20;

impl Analyser for Opkg {
    fn describe(&self) -> Description {
        Description {
            name: "opkg",
            ecosystem: "opkg packages",
            reads: &[
                "usr/lib/opkg/status",
                "var/lib/opkg/status",
                "usr/lib/opkg/info/*.list",
                "var/lib/opkg/info/*.list",
            ],
            kind: Kind::Installed,
            types: &["opkg"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        let is_one = match path.directory {
            "usr/lib/opkg" | "var/lib/opkg" => path.name == "status",
            "usr/lib/opkg/info" | "var/lib/opkg/info" => path.name.ends_with(".list"),
            _ => false,
        };
        if is_one { Interest::Yes } else { Interest::No }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        by_lines(entry, content, LARGEST, facts, |lines, facts| {
            match entry.name().strip_suffix(".list") {
                Some(package) => dpkg::list(lines, dpkg::owner("opkg", package), facts),
                None => dpkg::status(lines, "opkg", facts),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysers::describe, lines::Lines};

    #[test]
    fn database() {
        let content = "Package: libc\nVersion: 1.2.4-4\nDepends: libgcc1\nStatus: install user installed\nArchitecture: x86_64\nInstalled-Time: 1\n\n\
            Package: gone\nVersion: 1\nStatus: deinstall ok not-installed\n";
        let mut facts = Facts::new("opkg");
        dpkg::status(&mut Lines::new(content.as_bytes()), "opkg", &mut facts).unwrap();
        let owner = dpkg::owner("opkg", "libc");
        dpkg::list(&mut Lines::new(&b"/lib/libc.so\n"[..]), owner, &mut facts).unwrap();
        let found: Vec<String> = facts.list.into_iter().map(describe).collect();
        assert_eq!(found, ["pkg:opkg/libc@1.2.4-4?arch=x86_64", "opkg libc owns 1"]);
        for (path, interest) in [
            ("usr/lib/opkg/status", Interest::Yes),
            ("var/lib/opkg/info/libc.list", Interest::Yes),
            ("usr/lib/opkg/info/libc.control", Interest::No),
            ("opkg/status", Interest::No),
        ] {
            assert_eq!(Opkg.interest(FilePath::new(path)), interest, "{path}");
        }
    }
}
