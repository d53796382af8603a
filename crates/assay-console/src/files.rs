//! The files of the console, as the build script took them in.

/// What is embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The console.
    Built,
    /// A page that says that the console was not built.
    Stub,
}

/// A file.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path below `/console/`, as `assets/index-Bx3f.js`.
    pub(crate) path: &'static str,
    /// What it is, as `Content-Type` has it.
    pub(crate) media_type: &'static str,
    /// The beginning of the SHA-256 of its content, in hexadecimal.
    pub(crate) digest: &'static str,
    /// Its content.
    pub(crate) plain: &'static [u8],
    /// The same as gzip, where that is less.
    pub(crate) gzip: Option<&'static [u8]>,
}

mod embedded {
    use super::{Content, File};

    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// What is embedded in this program.
pub const CONTENT: Content = embedded::CONTENT;

/// The files that are embedded, by their paths in order.
pub(crate) static FILES: &[File] = embedded::FILES;

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_embedded_is_whole() {
        assert!(FILES.iter().any(|file| file.path == "index.html"));
        assert!(FILES.is_sorted_by(|one, other| one.path < other.path));
        for file in FILES {
            assert_eq!(file.digest.len(), 32, "{}", file.path);
            let Some(gzip) = file.gzip else { continue };
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(gzip)
                .read_to_end(&mut plain)
                .unwrap();
            assert!(plain == file.plain, "{}", file.path);
            assert!(gzip.len() < plain.len(), "{}", file.path);
        }
    }
}
