//! A tar, entry by entry, as an image layer has it.

use std::path::Path;

use tar::{EntryType, Header};

/// Builds a tar in memory. Paths are written as given, however unwise.
#[derive(Clone, Debug, Default)]
pub struct LayerBuilder {
    bytes: Vec<u8>,
}

impl LayerBuilder {
    /// A tar without entries.
    pub fn new() -> LayerBuilder {
        LayerBuilder::default()
    }

    /// With a regular file.
    #[must_use]
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> LayerBuilder {
        self.entry(EntryType::Regular, path, "", 0o644, content.as_ref())
    }

    /// With a file that may be run.
    #[must_use]
    pub fn executable(self, path: &str, content: impl AsRef<[u8]>) -> LayerBuilder {
        self.entry(EntryType::Regular, path, "", 0o755, content.as_ref())
    }

    /// With a directory.
    #[must_use]
    pub fn directory(self, path: &str) -> LayerBuilder {
        self.entry(EntryType::Directory, path, "", 0o755, &[])
    }

    /// With a symbolic link.
    #[must_use]
    pub fn symbolic_link(self, path: &str, target: &str) -> LayerBuilder {
        self.entry(EntryType::Symlink, path, target, 0o777, &[])
    }

    /// With a hard link.
    #[must_use]
    pub fn hard_link(self, path: &str, target: &str) -> LayerBuilder {
        self.entry(EntryType::Link, path, target, 0o644, &[])
    }

    /// With the mark that removes a path of the layers below.
    #[must_use]
    pub fn whiteout(self, path: &str) -> LayerBuilder {
        let mark = match path.rsplit_once('/') {
            Some((directory, name)) => format!("{directory}/.wh.{name}"),
            None => format!(".wh.{path}"),
        };
        self.file(&mark, "")
    }

    /// With the mark that removes all that the layers below have in a directory.
    #[must_use]
    pub fn opaque(self, directory: &str) -> LayerBuilder {
        self.file(&format!("{directory}/.wh..wh..opq"), "")
    }

    /// With every file below a directory of this machine, in order of name.
    #[must_use]
    pub fn tree(mut self, root: &Path) -> LayerBuilder {
        let mut pending = vec![root.to_owned()];
        let mut files = Vec::new();
        while let Some(directory) = pending.pop() {
            for entry in std::fs::read_dir(&directory).expect("a readable directory") {
                let path = entry.expect("a readable entry").path();
                if path.is_dir() {
                    pending.push(path);
                } else {
                    files.push(path);
                }
            }
        }
        files.sort();
        for path in files {
            let name = path
                .strip_prefix(root)
                .expect("a path below the root")
                .to_string_lossy()
                .into_owned();
            self = self.file(&name, std::fs::read(&path).expect("a readable file"));
        }
        self
    }

    /// The finished tar, with its end mark.
    pub fn build(mut self) -> Vec<u8> {
        self.bytes.resize(self.bytes.len() + 1024, 0);
        self.bytes
    }

    fn entry(mut self, kind: EntryType, path: &str, link: &str, mode: u32, content: &[u8]) -> LayerBuilder {
        // GNU's way with what does not fit.
        if path.len() > 100 {
            self.header(
                EntryType::GNULongName,
                "././@LongLink",
                "",
                0o644,
                path.len() as u64 + 1,
            );
            self.content(&[path.as_bytes(), &[0]].concat());
        }
        if link.len() > 100 {
            self.header(
                EntryType::GNULongLink,
                "././@LongLink",
                "",
                0o644,
                link.len() as u64 + 1,
            );
            self.content(&[link.as_bytes(), &[0]].concat());
        }
        self.header(kind, path, link, mode, content.len() as u64);
        self.content(content);
        self
    }

    fn header(&mut self, kind: EntryType, path: &str, link: &str, mode: u32, size: u64) {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size);
        header.set_mtime(0);
        // Set byte by byte: the crate's own setters refuse the paths that tests are about.
        let gnu = header.as_gnu_mut().expect("a GNU header");
        copy(path.as_bytes(), &mut gnu.name);
        copy(link.as_bytes(), &mut gnu.linkname);
        header.set_cksum();
        self.bytes.extend_from_slice(header.as_bytes());
    }

    fn content(&mut self, content: &[u8]) {
        self.bytes.extend_from_slice(content);
        self.bytes.resize(self.bytes.len().next_multiple_of(512), 0);
    }
}

fn copy(from: &[u8], to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
