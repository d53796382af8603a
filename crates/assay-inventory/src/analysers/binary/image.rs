//! An executable of any format as named stretches of a file.

use assay_artifacts::RandomAccess;

use crate::{
    binary_file::{FormatError, read_vec},
    byte_order::ByteOrder,
};

/// Sections and segments of one executable that are looked at.
pub(super) const MOST_SECTIONS: usize = 4096;

/// What one executable consists of.
pub(super) struct Image<'a> {
    pub(super) file: RandomAccess<'a>,
    pub(super) sections: Vec<Section>,
}

/// A stretch of the file that is loaded at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// Its name where it is one of those that matter, else empty.
    pub(super) name: Known,
    pub(super) address: u64,
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// The sections that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Go's build information.
    GoBuildInfo,
    /// cargo-auditable's list.
    Dependencies,
    /// Data where Go's build information may be in the absence of a section of its own.
    Data,
    Other,
}

impl Known {
    /// By the name that the format gives it.
    pub(super) fn named(name: &[u8]) -> Known {
        match name {
            b".go.buildinfo" | b"__go_buildinfo" => Known::GoBuildInfo,
            b".dep-v0" => Known::Dependencies,
            _ => Known::Other,
        }
    }
}

impl Image<'_> {
    /// The first section of this name that is not empty.
    pub(super) fn section(&self, name: Known) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.name == name && section.size > 0)
    }

    /// The first `limit` bytes of a section, or all of it.
    pub(super) fn content(&self, section: &Section, limit: u64) -> Result<Vec<u8>, FormatError> {
        read_vec(&self.file, section.offset, section.size.min(limit))
    }

    /// Bytes by the address at which they are loaded.
    pub(super) fn at_address(&self, address: u64, count: u64) -> Result<Vec<u8>, FormatError> {
        let found = self.sections.iter().find_map(|section| {
            let within = address.checked_sub(section.address)?;
            let end = within.checked_add(count)?;
            (section.address != 0 && end <= section.size).then(|| section.offset.checked_add(within))?
        });
        let offset = found.ok_or_else(|| FormatError::malformed("a pointer leads out of the file"))?;
        read_vec(&self.file, offset, count)
    }
}

/// The number of 64 or 32 bits at an offset.
pub(super) fn word(order: ByteOrder, width: Width, bytes: &[u8], at: usize) -> Option<u64> {
    match width {
        Width::Bits32 => order.u32(bytes, at).map(u64::from),
        Width::Bits64 => order.u64(bytes, at),
    }
}

/// The size of an executable's addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    Bits32,
    Bits64,
}
