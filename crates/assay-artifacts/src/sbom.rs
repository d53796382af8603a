//! A software bill of materials: found here, read elsewhere.

use std::io::{self, Read};

use assay_model::{Artifact, ArtifactKind};

use crate::{
    ArtifactError, Limits, Silent,
    compression::Compression,
    source::{Stream, Stretch},
};

/// Bytes of a document that are read; the largest in the wild are a tenth of it.
pub const LARGEST_SBOM: u64 = 512 << 20;

/// A file that holds a software bill of materials.
#[derive(Clone, Debug)]
pub struct SbomFile {
    /// What the user called it.
    pub artifact: Artifact,
    /// How messages call it.
    place: String,
    stretch: Stretch,
    compression: Compression,
    limits: Limits,
}

impl SbomFile {
    pub(crate) fn new(
        name: &str,
        place: String,
        stretch: Stretch,
        compression: Compression,
        limits: Limits,
    ) -> SbomFile {
        SbomFile {
            artifact: Artifact::new(name, ArtifactKind::Sbom),
            place,
            stretch,
            compression,
            limits,
        }
    }

    /// How messages call it: its path between quotation marks.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// All of it, unpacked where it is compressed.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or has more than [`LARGEST_SBOM`] bytes.
    pub fn read(&self) -> Result<Vec<u8>, ArtifactError> {
        let failed = |error| ArtifactError::from_stream(&self.place, self.stretch.len, error);
        let stream =
            Stream::over(&self.stretch, self.compression, None, self.limits, &Silent).map_err(failed)?;
        let mut document = Vec::new();
        stream
            .take(LARGEST_SBOM + 1)
            .read_to_end(&mut document)
            .map_err(failed)?;
        if document.len() as u64 > LARGEST_SBOM {
            return Err(ArtifactError::LimitReached {
                place: self.place.clone(),
                limit: format!("no more than {LARGEST_SBOM} bytes are read"),
            });
        }
        Ok(document)
    }
}

/// What the start of a file says about its being a bill of materials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// CycloneDX or SPDX in JSON.
    Sbom,
    /// JSON, so the marks may come later.
    Json,
    /// A known form that is not read.
    Unsupported(&'static str),
    /// Something else.
    Other,
}

/// Keys that only these documents have.
const MARKS: [&[u8]; 6] = [
    b"\"bomFormat\"",
    b"\"spdxVersion\"",
    b"spdx.org/rdf/3",
    b"\"SPDXID\"",
    b"\"assay.inventory/",
    b"\"assay.scan/",
];

/// Judges the first bytes of a file.
pub(crate) fn look(head: &[u8]) -> Look {
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    match text.first() {
        Some(b'{') if holds_mark(text) => Look::Sbom,
        Some(b'{') => Look::Json,
        Some(b'<') if find(text, b"cyclonedx.org/schema/bom") => Look::Unsupported("CycloneDX in XML"),
        Some(b'<') if find(text, b"spdx.org/rdf") => Look::Unsupported("SPDX in RDF/XML"),
        _ if text.starts_with(b"SPDXVersion:") => Look::Unsupported("SPDX in tag-value form"),
        _ => Look::Other,
    }
}

/// Reads on in a JSON file until a mark turns up; keys in alphabetical order put SPDX's last.
pub(crate) fn holds_mark_later(reader: impl Read) -> io::Result<bool> {
    let mut reader = reader.take(LARGEST_SBOM);
    let overlap = MARKS.iter().map(|mark| mark.len()).max().unwrap_or_default();
    let mut buffer = vec![0; 256 << 10];
    let mut kept = 0;
    loop {
        let Some(room) = buffer.get_mut(kept..) else {
            return Ok(false);
        };
        let read = reader.read(room)?;
        if read == 0 {
            return Ok(false);
        }
        let filled = kept + read;
        if holds_mark(buffer.get(..filled).unwrap_or_default()) {
            return Ok(true);
        }
        kept = overlap.min(filled);
        buffer.copy_within(filled - kept..filled, 0);
    }
}

fn holds_mark(text: &[u8]) -> bool {
    MARKS.iter().any(|mark| find(text, mark))
}

fn find(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks() {
        for (head, expected) in [
            (&br#"{"bomFormat": "CycloneDX""#[..], Look::Sbom),
            (b"\xef\xbb\xbf\n {\"spdxVersion\": \"SPDX-2.3\"", Look::Sbom),
            (
                br#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld""#,
                Look::Sbom,
            ),
            (br#"{"name": "x"}"#, Look::Json),
            (
                b"<?xml?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"",
                Look::Unsupported("CycloneDX in XML"),
            ),
            (
                b"SPDXVersion: SPDX-2.3",
                Look::Unsupported("SPDX in tag-value form"),
            ),
            (b"hello", Look::Other),
            (b"", Look::Other),
        ] {
            assert_eq!(look(head), expected, "{}", String::from_utf8_lossy(head));
        }
    }
}
