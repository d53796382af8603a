//! The table of file systems, `/etc/fstab`: which volume belongs where.
//!
//! Source: fstab(5); mount(8) for `UUID=` and its siblings.

use crate::path::{self, Shape};

/// One line: what is mounted, and where as a clean path.
pub(crate) struct Line {
    device: String,
    directory: String,
}

/// What is known of a volume.
pub(crate) struct Known<'a> {
    pub(crate) uuid: &'a str,
    pub(crate) label: &'a str,
    pub(crate) partition_id: Option<&'a str>,
    /// `partition 2`, for devices that are named by number.
    pub(crate) name: &'a str,
    /// Volume group and logical volume.
    pub(crate) logical: Option<&'a (String, String)>,
}

/// Reads the lines that mount something in the tree.
pub(crate) fn parse(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let (Some(device), Some(directory)) = (words.next(), words.next()) else {
            continue;
        };
        let mut clean = String::new();
        // A blank in a path is written as its octal number.
        let directory = directory.replace("\\040", " ");
        if directory.starts_with('/') && path::clean(directory.as_bytes(), &mut clean) != Shape::Escaping {
            lines.push(Line {
                device: device.trim_matches('"').to_owned(),
                directory: clean,
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
    if let Some((key, value)) = device.split_once('=') {
        return match key {
            "UUID" => is(value, known.uuid),
            "LABEL" => value.trim_matches('"') == known.label && !known.label.is_empty(),
            "PARTUUID" => known.partition_id.is_some_and(|id| is(value, id)),
            _ => false,
        };
    }
    if let Some(uuid) = device.strip_prefix("/dev/disk/by-uuid/") {
        return is(uuid, known.uuid);
    }
    if let Some(id) = device.strip_prefix("/dev/disk/by-partuuid/") {
        return known.partition_id.is_some_and(|known| is(id, known));
    }
    let Some(node) = device.strip_prefix("/dev/") else {
        return false;
    };
    if let Some((group, volume)) = known.logical {
        // The device mapper doubles hyphens of names to keep its own apart.
        let mapped = format!(
            "mapper/{}-{}",
            group.replace('-', "--"),
            volume.replace('-', "--")
        );
        return node == mapped || node == format!("{group}/{volume}");
    }
    let digits = node.len() - node.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (disk, number) = node.split_at(node.len() - digits);
    let is_disk = ["sd", "vd", "xvd", "hd", "nvme", "mmcblk"]
        .iter()
        .any(|prefix| disk.starts_with(prefix));
    is_disk && digits > 0 && known.name == format!("partition {number}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(device: &str, expected: bool) {
        let logical = ("vg-0".to_owned(), "var".to_owned());
        let known = Known {
            uuid: "0a1b-22",
            label: "data",
            partition_id: Some("abcd-02"),
            name: "partition 2",
            logical: device.contains("vg").then_some(&logical),
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
