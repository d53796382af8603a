//! The table of file systems, `/etc/fstab`: which volume belongs where.
//!
//! Source: fstab(5); mount(8) for `UUID=` and its siblings.

use assay_disks::Position;

use crate::{
    nodes::Nodes,
    path::{self, Shape},
};

/// Types of file systems on disks that have nothing installed, and such as come and go.
const OTHER_TYPES: [&str; 6] = ["swap", "vfat", "msdos", "iso9660", "udf", "none"];

/// One line: what is mounted, and where as a clean path, empty for the root.
pub(crate) struct Line {
    pub(crate) device: String,
    pub(crate) directory: String,
    /// Whether it is part of the running system: on a disk, and mounted without being asked for.
    pub(crate) is_part: bool,
}

/// What is known of a volume.
pub(crate) struct Known<'a> {
    pub(crate) uuid: &'a str,
    pub(crate) label: &'a str,
    pub(crate) position: &'a Position,
    /// How the machine names its disks.
    pub(crate) nodes: &'a Nodes,
}

/// Reads the lines that mount something in the tree.
pub(crate) fn parse(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let (Some(device), Some(directory)) = (words.next(), words.next()) else {
            continue;
        };
        let kind = words.next().unwrap_or_default();
        let options = words.next().unwrap_or_default();
        let device = device.trim_matches('"');
        let is_on_disk = device.starts_with("/dev/")
            || ["UUID=", "LABEL=", "PARTUUID=", "PARTLABEL="]
                .iter()
                .any(|key| device.starts_with(key));
        let is_asked_for = options.split(',').any(|option| option == "noauto");
        let mut clean = String::new();
        // A blank in a path is written as its octal number.
        let directory = directory.replace("\\040", " ");
        if directory.starts_with('/') && path::clean(directory.as_bytes(), &mut clean) != Shape::Escaping {
            lines.push(Line {
                device: device.to_owned(),
                directory: clean,
                is_part: is_on_disk && !is_asked_for && !OTHER_TYPES.contains(&kind),
            });
        }
    }
    lines
}

/// Where a volume is mounted.
pub(crate) fn mount_point(lines: &[Line], known: &Known<'_>) -> Option<String> {
    let line = lines.iter().find(|line| names(&line.device, known))?;
    (!line.directory.is_empty()).then(|| line.directory.clone())
}

fn names(device: &str, known: &Known<'_>) -> bool {
    let is = |wanted: &str, actual: &str| {
        let wanted = wanted.trim_matches('"');
        !actual.is_empty() && wanted.eq_ignore_ascii_case(actual)
    };
    let is_label = |wanted: &str| wanted.trim_matches('"') == known.label && !known.label.is_empty();
    let is_partition = |wanted: &str| match known.position {
        Position::Partition { id: Some(id), .. } => is(wanted, id),
        _ => false,
    };
    if let Some((key, value)) = device.split_once('=') {
        return match key {
            "UUID" => is(value, known.uuid),
            "LABEL" => is_label(value),
            "PARTUUID" => is_partition(value),
            _ => false,
        };
    }
    if let Some(uuid) = device.strip_prefix("/dev/disk/by-uuid/") {
        return is(uuid, known.uuid);
    }
    if let Some(label) = device.strip_prefix("/dev/disk/by-label/") {
        return is_label(label);
    }
    if let Some(id) = device.strip_prefix("/dev/disk/by-partuuid/") {
        return is_partition(id);
    }
    let Some(node) = device.strip_prefix("/dev/") else {
        return false;
    };
    match known.position {
        Position::Logical { group, volume } => {
            // The device mapper doubles hyphens of names to keep its own apart.
            let mapped = format!(
                "mapper/{}-{}",
                group.replace('-', "--"),
                volume.replace('-', "--")
            );
            node == mapped || node == format!("{group}/{volume}")
        }
        Position::Partition { disk, number, .. } => known.nodes.names(node, *disk, Some(*number)),
        Position::Whole { disk } => known.nodes.names(node, *disk, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(device: &str, expected: bool) {
        let position = match device.contains("vg") {
            true => Position::Logical {
                group: "vg-0".to_owned(),
                volume: "var".to_owned(),
            },
            false => Position::Partition {
                disk: 0,
                number: 2,
                id: Some("abcd-02".to_owned()),
            },
        };
        let known = Known {
            uuid: "0a1b-22",
            label: "data",
            position: &position,
            nodes: &Nodes::default(),
        };
        let lines = parse(&format!(
            "# comment\n{device} /var/my\\040data ext4 defaults 0 2\n"
        ));
        let expected = expected.then(|| "var/my data".to_owned());
        assert_eq!(mount_point(&lines, &known), expected, "{device}");
    }

    #[test]
    fn devices() {
        for device in [
            "UUID=0A1B-22",
            "UUID=\"0a1b-22\"",
            "LABEL=data",
            "PARTUUID=ABCD-02",
            "/dev/disk/by-uuid/0a1b-22",
            "/dev/disk/by-label/data",
            "/dev/sda2",
            "/dev/nvme0n1p2",
            "/dev/mapper/vg--0-var",
            "/dev/vg-0/var",
        ] {
            check(device, true);
        }
        for device in [
            "UUID=0a1b-23",
            "LABEL=DATA",
            "/dev/sda1",
            "/dev/mapper/vg-0-var",
            "tmpfs",
            "/dev/loop2",
        ] {
            check(device, false);
        }
    }

    #[test]
    fn what_is_part_of_the_system() {
        for (line, expected) in [
            ("UUID=1 /var xfs defaults", true),
            ("/dev/sdb1 /srv", true),
            ("UUID=1 /boot/efi vfat umask=0077", false),
            ("/dev/sr0 /media/cd auto ro,noauto", false),
            ("tmpfs /tmp tmpfs", false),
            ("host:/x /mnt nfs", false),
        ] {
            let lines = parse(line);
            assert_eq!(lines.first().map(|line| line.is_part), Some(expected), "{line}");
        }
    }

    #[test]
    fn places_in_the_tree_only() {
        assert!(parse("a /../x ext4\nb none swap\nc\n\n").is_empty());
    }

    proptest! {
        #[test]
        fn no_text_leads_out_of_the_tree(text in "[ \t\n/.a=\"#\\\\0-9U-]{0,60}") {
            for line in parse(&text) {
                prop_assert!(!line.directory.starts_with('/'));
                prop_assert!(line.directory.split('/').all(|part| part != ".."));
            }
        }
    }
}
