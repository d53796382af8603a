//! Executables with nothing in them but the sections that a test is about.

use crate::Endian;

/// The size of an executable's addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressSize {
    /// 32 bits.
    Bits32,
    /// 64 bits.
    Bits64,
}

/// Builds an ELF file.
///
/// Source: the System V gABI, "Object Files".
#[derive(Clone, Debug)]
pub struct ElfBuilder {
    size: AddressSize,
    endian: Endian,
    sections: Vec<(String, Vec<u8>)>,
}

/// The address at which the first byte of a file would be loaded.
const BASE: usize = 0x40_0000;
const ALIGNMENT: usize = 16;

impl ElfBuilder {
    /// An executable without sections.
    pub fn new(size: AddressSize, endian: Endian) -> ElfBuilder {
        ElfBuilder {
            size,
            endian,
            sections: Vec::new(),
        }
    }

    /// With a section.
    #[must_use]
    pub fn section(mut self, name: &str, content: impl Into<Vec<u8>>) -> ElfBuilder {
        self.sections.push((name.to_owned(), content.into()));
        self
    }

    /// With Go's build information as it is since Go 1.18.
    #[must_use]
    pub fn go(self, version: &str, modules: &str) -> ElfBuilder {
        let mut content = b"\xff Go buildinf:\0\x02".to_vec();
        content.resize(32, 0);
        for text in [version.as_bytes().to_vec(), wrapped(modules)] {
            content.extend(varint(text.len()));
            content.extend(text);
        }
        self.section(".go.buildinfo", content)
    }

    /// With Go's build information as it was before: pointers to texts elsewhere.
    #[must_use]
    pub fn old_go(self, version: &str, modules: &str) -> ElfBuilder {
        let texts = [version.as_bytes().to_vec(), wrapped(modules)];
        let address = BASE + self.end();
        let mut data = Vec::new();
        let mut places = Vec::new();
        for text in &texts {
            places.push((address + data.len(), text.len()));
            data.extend_from_slice(text);
        }
        data.resize(data.len().next_multiple_of(ALIGNMENT), 0);
        let mut strings = Vec::new();
        for (place, len) in places {
            strings.push(address + data.len());
            data.extend(self.word(place));
            data.extend(self.word(len));
        }
        let (width, flags) = (self.word(0).len(), u8::from(self.endian == Endian::Big));
        let mut content = b"\xff Go buildinf:".to_vec();
        content.extend([u8::try_from(width).expect("4 or 8"), flags]);
        for string in strings {
            content.extend(self.word(string));
        }
        content.resize(32, 0);
        self.section(".data", data).section(".go.buildinfo", content)
    }

    /// The file, with section headers.
    pub fn build(&self) -> Vec<u8> {
        let mut file = self.content();
        let mut names = b"\0".to_vec();
        let mut headers = vec![0; self.pick(40, 64)];
        let mut offset = self.header_len();
        for (name, content) in &self.sections {
            headers.extend(self.section_header(names.len(), offset, content.len()));
            names.extend_from_slice(name.as_bytes());
            names.push(0);
            offset = (offset + content.len()).next_multiple_of(ALIGNMENT);
        }
        headers.extend(self.section_header(0, file.len(), names.len()));
        file.extend(names);
        let table = file.len();
        file.extend(headers);
        self.header(file, table, self.sections.len() + 2)
    }

    /// The file stripped of section headers, all of it one writable segment.
    pub fn build_stripped(&self) -> Vec<u8> {
        let file = self.content();
        self.header(file, 0, 0)
    }

    fn pick<T>(&self, narrow: T, wide: T) -> T {
        match self.size {
            AddressSize::Bits32 => narrow,
            AddressSize::Bits64 => wide,
        }
    }

    fn word(&self, number: usize) -> Vec<u8> {
        self.pick(self.endian.u32(number).to_vec(), self.endian.u64(number).to_vec())
    }

    /// Bytes of file header and program header, aligned.
    fn header_len(&self) -> usize {
        self.pick(52 + 32, 64_usize + 56).next_multiple_of(ALIGNMENT)
    }

    fn end(&self) -> usize {
        let sizes = self.sections.iter().map(|(_, content)| content.len());
        self.header_len() + sizes.map(|size| size.next_multiple_of(ALIGNMENT)).sum::<usize>()
    }

    fn content(&self) -> Vec<u8> {
        let mut file = vec![0; self.header_len()];
        for (_, content) in &self.sections {
            file.extend_from_slice(content);
            file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        }
        file
    }

    fn section_header(&self, name: usize, offset: usize, size: usize) -> Vec<u8> {
        let mut header = [self.endian.u32(name), self.endian.u32(1)].concat();
        for number in [3, BASE + offset, offset, size] {
            header.extend(self.word(number));
        }
        header.resize(self.pick(40, 64), 0);
        header
    }

    fn header(&self, mut file: Vec<u8>, table: usize, count: usize) -> Vec<u8> {
        let mut header = b"\x7fELF".to_vec();
        header.extend([
            self.pick(1, 2),
            if self.endian == Endian::Little { 1 } else { 2 },
            1,
        ]);
        header.resize(16, 0);
        header.extend(self.endian.u16(2));
        header.extend(self.endian.u16(62));
        header.extend(self.endian.u32(1));
        for number in [BASE, self.pick(52, 64), table] {
            header.extend(self.word(number));
        }
        header.extend(self.endian.u32(0));
        let names = count.saturating_sub(1);
        let (program, section) = (self.pick(32, 56), self.pick(40, 64));
        for number in [self.pick(52, 64), program, 1, section, count, names] {
            header.extend(self.endian.u16(number));
        }
        // One segment to load: all of the file, to be read and written.
        let [load, flags] = [self.endian.u32(1), self.endian.u32(6)];
        let len = file.len();
        let places = [0, BASE, BASE, len, len].map(|number| self.word(number)).concat();
        header.extend(load);
        match self.size {
            AddressSize::Bits32 => header.extend([&places[..], &flags].concat()),
            AddressSize::Bits64 => header.extend([&flags, &places[..]].concat()),
        }
        file[..header.len()].copy_from_slice(&header);
        file
    }
}

/// The list between the sentinels that Go's runtime finds it by.
fn wrapped(modules: &str) -> Vec<u8> {
    [&[0x30; 16], modules.as_bytes(), &[0xf9; 16]].concat()
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
