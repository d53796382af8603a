//! Logical volumes of LVM2 that are linear.
//!
//! A physical volume bears a label in one of its first sectors, and after it, in a ring, the text that describes the
//! whole volume group. Source: lvm2's `label.h`, `format_text/layout.h`, lvm(8), lvmsystemid(7).

mod text;

use std::{collections::BTreeMap, sync::Arc};

use self::text::{Section, Value};
use super::{Division, MOST_VOLUMES, Position, Volume};
use crate::{
    Device, DiskError, Slice,
    bytes::{le32, le64, text as text_of},
    device::{Concatenation, read_vec},
};

const SECTOR: u64 = 512;
/// Where the text of a metadata area begins; a ring comes back here.
const RING_START: u64 = 512;
/// Bytes of a group's text; the area that it lies in has one MiB unless asked for otherwise.
const LARGEST_TEXT: u64 = 4 << 20;
/// Bytes of all texts that differ. Those of the volumes of one group are equal.
const LARGEST_TEXTS: u64 = 16 << 20;
/// Places in each of a label's lists.
const MOST_AREAS: usize = 16;
/// Segments of one volume.
const MOST_SEGMENTS: u64 = 100_000;

/// A label with the metadata areas that it names.
struct Label {
    /// The physical volume's identifier, without hyphens.
    id: String,
    areas: Vec<(u64, u64)>,
}

/// The groups that were found, each by its newest text.
#[derive(Default)]
struct Groups {
    by_name: BTreeMap<String, Section>,
    /// The text that was read last, of which other volumes of the group have copies.
    last: Vec<u8>,
    /// Bytes of all texts that were read.
    read: u64,
}

impl Groups {
    fn add(&mut self, bytes: Vec<u8>) -> Result<(), DiskError> {
        let damaged = || DiskError::damaged("the text of its metadata is broken");
        if bytes == self.last {
            return Ok(());
        }
        self.read += bytes.len() as u64;
        if self.read > LARGEST_TEXTS {
            return Err(DiskError::damaged(format!(
                "its metadata have more than {LARGEST_TEXTS} bytes"
            )));
        }
        let (name, group) = text::group(&String::from_utf8_lossy(&bytes)).ok_or_else(damaged)?;
        self.last = bytes;
        // Of several copies the newest holds.
        let known = self.by_name.get(&name);
        if known.is_none_or(|known| known.number("seqno") < group.number("seqno")) {
            self.by_name.insert(name, group);
        }
        Ok(())
    }
}

/// Adds the logical volumes that lie on physical ones.
pub(super) fn assemble(physical: &[Volume], division: &mut Division) {
    let mut devices: BTreeMap<String, Arc<dyn Device>> = BTreeMap::new();
    let mut groups = Groups::default();
    for volume in physical {
        let outcome = label(&*volume.device).and_then(|label| {
            devices.insert(label.id.clone(), Arc::clone(&volume.device));
            let mut areas = label.areas.iter();
            areas.try_for_each(|area| match text(&*volume.device, *area)? {
                Some(text) => groups.add(text),
                None => Ok(()),
            })
        });
        if let Err(error) = outcome {
            division
                .notes
                .push(format!("{} is a physical volume of LVM: {error}", volume.name));
        }
    }
    let named = groups.by_name.iter().flat_map(|(name, group)| {
        let logical = group.sections("logical_volumes");
        logical.map(move |(logical, section)| (name, group, logical, section))
    });
    for (number, (name, group, logical, section)) in named.enumerate() {
        if number == MOST_VOLUMES {
            let note = format!("more than {MOST_VOLUMES} logical volumes; the rest is left out");
            division.notes.push(note);
            return;
        }
        let title = format!("logical volume {name}/{logical}");
        match linear(group, section, &devices) {
            Ok(device) => division.volumes.push(Volume {
                name: title,
                device,
                position: Position::Logical {
                    group: name.clone(),
                    volume: logical.to_owned(),
                },
            }),
            Err(error) => division.notes.push(format!("{title}: {error}")),
        }
    }
}

fn label(device: &dyn Device) -> Result<Label, DiskError> {
    let damaged = || DiskError::damaged("its label is broken");
    for sector in 0..4 {
        let bytes = read_vec(device, sector * SECTOR, 512)?;
        if !bytes.starts_with(b"LABELONE") {
            continue;
        }
        let at = le32(&bytes, 20).ok_or_else(damaged)? as usize;
        let id = text_of(bytes.get(at..at.saturating_add(32)).ok_or_else(damaged)?);
        // Two lists of places, each ended by an empty one: data, then metadata.
        let mut places = (0..2 * MOST_AREAS).map(|number| {
            let entry = at + 40 + number * 16;
            Some((le64(&bytes, entry)?, le64(&bytes, entry + 8)?))
        });
        places.by_ref().find(|place| matches!(place, Some((0, _)) | None));
        let areas = places
            .map_while(|place| place.filter(|(offset, _)| *offset != 0))
            .collect();
        return Ok(Label { id, areas });
    }
    Err(damaged())
}

