//! What the user names: a path, and how to read it where that is said.

use std::path::{Path, PathBuf};

/// How a path is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By what it looks like.
    Detect,
    /// `dir:` a directory, often the root of a file system.
    Directory,
    /// `repo:` a checkout of source code.
    Repository,
    /// `host:` this machine.
    Host,
    /// `docker-archive:` an image as `docker save` writes it.
    DockerArchive,
    /// `oci:` an image layout as directory or tar.
    Oci,
    /// `registry:` an image in a registry.
    Registry,
    /// `storage:` the directory of a container engine.
    Storage,
    /// `archive:` a tar, compressed or not, or a zip of a tree of files.
    Archive,
    /// `function:` the code of a serverless function in a zip.
    Function,
    /// `disk:` the image of a disk, or a disk.
    Disk,
    /// `file:` a single file, whatever it is.
    File,
    /// `-` whatever comes from standard input.
    StandardInput,
    /// `sbom:` a software bill of materials.
    Sbom,
}

/// Prefixes and what they mean; the first of each form is the one that messages use.
const PREFIXES: [(&str, Form); 15] = [
    ("dir:", Form::Directory),
    ("repo:", Form::Repository),
    ("host:", Form::Host),
    ("docker-archive:", Form::DockerArchive),
    ("oci:", Form::Oci),
    ("oci-dir:", Form::Oci),
    ("oci-archive:", Form::Oci),
    ("registry:", Form::Registry),
    ("docker://", Form::Registry),
    ("storage:", Form::Storage),
    ("sbom:", Form::Sbom),
    ("archive:", Form::Archive),
    ("function:", Form::Function),
    ("disk:", Form::Disk),
    ("file:", Form::File),
];

/// A path and the form in which to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What the user wrote.
    pub text: String,
    /// The form.
    pub form: Form,
    /// The path; `/` for the host and for the storage of its engine, the name of an image for a registry.
    pub path: PathBuf,
}

impl Target {
    /// Reads `[prefix:]path`, or `-`. A name with a colon that is no known prefix is a path.
    pub fn parse(text: &str) -> Target {
        if text == "-" {
            return Target {
                text: "standard input".to_owned(),
                form: Form::StandardInput,
                path: PathBuf::from("stdin"),
            };
        }
        let (form, path) = PREFIXES
            .iter()
            .find_map(|(prefix, form)| text.strip_prefix(prefix).map(|rest| (*form, rest)))
            .unwrap_or((Form::Detect, text));
        let path = match form {
            Form::Host | Form::Storage if path.is_empty() => Path::new("/"),
            _ => Path::new(path),
        };
        Target {
            text: text.to_owned(),
            form,
            path: path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes() {
        for (text, form, path) in [
            ("dir:/srv/root", Form::Directory, "/srv/root"),
            ("repo:src/app", Form::Repository, "src/app"),
            ("host:", Form::Host, "/"),
            ("host:/mnt/disk", Form::Host, "/mnt/disk"),
            ("docker-archive:x.tar", Form::DockerArchive, "x.tar"),
            ("oci-archive:x.tar", Form::Oci, "x.tar"),
            ("registry:debian:12", Form::Registry, "debian:12"),
            ("docker://ghcr.io/a/b", Form::Registry, "ghcr.io/a/b"),
            ("file:package-lock.json", Form::File, "package-lock.json"),
            ("function:code.zip", Form::Function, "code.zip"),
            ("-", Form::StandardInput, "stdin"),
            ("sbom:b.json", Form::Sbom, "b.json"),
            ("x.tar", Form::Detect, "x.tar"),
            ("C:x", Form::Detect, "C:x"),
            ("", Form::Detect, ""),
        ] {
            let target = Target::parse(text);
            assert_eq!(
                (target.form, target.path.as_path()),
                (form, Path::new(path)),
                "{text}"
            );
        }
    }
}
