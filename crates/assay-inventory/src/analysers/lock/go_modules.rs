//! `go.mod`: the modules that a build takes, and the toolchain where it names one.
//!
//! Source: the Go modules reference, "go.mod files". Since Go 1.17 the file lists every module that is needed. The
//! traps: `replace` puts another module, or a directory that nobody else knows, in a module's place, for one version
//! or all; `go 1.21` is the least version that will do, not the one that builds, so only `toolchain` tells the standard
//! library.

use std::collections::HashMap;

use super::{LockError, LockFile, identity};
use crate::Facts;

/// Go's module file.
pub(crate) static GO_MODULES: LockFile = LockFile {
    name: "go-modules",
    version: 1,
    is_one: |path| path.name == "go.mod",
    read,
};

fn read(text: &str, facts: &mut Facts) -> Result<(), LockError> {
    let mut block = "";
    let (mut required, mut replaced) = (Vec::new(), HashMap::new());
    let mut toolchain = "";
    for line in text.lines() {
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
            ("toolchain", [version]) => toolchain = version.strip_prefix("go").unwrap_or_default(),
            _ => {}
        }
    }
    if let Some(version) = standard_library(toolchain) {
        identity::plain("golang", "stdlib", &version, facts);
    }
    for (path, version) in required {
        let by = replaced
            .get(&(path, version))
            .or_else(|| replaced.get(&(path, "")));
        match by.map(Vec::as_slice) {
            None => identity::slashed("golang", path, version, facts),
            Some([path, version]) => identity::slashed("golang", path, version, facts),
            Some(_) => {}
        }
    }
    Ok(())
}

/// A version of Go in three numbers: `1.20` is `1.20.0`, `1.22rc1` is `1.22.0-rc1`.
fn standard_library(version: &str) -> Option<String> {
    let version = version.split(['-', '+']).next()?;
    let end = version.find(|c: char| c.is_ascii_alphabetic());
    let (numbers, pre_release) = version.split_at_checked(end.unwrap_or(version.len()))?;
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(is_number) {
        return None;
    }
    let [major, minor, patch] = [0, 1, 2].map(|at| parts.get(at).copied().unwrap_or("0"));
    let dash = if pre_release.is_empty() { "" } else { "-" };
    Some(format!("{major}.{minor}.{patch}{dash}{pre_release}"))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::check, *};

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
    }
}