/// The text in a metadata area; `None` where it has none yet.
fn text(device: &dyn Device, area: (u64, u64)) -> Result<Option<Vec<u8>>, DiskError> {
    let damaged = || DiskError::damaged("its metadata area is broken");
    let header = read_vec(device, area.0, 512)?;
    if header.get(4..20) != Some(b" LVM2 x[5A%r0N*>".as_slice()) {
        return Err(damaged());
    }
    let size = le64(&header, 32).ok_or_else(damaged)?;
    let (offset, len) = (
        le64(&header, 40).ok_or_else(damaged)?,
        le64(&header, 48).ok_or_else(damaged)?,
    );
    if offset == 0 || len == 0 {
        return Ok(None);
    }
    if len > LARGEST_TEXT || offset > size || offset < RING_START {
        return Err(damaged());
    }
    let start = area.0.checked_add(offset).ok_or_else(damaged)?;
    let first = len.min(size - offset);
    let mut bytes = read_vec(device, start, usize::try_from(first).map_err(|_| damaged())?)?;
    let rest = usize::try_from(len - first).map_err(|_| damaged())?;
    bytes.extend(read_vec(device, area.0 + RING_START, rest)?);
    Ok(Some(bytes))
}

/// Puts the segments of a logical volume together.
fn linear(
    group: &Section,
    volume: &Section,
    devices: &BTreeMap<String, Arc<dyn Device>>,
) -> Result<Arc<dyn Device>, DiskError> {
    let damaged = || DiskError::damaged("its description is incomplete");
    let extent = group
        .number("extent_size")
        .and_then(|sectors| sectors.checked_mul(SECTOR))
        .ok_or_else(damaged)?;
    let mut parts = Vec::new();
    for number in 1..=volume
        .number("segment_count")
        .unwrap_or_default()
        .min(MOST_SEGMENTS)
    {
        let segment = volume.section(&format!("segment{number}")).ok_or_else(damaged)?;
        let kind = segment.text("type").unwrap_or_default();
        if kind != "striped" || segment.number("stripe_count") != Some(1) {
            let kind = if kind == "striped" {
                "more than one stripe"
            } else {
                kind
            };
            return Err(DiskError::unsupported(format!(
                "a segment of the kind \"{kind}\""
            )));
        }
        let Some(Value::List(stripes)) = segment.get("stripes") else {
            return Err(damaged());
        };
        let (Some(Value::Text(name)), Some(Value::Number(start))) = (stripes.first(), stripes.get(1)) else {
            return Err(damaged());
        };
        let physical = group
            .section("physical_volumes")
            .and_then(|all| all.section(name))
            .ok_or_else(damaged)?;
        let id = physical.text("id").unwrap_or_default().replace('-', "");
        let device = devices.get(&id).ok_or_else(|| {
            // Where it was when the group was written last may say which disk to give besides.
            let seen = physical.text("device").map(|device| format!(" ({device})"));
            let seen = seen.unwrap_or_default();
            DiskError::unsupported(format!(
                "the physical volume {name}{seen}, which is on another disk"
            ))
        })?;
        let len = segment
            .number("extent_count")
            .and_then(|count| count.checked_mul(extent))
            .ok_or_else(damaged)?;
        let offset = physical
            .number("pe_start")
            .and_then(|sectors| sectors.checked_mul(SECTOR));
        let offset = offset
            .and_then(|base| base.checked_add(start.checked_mul(extent)?))
            .ok_or_else(damaged)?;
        // What lies beyond the end of a disk that was cut off must not move what comes after it.
        let part: Arc<dyn Device> = Arc::new(Slice::new(Arc::clone(device), offset, len));
        parts.push((len, Some(part)));
    }
    Ok(Arc::new(Concatenation::new(parts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::memory::Memory;

    const TEXT: &str = r#"vg0 { # a comment
        id = "x" seqno = 3 extent_size = 2 flags = []
        physical_volumes { pv0 { id = "AAAA-bb" pe_start = 4 } pv1 { id = "CC" device = "/dev/sdb" pe_start = 0 } }
        logical_volumes {
            root { segment_count = 2
                segment1 { extent_count = 1 type = "striped" stripe_count = 1 stripes = ["pv0", 1] }
                segment2 { extent_count = 1 type = "striped" stripe_count = 1 stripes = ["pv0", 0] } }
            far { segment_count = 1 segment1 { extent_count = 1 type = "striped" stripe_count = 1 stripes = ["pv1", 0] } }
            thin { segment_count = 1 segment1 { extent_count = 1 type = "thin" } }
        } }
        contents = "Text Format Volume Group""#;

    fn physical() -> Volume {
        let mut bytes = vec![0; 16 * 512];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(512, b"LABELONE");
        put(512 + 20, &32_u32.to_le_bytes());
        put(512 + 24, b"LVM2 001");
        put(512 + 32, b"AAAAbb");
        put(512 + 72, &2048_u64.to_le_bytes());
        put(512 + 104, &8192_u64.to_le_bytes());
        put(512 + 112, &8192_u64.to_le_bytes());
        put(2048, &[b'0'; 1024]);
        put(2048 + 1024, &[b'1'; 1024]);
        bytes.extend(vec![0; 8192]);
        // The text runs over the end of its ring.
        let area = 8192;
        let start = 8192 - 100;
        let mut put =
            |at: usize, value: &[u8]| bytes[area + at..area + at + value.len()].copy_from_slice(value);
        put(4, b" LVM2 x[5A%r0N*>");
        put(32, &8192_u64.to_le_bytes());
        put(40, &(start as u64).to_le_bytes());
        put(48, &(TEXT.len() as u64).to_le_bytes());
        put(start, &TEXT.as_bytes()[..100]);
        put(512, &TEXT.as_bytes()[100..]);
        Volume {
            name: "partition 2".to_owned(),
            device: Arc::new(Memory(bytes)),
            position: Position::Whole { disk: 0 },
        }
    }

    /// What its group has of another disk is read where that is given, too.
    #[test]
    fn a_group_on_several_disks() {
        let mut other = vec![0; 8 * 512];
        let mut put = |at: usize, value: &[u8]| other[at..at + value.len()].copy_from_slice(value);
        put(512, b"LABELONE");
        put(512 + 20, &32_u32.to_le_bytes());
        put(512 + 24, b"LVM2 001");
        put(512 + 32, b"CC");
        let disk = |name: &str, device| crate::Disk {
            name: name.to_owned(),
            device,
        };
        let disks = [disk("b", Arc::new(Memory(other))), disk("a", physical().device)];
        let check = |disks: &[crate::Disk], expected: &[&str]| {
            let division = crate::divide(disks).unwrap();
            let names: Vec<&str> = division
                .volumes
                .iter()
                .map(|volume| volume.name.as_str())
                .collect();
            assert_eq!(names, expected, "{:?}", division.notes);
            division
        };
        let division = check(&disks, &["logical volume vg0/far", "logical volume vg0/root"]);
        let far = read_vec(&*division.volumes[0].device, 512, 8).unwrap();
        assert_eq!(far, b"LABELONE");
        let alone = check(&disks[1..], &["logical volume vg0/root"]);
        let notes = alone.notes.join("\n");
        assert!(
            notes.contains("pv1 (/dev/sdb), which is on another disk"),
            "{notes}"
        );
    }

    /// Of a disk that was cut off only what lies beyond its end is missing.
    #[test]
    fn a_segment_beyond_the_end() {
        let text = TEXT.replace("stripes = [\"pv0\", 1]", "stripes = [\"pv0\", 900]");
        let mut groups = Groups::default();
        groups.add(text.into_bytes()).unwrap();
        let group = groups.by_name.get("vg0").unwrap();
        let root = group
            .section("logical_volumes")
            .and_then(|all| all.section("root"));
        let devices = BTreeMap::from([("AAAAbb".to_owned(), physical().device)]);
        let root = linear(group, root.unwrap(), &devices).unwrap();
        assert_eq!(root.len(), 2048);
        assert!(read_vec(&*root, 0, 1).is_err());
        assert_eq!(read_vec(&*root, 1024, 1).unwrap(), b"0");
    }

    #[test]
    fn texts_without_end() {
        let mut groups = Groups::default();
        let text = |number: usize| format!("vg{number} {{ {} }}", "# comment\n".repeat(400_000)).into_bytes();
        // A copy costs nothing.
        assert!((0..20).all(|_| groups.add(text(0)).is_ok()));
        assert!((1..20).any(|number| groups.add(text(number)).is_err()));
        assert!(groups.by_name.len() < 6);
    }

    #[test]
    fn volumes() {
        let mut division = Division::default();
        assemble(&[physical()], &mut division);
        let [root] = division.volumes.as_slice() else {
            panic!("{:?}", division.notes);
        };
        assert_eq!(root.name, "logical volume vg0/root");
        let bytes = read_vec(&*root.device, 0, 2048).unwrap();
        assert_eq!(
            (bytes[0], bytes[1023], bytes[1024], bytes[2047]),
            (b'1', b'1', b'0', b'0')
        );
        let notes = division.notes.join("\n");
        assert!(
            notes.contains("vg0/far") && notes.contains("on another disk"),
            "{notes}"
        );
        assert!(
            notes.contains("vg0/thin") && notes.contains("\"thin\""),
            "{notes}"
        );
    }
}
