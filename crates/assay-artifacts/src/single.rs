//! A tree of one file: a program, an archive of a language, a lock file.

use crate::{Content, Entry, Interest, Limits, Visitor, content::Scratch, source::Stretch};

/// The file, under the name that its readers go by.
#[derive(Debug)]
pub(crate) struct SingleFile {
    pub(crate) name: String,
    pub(crate) stretch: Stretch,
}

impl SingleFile {
    /// Shows it to a visitor as if it were executable: whoever names a single program means it to be read.
    pub(crate) fn visit(&self, visitor: &mut dyn Visitor, limits: &Limits) {
        if visitor.interest(&self.name) == Interest::No {
            return;
        }
        let Stretch { file, offset, len } = &self.stretch;
        let mut scratch = Scratch::default();
        let mut content = Content::placed(file, *offset, *len, &mut scratch, limits);
        let entry = Entry {
            path: &self.name,
            size: *len,
            mode: 0o755,
        };
        visitor.file(&entry, &mut content);
    }
}
