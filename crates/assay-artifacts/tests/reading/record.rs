//! A visitor that writes down what it sees.

use std::io::Write;

use assay_artifacts::{
    ArtifactError, Begin, Content, Contents, Entry, Interest, LinkAnswer, OpenOptions, Opened, Silent,
    Target, Visitor, open,
};
use assay_model::Diagnostic;

/// Everything that a layer told, line by line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) lines: Vec<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Visitor for Record {
    fn interest(&mut self, path: &str) -> Interest {
        if path.ends_with(".ignored") {
            Interest::No
        } else if path.starts_with("bin/") {
            Interest::IfExecutable
        } else {
            Interest::Yes
        }
    }

    fn file(&mut self, entry: &Entry<'_>, content: &mut Content<'_>) {
        match content.bytes(1 << 20) {
            Ok(bytes) => self
                .lines
                .push(format!("{} = {}", entry.path, String::from_utf8_lossy(bytes))),
            Err(error) => self.diagnostics.push(error.diagnostic(entry.path)),
        }
    }

    fn passed_over(&mut self, path: &str) {
        self.lines.push(format!("{path} passed over"));
    }

    fn hard_link(&mut self, path: &str, target: &str) -> LinkAnswer {
        self.lines.push(format!("{path} => {target}"));
        if target.ends_with(".ignored") {
            LinkAnswer::ReadTarget
        } else {
            LinkAnswer::Done
        }
    }

    fn symbolic_link(&mut self, path: &str) {
        self.lines.push(format!("{path} ->"));
    }

    fn whiteout(&mut self, path: &str) {
        self.lines.push(format!("{path} removed"));
    }

    fn opaque(&mut self, directory: &str) {
        self.lines.push(format!("{directory}/ emptied"));
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// Opens and reads a target.
pub(crate) fn read(target: &str, options: &OpenOptions) -> Result<Contents<Record>, ArtifactError> {
    match open(&Target::parse(target), options)? {
        Opened::Tree(tree) => tree.read(|_| Begin::Read(Record::default()), &Silent),
        Opened::Sbom(_) => panic!("{target} is a bill of materials"),
    }
}

/// Writes bytes to a file and reads it.
pub(crate) fn read_bytes(
    bytes: &[u8],
    prefix: &str,
    options: &OpenOptions,
) -> Result<Contents<Record>, ArtifactError> {
    let file = written(bytes);
    read(&format!("{prefix}{}", file.path().display()), options)
}

/// A file with these bytes.
pub(crate) fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new()
        .prefix("image")
        .suffix(".tar")
        .tempfile()
        .unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// The lines of each layer, from the base up.
pub(crate) fn lines(contents: &Contents<Record>) -> Vec<&[String]> {
    contents
        .layers
        .iter()
        .map(|(_, visitor)| contents.visitors[*visitor].lines.as_slice())
        .collect()
}
