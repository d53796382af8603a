//! Header blobs as rpm's databases hold them.

const REGION: u32 = 63;
const INT32: u32 = 4;
const STRING: u32 = 6;
const BINARY: u32 = 7;
const STRING_ARRAY: u32 = 8;

/// Builds the header of one package.
///
/// Source: rpm's format notes on the header structure.
#[derive(Clone, Debug)]
pub struct HeaderBuilder {
    entries: Vec<Entry>,
    /// How many entries the signed region has, if there is one.
    region: Option<usize>,
}

#[derive(Clone, Debug)]
struct Entry {
    tag: u32,
    kind: u32,
    count: u32,
    bytes: Vec<u8>,
}

impl HeaderBuilder {
    /// A package for `x86_64`.
    pub fn new(name: &str, version: &str, release: &str) -> HeaderBuilder {
        HeaderBuilder {
            entries: Vec::new(),
            region: None,
        }
        .string(1000, name)
        .string(1001, version)
        .string(1002, release)
        .string(1022, "x86_64")
    }

    /// With an epoch.
    #[must_use]
    pub fn epoch(self, epoch: u32) -> HeaderBuilder {
        self.numbers(1003, &[epoch])
    }

    /// With a licence.
    #[must_use]
    pub fn licence(self, licence: &str) -> HeaderBuilder {
        self.string(1014, licence)
    }

    /// With the file name of its source package.
    #[must_use]
    pub fn source(self, file: &str) -> HeaderBuilder {
        self.string(1044, file)
    }

    /// With the label of a module.
    #[must_use]
    pub fn module(self, label: &str) -> HeaderBuilder {
        self.string(5096, label)
    }

    /// With files, as directories and names.
    #[must_use]
    pub fn files(self, paths: &[&str]) -> HeaderBuilder {
        let mut directories: Vec<&str> = Vec::new();
        let mut names = Vec::new();
        let mut indexes = Vec::new();
        for path in paths {
            let (directory, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
            let at = directories.iter().position(|other| *other == directory);
            let at = at.unwrap_or_else(|| {
                directories.push(directory);
                directories.len() - 1
            });
            indexes.push(u32::try_from(at).expect("few directories"));
            names.push(name);
        }
        self.numbers(1116, &indexes)
            .strings(1117, &names)
            .strings(1118, &directories)
    }

    /// With files, as whole paths: rpm 3.
    #[must_use]
    pub fn old_files(self, paths: &[&str]) -> HeaderBuilder {
        self.strings(1027, paths)
    }

    /// Makes what it has so far the signed region, and what comes later an addition of the installation.
    #[must_use]
    pub fn in_region(mut self) -> HeaderBuilder {
        self.region = Some(self.entries.len());
        self
    }

    /// The blob.
    pub fn build(&self) -> Vec<u8> {
        let mut index = Vec::new();
        let mut store = Vec::new();
        let mut put = |store: &mut Vec<u8>, entry: &Entry| {
            if entry.kind == INT32 {
                store.resize(store.len().next_multiple_of(4), 0);
            }
            let offset = u32::try_from(store.len()).expect("a small header");
            store.extend_from_slice(&entry.bytes);
            for number in [entry.tag, entry.kind, offset, entry.count] {
                index.extend_from_slice(&number.to_be_bytes());
            }
        };
        let mut entries = self.entries.clone();
        if let Some(count) = self.region {
            let size = i32::try_from((count + 1) * 16).expect("a small header");
            let mut trailer = Vec::new();
            for number in [REGION, BINARY, (-size).cast_unsigned(), 16] {
                trailer.extend_from_slice(&number.to_be_bytes());
            }
            let region = Entry {
                tag: REGION,
                kind: BINARY,
                count: 16,
                bytes: trailer,
            };
            entries.insert(0, region);
        }
        for entry in &entries {
            put(&mut store, entry);
        }
        let mut blob = Vec::new();
        for len in [entries.len(), store.len()] {
            blob.extend_from_slice(&u32::try_from(len).expect("a small header").to_be_bytes());
        }
        blob.extend_from_slice(&index);
        blob.extend_from_slice(&store);
        blob
    }

    fn entry(mut self, tag: u32, kind: u32, count: usize, bytes: Vec<u8>) -> HeaderBuilder {
        self.entries.push(Entry {
            tag,
            kind,
            count: u32::try_from(count).expect("few values"),
            bytes,
        });
        self
    }

    fn string(self, tag: u32, value: &str) -> HeaderBuilder {
        self.entry(tag, STRING, 1, [value.as_bytes(), &[0]].concat())
    }

    fn strings(self, tag: u32, values: &[&str]) -> HeaderBuilder {
        let bytes = values.iter().flat_map(|value| [value.as_bytes(), &[0]].concat());
        self.entry(tag, STRING_ARRAY, values.len(), bytes.collect())
    }

    fn numbers(self, tag: u32, values: &[u32]) -> HeaderBuilder {
        let bytes = values.iter().flat_map(|value| value.to_be_bytes());
        self.entry(tag, INT32, values.len(), bytes.collect())
    }
}
