//! Executables that carry the list of what was linked into them: Go's, and Rust's built with cargo-auditable; and
//! well-known ones that tell their version (`classify`).
//!
//! Most executables of a system carry neither. They cost the first four bytes, the headers and the names of the
//! sections: no more than four short reads. A file is opened once for both languages.

mod classifiers;
mod classify;
mod elf;
mod go;
mod image;
mod mach;
mod pe;
mod rust;

#[cfg(test)]
mod tests;

use assay_artifacts::{Content, Entry, Interest, RandomAccess};

pub(super) use self::classify::KnownPrograms;
pub use self::classify::known_programs;
use self::image::Image;
use crate::{Analyser, Description, Facts, FilePath, Kind, binary_file::FormatError};

/// The analyser of executables.
pub(crate) struct Binary;

impl Analyser for Binary {
    fn describe(&self) -> Description {
        Description {
            name: "binary",
            ecosystem: "Go modules and Rust crates in programs",
            reads: &["*"],
            kind: Kind::Installed,
            types: &["golang", "cargo"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        match path.name.rsplit_once('.') {
            // Windows has no execute bits to keep.
            Some((_, extension)) if extension.eq_ignore_ascii_case("exe") => Interest::Yes,
            Some((_, extension)) if is_no_program(extension) => Interest::No,
            _ => Interest::IfExecutable,
        }
    }

    fn analyse(&self, _entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        let format = match content.peek(4) {
            Ok(magic) => Format::of(magic),
            Err(error) => return facts.failed(&error),
        };
        let Some(format) = format else {
            return;
        };
        match content.random_access() {
            Ok(file) => read(format, file, facts),
            Err(error) => facts.failed(&error),
        }
    }
}

/// Whether files of an ending are sources, texts, data or archives. They are most of a tree, and asking the system
/// for the execute bit of each would cost more than all else.
fn is_no_program(extension: &str) -> bool {
    matches!(
        extension,
        "c" | "cc"
            | "cjs"
            | "conf"
            | "cpp"
            | "css"
            | "csv"
            | "deb"
            | "ear"
            | "eot"
            | "flow"
            | "gif"
            | "go"
            | "gz"
            | "h"
            | "hpp"
            | "htm"
            | "html"
            | "ico"
            | "jar"
            | "java"
            | "jpeg"
            | "jpg"
            | "js"
            | "json"
            | "jsx"
            | "less"
            | "list"
            | "map"
            | "markdown"
            | "md"
            | "md5sums"
            | "mjs"
            | "mo"
            | "php"
            | "pl"
            | "pm"
            | "png"
            | "po"
            | "py"
            | "pyc"
            | "pyi"
            | "rb"
            | "rpm"
            | "rs"
            | "scss"
            | "sh"
            | "svg"
            | "tar"
            | "toml"
            | "ts"
            | "tsx"
            | "ttf"
            | "txt"
            | "war"
            | "woff"
            | "woff2"
            | "xml"
            | "xz"
            | "yaml"
            | "yml"
            | "zip"
            | "zst"
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Elf,
    Pe,
    Mach,
}

impl Format {
    fn of(magic: &[u8]) -> Option<Format> {
        match magic {
            b"\x7fELF" => Some(Format::Elf),
            [b'M', b'Z', ..] => Some(Format::Pe),
            magic if mach::is_magic(magic) => Some(Format::Mach),
            _ => None,
        }
    }
}

fn read(format: Format, file: RandomAccess<'_>, facts: &mut Facts) {
    let images = match format {
        Format::Elf => elf::parse(file).map(|image| vec![image]),
        Format::Pe => pe::parse(file).map(|image| image.into_iter().collect()),
        Format::Mach => mach::parse(file),
    };
    let read = images.and_then(|images| images.iter().try_for_each(|image| packages(image, facts)));
    if let Err(error) = read {
        error.report(facts);
    }
}

fn packages(image: &Image<'_>, facts: &mut Facts) -> Result<(), FormatError> {
    go::read(image, facts).map_err(|error| error.within("Go build information"))?;
    rust::read(image, facts).map_err(|error| error.within("list of Rust crates"))
}
