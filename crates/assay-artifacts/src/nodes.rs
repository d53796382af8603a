//! The names that a machine has for its disks: `sda`, `xvdf2`, `nvme1n1p1`.
//!
//! Source: the kernel's `Documentation/admin-guide/devices.txt`; for EBS, where a volume that was attached as `/dev/sdf` is
//! `/dev/xvdf` on Xen and some `/dev/nvmeNn1` on Nitro, the EC2 user guide, "Device names for volumes".

/// How the drivers of disks begin their names, those that are numbered by letters.
const LETTERED: [&str; 4] = ["xvd", "sd", "vd", "hd"];

/// A disk by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    /// `sdb` is 1.
    Lettered(usize),
    /// `nvme1n1` or `mmcblk1` is 1.
    Numbered(usize),
}

impl Name {
    /// Where it stands among the disks of a driver.
    fn number(self) -> usize {
        match self {
            Name::Lettered(number) | Name::Numbered(number) => number,
        }
    }
}

/// The disks of a machine, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nodes {
    /// What each is called, as far as it is known.
    names: Vec<Option<Name>>,
}

impl Nodes {
    /// Takes up what each disk is called, such as `/dev/sdf`.
    pub(crate) fn new<'n>(names: impl IntoIterator<Item = Option<&'n str>>) -> Nodes {
        let name = |text: &str| Some(parse(text.strip_prefix("/dev/").unwrap_or(text))?.0);
        Nodes {
            names: names.into_iter().map(|text| text.and_then(name)).collect(),
        }
    }

    /// Whether a name below `/dev` is that of a partition of a disk, or of the disk. One whose name is not known goes by its
    /// place, and where it is the only one any name is its.
    pub(crate) fn names(&self, node: &str, disk: usize, partition: Option<u32>) -> bool {
        let Some((name, number)) = parse(node) else {
            return false;
        };
        if self.names.len() <= 1 {
            return number == partition;
        }
        // Drivers count alike by letters; what was attached first may have any number of NVMe's.
        let is_alike = |known: Name| matches!(known, Name::Lettered(_)) == matches!(name, Name::Lettered(_));
        let told = |at: usize| {
            self.names
                .get(at)
                .copied()
                .flatten()
                .filter(|known| is_alike(*known))
        };
        let is_disk = match told(disk) {
            Some(known) => known == name,
            None => name.number() == disk && (0..self.names.len()).all(|at| told(at) != Some(name)),
        };
        is_disk && number == partition
    }
}

/// Reads a name into that of a disk and the number of a partition.
fn parse(node: &str) -> Option<(Name, Option<u32>)> {
    let number = |text: &str| match text {
        "" => Some(None),
        text => text.parse().ok().filter(|number| *number > 0).map(Some),
    };
    if let Some(rest) = LETTERED.iter().find_map(|driver| node.strip_prefix(driver)) {
        let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        let (letters, partition) = rest.split_at(end);
        return Some((Name::Lettered(by_letters(letters)?), number(partition)?));
    }
    let of_namespace = |rest: &str| {
        let (controller, rest) = rest.split_once('n')?;
        let (namespace, partition) = rest.split_once('p').unwrap_or((rest, ""));
        (namespace == "1").then_some(())?;
        Some((controller.to_owned(), partition.to_owned()))
    };
    let of_card = |rest: &str| {
        let (card, partition) = rest.split_once('p').unwrap_or((rest, ""));
        Some((card.to_owned(), partition.to_owned()))
    };
    let (disk, partition) = match node.strip_prefix("nvme") {
        Some(rest) => of_namespace(rest)?,
        None => of_card(node.strip_prefix("mmcblk")?)?,
    };
    Some((Name::Numbered(disk.parse().ok()?), number(&partition)?))
}

/// `a` is 0, `z` 25, `aa` 26.
fn by_letters(letters: &str) -> Option<usize> {
    let digits = letters.bytes().map(|letter| usize::from(letter - b'a') + 1);
    // The kernel has no more of them.
    let is_name = (1..=3).contains(&letters.len());
    is_name.then(|| digits.fold(0, |sum, digit| sum * 26 + digit) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        use Name::{Lettered, Numbered};
        for (text, expected) in [
            ("sda", Some((Lettered(0), None))),
            ("sda1", Some((Lettered(0), Some(1)))),
            ("xvdf", Some((Lettered(5), None))),
            ("vdaa12", Some((Lettered(26), Some(12)))),
            ("nvme0n1", Some((Numbered(0), None))),
            ("nvme1n1p2", Some((Numbered(1), Some(2)))),
            ("nvme1n2p2", None),
            ("mmcblk0p1", Some((Numbered(0), Some(1)))),
            ("sd", None),
            ("sd1", None),
            ("sda0", None),
            ("sda-1", None),
            ("sdaaaaaaaaaaaaaaaaaaaa", None),
            ("loop2", None),
            ("nvme", None),
            ("nvmexn1", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn several_disks() {
        let check = |names: &[Option<&str>], node: &str, expected: &[usize]| {
            let nodes = Nodes::new(names.iter().copied());
            let found: Vec<usize> = (0..names.len())
                .filter(|disk| nodes.names(node, *disk, Some(1)))
                .collect();
            assert_eq!(found, expected, "{names:?} {node}");
        };
        check(&[None], "sdz1", &[0]);
        check(&[None, None], "sdb1", &[1]);
        check(&[None, None], "nvme1n1p1", &[1]);
        check(&[None, None], "sdc1", &[]);
        let attached = [Some("/dev/sda1"), Some("/dev/sdf")];
        check(&attached, "xvdf1", &[1]);
        check(&attached, "xvda1", &[0]);
        check(&attached, "xvdb1", &[]);
        check(&attached, "nvme1n1p1", &[1]);
        check(&[Some("what"), Some("/dev/nvme0n1")], "nvme0n1p1", &[1]);
    }
}
