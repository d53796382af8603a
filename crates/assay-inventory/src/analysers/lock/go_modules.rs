//! `go.mod`: the modules that a build takes, and the toolchain where it names one.
//!
//! Source: the Go modules reference, "go.mod files". Since Go 1.17 the file lists every module that is needed. The
//! traps: `replace` puts another module, or a directory that nobody else knows, in a module's place, for one version
//! or all; `go 1.21` is the least version that will do, not the one that builds, so only `toolchain` tells the standard
//! library.

use std::collections::HashMap;

use assay_model::DiagnosticCode;

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::{
        document::{Document, DocumentError, Text},
        go_version::standard_library,
    },
};

/// Go's module file.
pub(crate) static GO_MODULES: Document = Document {
    description: Description {
        name: "go-modules",
        ecosystem: "Go modules",
        reads: &["**/go.mod"],
        kind: Kind::Lock,
        types: &["golang"],
    },
    version: 2,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut block = "";
    let (mut required, mut replaced) = (Vec::new(), HashMap::new());
    let mut toolchain = "";
    let mut has_directives = false;
    for line in file.text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let mut words = line
            .split_ascii_whitespace()
            .map(|word| word.trim_matches(['"', '`']));
        let directive = if block.is_empty() {
            words.next().unwrap_or_default()
        } else {
            block
        };
        let words: Vec<&str> = words.collect();
        has_directives |= matches!(directive, "module" | "require" | "go" | "toolchain" | "replace");
        match (directive, words.as_slice()) {
            (_, [")"]) => block = "",
            (directive, ["("]) => block = directive,
            ("require", [path, version]) => required.push((*path, *version)),
            ("replace", [path, "=>", by @ ..]) => {
                replaced.insert((*path, ""), by.to_vec());
            }
            ("replace", [path, version, "=>", by @ ..]) => {
                replaced.insert((*path, *version), by.to_vec());
            }
            ("toolchain", [version]) => toolchain = version,
            _ => {}
        }
    }
    if !has_directives && !file.text.trim().is_empty() {
        return Err(DocumentError::Form("no directive of a module file is in it"));
    }
    if let Some(version) = standard_library(toolchain) {
        identity::plain("golang", "stdlib", &version, facts);
    }
    let mut replaced_locally = 0;
    for (path, version) in required {
        let by = replaced
            .get(&(path, version))
            .or_else(|| replaced.get(&(path, "")));
        match by.map(Vec::as_slice) {
            None => identity::slashed("golang", path, version, facts),
            Some([path, version]) => identity::slashed("golang", path, version, facts),
            Some(_) => replaced_locally += 1,
        }
    }
    if replaced_locally > 0 {
        let message =
            format!("{replaced_locally} Go modules are replaced by local directories and cannot be matched");
        facts.diagnostic(DiagnosticCode::Unidentified, message);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn directives() {
        let content = "module example.org/app // app\n\ngo 1.21\n\ntoolchain go1.22.3\n\nrequire example.org/single v1.0.0\n\n\
            require (\n\tgithub.com/a/b v1.2.3 // indirect\n\texample.org/old v1.0.0\n\texample.org/here v1.0.0\n\texample.org/one v2.0.0\n)\n\n\
            replace example.org/old => example.org/new v1.5.0\nreplace (\n\texample.org/here => ../here\n\texample.org/one v1.0.0 => ../one\n)\n\
            exclude example.org/bad v0.1.0\n";
        check(
            &GO_MODULES,
            "go.mod",
            content,
            &[
                "pkg:golang/stdlib@1.22.3",
                "pkg:golang/example.org/single@v1.0.0",
                "pkg:golang/github.com/a/b@v1.2.3",
                "pkg:golang/example.org/new@v1.5.0",
                "pkg:golang/example.org/one@v2.0.0",
                "unidentified",
            ],
        );
        check(
            &GO_MODULES,
            "go.mod",
            "go 1.21\ntoolchain go1.22rc1\n",
            &["pkg:golang/stdlib@1.22.0-rc1"],
        );
        check(&GO_MODULES, "go.mod", "go 1.21\nrequire (\n", &[]);
        check(&GO_MODULES, "go.mod", "toolchain x\n", &[]);
        check(&GO_MODULES, "go.mod", "", &[]);
        check(&GO_MODULES, "go.mod", "<html>\n", &["malformed"]);
    }
}
