//! Zip archives, among them Java's.

use std::io::Write;

/// Builds an archive, entry by entry.
///
/// Source: PKWARE's APPNOTE.
#[derive(Clone, Debug, Default)]
pub struct ZipBuilder {
    /// What precedes the archive and does not count in its offsets.
    script: Vec<u8>,
    content: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl ZipBuilder {
    /// An empty archive.
    pub fn new() -> ZipBuilder {
        ZipBuilder::default()
    }

    /// With a script in front.
    #[must_use]
    pub fn script(mut self, script: &str) -> ZipBuilder {
        self.script = script.as_bytes().to_vec();
        self
    }

    /// With an entry as it is.
    #[must_use]
    pub fn stored(self, name: &str, content: impl AsRef<[u8]>) -> ZipBuilder {
        let content = content.as_ref();
        self.entry(name, 0, content, content.len())
    }

    /// With a compressed entry.
    #[must_use]
    pub fn deflated(self, name: &str, content: impl AsRef<[u8]>) -> ZipBuilder {
        let size = content.as_ref().len();
        self.deflated_as(name, content, size)
    }

    /// With a compressed entry that claims to have another size.
    #[must_use]
    pub fn deflated_as(self, name: &str, content: impl AsRef<[u8]>, size: usize) -> ZipBuilder {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder
            .write_all(content.as_ref())
            .expect("memory takes all bytes");
        let packed = encoder.finish().expect("memory takes all bytes");
        self.entry(name, 8, &packed, size)
    }

    /// With Maven's description of a package.
    #[must_use]
    pub fn pom_properties(self, group: &str, artifact: &str, version: &str) -> ZipBuilder {
        let content = format!("#Generated\nversion={version}\ngroupId={group}\nartifactId={artifact}\n");
        self.deflated(
            &format!("META-INF/maven/{group}/{artifact}/pom.properties"),
            content,
        )
    }

    /// The finished archive.
    pub fn build(self) -> Vec<u8> {
        let mut archive = self.script;
        archive.extend_from_slice(&self.content);
        archive.extend_from_slice(&self.directory);
        archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        archive.extend_from_slice(&self.count.to_le_bytes());
        archive.extend_from_slice(&self.count.to_le_bytes());
        archive.extend_from_slice(&narrow(self.directory.len()));
        archive.extend_from_slice(&narrow(self.content.len()));
        archive.extend_from_slice(&[0, 0]);
        archive
    }

    fn entry(mut self, name: &str, method: u8, packed: &[u8], size: usize) -> ZipBuilder {
        let offset = narrow(self.content.len());
        let mut common = vec![20, 0, 0, 0, method, 0, 0, 0, 0, 0];
        // No reader of ours looks at the checksum.
        common.extend_from_slice(&[0; 4]);
        common.extend_from_slice(&narrow(packed.len()));
        common.extend_from_slice(&narrow(size));
        common.extend_from_slice(&u16::try_from(name.len()).expect("a short name").to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        self.content.extend_from_slice(b"PK\x03\x04");
        self.content.extend_from_slice(&common);
        self.content.extend_from_slice(name.as_bytes());
        self.content.extend_from_slice(packed);
        self.directory.extend_from_slice(b"PK\x01\x02\x14\0");
        self.directory.extend_from_slice(&common);
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&offset);
        self.directory.extend_from_slice(name.as_bytes());
        self.count += 1;
        self
    }
}

fn narrow(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("a small archive").to_le_bytes()
}
