//! A zip archive as a layer: its files under a directory of the tree.

use std::io::Read;

use assay_model::{Diagnostic, DiagnosticCode};

use super::{Span, ZipArchive, ZipEntry, ZipError};
use crate::{
    Content, Entry, Interest, RandomAccess, Visitor,
    content::Scratch,
    path::{self, Shape},
    tar::Surroundings,
};

/// The bits of a Unix mode that tell what a file is, and the values of two kinds.
const TYPE_BITS: u32 = 0o170_000;
const SYMBOLIC_LINK: u32 = 0o120_000;
const REGULAR_FILE: u32 = 0o100_000;

/// Tells the entries of an archive below `directory`, which is empty or a clean path.
///
/// # Errors
///
/// When the archive's own directory cannot be found or read; what is wrong with one entry is a diagnostic.
pub(crate) fn walk(
    file: RandomAccess<'_>,
    directory: &str,
    visitor: &mut dyn Visitor,
    surroundings: &Surroundings<'_>,
) -> Result<(), ZipError> {
    let archive = ZipArchive::open(Span::whole(file))?;
    let mut walker = Walker {
        archive: &archive,
        archive_len: file.len(),
        directory,
        visitor,
        surroundings,
        scratch: Scratch::default(),
        path: String::new(),
        entries: 0,
        bytes: 0,
    };
    let outcome = archive.entries(&mut |entry| walker.entry(entry));
    if walker.entries > surroundings.limits.entries {
        let message = format!(
            "more than {} entries; the rest is left out",
            surroundings.limits.entries
        );
        walker
            .visitor
            .diagnostic(Diagnostic::new(DiagnosticCode::LimitReached, message));
    }
    outcome
}

struct Walker<'w, 'a> {
    archive: &'w ZipArchive<'a>,
    archive_len: u64,
    directory: &'w str,
    visitor: &'w mut dyn Visitor,
    surroundings: &'w Surroundings<'w>,
    scratch: Scratch,
    path: String,
    entries: u64,
    /// Bytes of the contents so far, as the directory claims.
    bytes: u64,
}

impl Walker<'_, '_> {
    fn entry(&mut self, entry: &ZipEntry) {
        let limits = self.surroundings.limits;
        self.entries += 1;
        if self.entries > limits.entries || entry.name.ends_with('/') {
            return;
        }
        if self.entries.is_multiple_of(1024) {
            self.surroundings.progress.entries(1024);
        }
        let mut inside = String::new();
        // Windows tools of old wrote their own separator.
        let name = entry.name.replace('\\', "/");
        match path::clean(name.as_bytes(), &mut inside) {
            Shape::Root => return,
            Shape::Escaping => {
                let message = "the path leads out of the tree and is left out";
                let shown: String = name.chars().take(200).collect();
                self.visitor
                    .diagnostic(Diagnostic::at(DiagnosticCode::UnsafePath, shown, message));
                return;
            }
            Shape::Absolute | Shape::Relative => {}
        }
        self.path.clear();
        self.path.push_str(self.directory);
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(&inside);
        if path::depth(&self.path) > limits.depth || self.path.len() > limits.path_bytes {
            return self.diagnostic(
                DiagnosticCode::LimitReached,
                "the path is beyond the limit, left out",
            );
        }
        match entry.mode.map(|mode| mode & TYPE_BITS) {
            Some(SYMBOLIC_LINK) => self.visitor.symbolic_link(&self.path),
            None | Some(REGULAR_FILE | 0) => self.file(entry),
            Some(_) => {}
        }
    }

    fn file(&mut self, entry: &ZipEntry) {
        // Archives from Windows have no modes; what is a program shows in its first bytes.
        let mode = entry.mode.map_or(0o755, |mode| mode & 0o7777);
        match self.visitor.interest(&self.path) {
            Interest::No => return,
            Interest::IfExecutable if mode & 0o111 == 0 => return self.visitor.passed_over(&self.path),
            Interest::IfExecutable | Interest::Yes => {}
        }
        let limits = self.surroundings.limits;
        self.bytes = self.bytes.saturating_add(entry.size);
        let packed = self.archive_len.saturating_mul(limits.ratio.max(1));
        if self.bytes > limits.ratio_from && self.bytes > packed {
            let message = format!(
                "the archive claims to unpack to more than {} times its size; this file is left out",
                limits.ratio
            );
            return self.diagnostic(DiagnosticCode::LimitReached, &message);
        }
        if self.bytes > limits.layer_bytes {
            let message = format!("more than {} bytes when unpacked, left out", limits.layer_bytes);
            return self.diagnostic(DiagnosticCode::LimitReached, &message);
        }
        let mut content = match self.archive.content(entry) {
            Ok(content) => content.take(entry.size),
            Err(error) => {
                let code = match error {
                    ZipError::Io(_) => DiagnosticCode::Unreadable,
                    ZipError::Malformed(_) => DiagnosticCode::Malformed,
                    ZipError::Unsupported(_) => DiagnosticCode::Unsupported,
                };
                return self.diagnostic(code, &error.to_string());
            }
        };
        self.surroundings.progress.bytes(entry.packed_size);
        let told = Entry {
            path: &self.path,
            size: entry.size,
            mode,
        };
        let mut content = Content::passing(&mut content, entry.size, &mut self.scratch, limits);
        self.visitor.file(&told, &mut content);
    }

    fn diagnostic(&mut self, code: DiagnosticCode, message: &str) {
        self.visitor
            .diagnostic(Diagnostic::at(code, self.path.clone(), message));
    }
}
