//! One image layer: a tar whose entries are files, links, and marks that remove what lies below.
//!
//! Source: OCI image specification, "Image Layer Filesystem Changeset" (whiteouts, opaque whiteouts, hard links).

use std::{collections::HashMap, io};

use assay_model::{Diagnostic, DiagnosticCode};

use super::{
    header::Kind,
    reader::{Member, TarReader},
};
use crate::{
    Content, Entry, Interest, Limits, LinkAnswer, Progress, Visitor,
    content::Scratch,
    error::Stop,
    path::{self, Shape},
    source::Source,
    whiteout,
};

/// Hard links whose target went by unread and is wanted after all; more than this is no ordinary image.
const MOST_LINKS: usize = 100_000;

/// What reading a layer needs to know beside the layer.
pub(crate) struct Surroundings<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) progress: &'a dyn Progress,
}

/// Hard links by target, to be read in a second pass over the layer.
pub(crate) type Links = HashMap<String, Vec<String>>;

/// Reads a layer to its end.
///
/// The first pass (`again` empty) returns the hard links whose content the visitor wants and that it did not get;
/// a second pass with these as `again` delivers just them.
pub(crate) fn walk(
    source: &mut dyn Source,
    visitor: &mut dyn Visitor,
    surroundings: &Surroundings<'_>,
    again: &Links,
) -> io::Result<Links> {
    let mut layer = LayerReader {
        tar: TarReader::new(source),
        surroundings,
        path: String::new(),
        target: String::new(),
        scratch: Scratch::default(),
        links: Links::new(),
        link_count: 0,
    };
    let mut entries = 0_u64;
    while let Some(member) = layer.tar.next()? {
        entries += 1;
        if entries > surroundings.limits.entries {
            return Err(Stop::Limit(format!("more than {} entries", surroundings.limits.entries)).into());
        }
        if entries.is_multiple_of(1024) {
            surroundings.progress.entries(1024);
        }
        if again.is_empty() {
            layer.first_pass(member, visitor)?;
        } else {
            layer.second_pass(member, visitor, again)?;
        }
    }
    surroundings.progress.entries(entries % 1024);
    let links = std::mem::take(&mut layer.links);
    source.finish()?;
    Ok(links)
}

struct LayerReader<'s, 'a> {
    tar: TarReader<'s>,
    surroundings: &'a Surroundings<'a>,
    path: String,
    target: String,
    scratch: Scratch,
    links: Links,
    link_count: usize,
}

impl LayerReader<'_, '_> {
    fn first_pass(&mut self, member: Member, visitor: &mut dyn Visitor) -> io::Result<()> {
        let limits = self.surroundings.limits;
        if self.tar.path().len() > limits.path_bytes {
            let shown: String = String::from_utf8_lossy(self.tar.path())
                .chars()
                .take(200)
                .collect();
            let message = format!(
                "the path is longer than {} bytes and is left out",
                limits.path_bytes
            );
            visitor.diagnostic(Diagnostic::at(DiagnosticCode::LimitReached, shown, message));
            return Ok(());
        }
        match path::clean(self.tar.path(), &mut self.path) {
            Shape::Root => return Ok(()),
            Shape::Escaping => {
                let shown = String::from_utf8_lossy(self.tar.path()).into_owned();
                let message = "the path leads out of the tree and is left out";
                visitor.diagnostic(Diagnostic::at(DiagnosticCode::UnsafePath, shown, message));
                return Ok(());
            }
            Shape::Absolute => {
                let message = "the path is absolute and is taken from the root of the tree";
                visitor.diagnostic(Diagnostic::at(
                    DiagnosticCode::UnsafePath,
                    self.path.clone(),
                    message,
                ));
            }
            Shape::Relative => {}
        }
        if path::depth(&self.path) > limits.depth {
            let message = format!("more than {} directories deep, left out", limits.depth);
            visitor.diagnostic(Diagnostic::at(
                DiagnosticCode::LimitReached,
                self.path.clone(),
                message,
            ));
            return Ok(());
        }
        if member.kind != Kind::Directory && whiteout::tell(&self.path, visitor) {
            return Ok(());
        }
        match member.kind {
            Kind::File => match visitor.interest(&self.path) {
                Interest::No => Ok(()),
                Interest::IfExecutable if member.mode & 0o111 == 0 => {
                    visitor.passed_over(&self.path);
                    Ok(())
                }
                Interest::IfExecutable | Interest::Yes => self.deliver(member, None, visitor),
            },
            Kind::SparseFile => {
                if visitor.interest(&self.path) == Interest::Yes {
                    let message = "a sparse file, whose content is not read";
                    visitor.diagnostic(Diagnostic::at(
                        DiagnosticCode::Unsupported,
                        self.path.clone(),
                        message,
                    ));
                }
                Ok(())
            }
            Kind::HardLink => {
                self.hard_link(visitor);
                Ok(())
            }
            Kind::SymbolicLink => {
                visitor.symbolic_link(&self.path);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn hard_link(&mut self, visitor: &mut dyn Visitor) {
        if matches!(
            path::clean(self.tar.link(), &mut self.target),
            Shape::Escaping | Shape::Root
        ) {
            let message = "a hard link to a path that leads out of the tree, left out";
            visitor.diagnostic(Diagnostic::at(
                DiagnosticCode::UnsafePath,
                self.path.clone(),
                message,
            ));
            return;
        }
        match visitor.hard_link(&self.path, &self.target) {
            LinkAnswer::Done => {}
            LinkAnswer::ReadTarget if self.link_count < MOST_LINKS => {
                self.link_count += 1;
                self.links
                    .entry(self.target.clone())
                    .or_default()
                    .push(self.path.clone());
            }
            LinkAnswer::ReadTarget => {
                let message =
                    format!("more than {MOST_LINKS} hard links to files that are read for no other reason");
                visitor.diagnostic(Diagnostic::at(
                    DiagnosticCode::LimitReached,
                    self.path.clone(),
                    message,
                ));
            }
        }
    }

    fn second_pass(&mut self, member: Member, visitor: &mut dyn Visitor, again: &Links) -> io::Result<()> {
        if member.kind != Kind::File
            || matches!(path::clean(self.tar.path(), &mut self.path), Shape::Escaping)
        {
            return Ok(());
        }
        match again.get(&self.path) {
            Some(links) => self.deliver(member, Some(links), visitor),
            None => Ok(()),
        }
    }

    /// Hands the current entry's content to the visitor, under its own path or under those of its links.
    fn deliver(
        &mut self,
        member: Member,
        links: Option<&Vec<String>>,
        visitor: &mut dyn Visitor,
    ) -> io::Result<()> {
        let Member { size, mode, .. } = member;
        let placed = self.tar.source().placed();
        let mut stream = self.tar.content();
        let mut content = match &placed {
            // What lies behind the end of a layer that is cut off belongs to someone else.
            Some(rest) if size > rest.len => return Err(Stop::CutOff.into()),
            Some(rest) => Content::placed(
                &rest.file,
                rest.offset,
                size,
                &mut self.scratch,
                self.surroundings.limits,
            ),
            None => Content::passing(&mut stream, size, &mut self.scratch, self.surroundings.limits),
        };
        match links {
            None => visitor.file(
                &Entry {
                    path: &self.path,
                    size,
                    mode,
                },
                &mut content,
            ),
            Some(links) => {
                for link in links {
                    visitor.file(
                        &Entry {
                            path: link,
                            size,
                            mode,
                        },
                        &mut content,
                    );
                }
            }
        }
        Ok(())
    }
}
