//! Java archives, and the archives inside them.
//!
//! The traps: an archive may hold others, unpacked into it or whole (`BOOT-INF/lib`, `WEB-INF/lib`); archives with
//! everything in one ("fat", "shaded") have one description for each package that went in; many have none; a small
//! archive may unpack to a huge one, or hold itself.

mod archive;
mod identity;
mod manifest;
#[cfg(test)]
mod tests;

use assay_artifacts::{Content, Entry, Interest};

use crate::{Analyser, Description, Facts, FilePath, JarIndex, Kind};

/// The analyser of Java archives.
pub(crate) struct Java {
    /// Where archives that do not tell what they are can be looked up by digest.
    pub(crate) index: Option<JarIndex>,
}

impl Java {
    /// Archives are what they tell, and no more.
    pub(crate) const WITHOUT_INDEX: Java = Java { index: None };
}

/// Extensions of archives: libraries, applications, Jenkins plug-ins, Karaf and NiFi bundles.
const EXTENSIONS: [&str; 8] = ["jar", "war", "ear", "par", "hpi", "jpi", "kar", "nar"];

/// The name of an archive without its extension; `None` for other files.
fn stem(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    EXTENSIONS
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
        .then_some(stem)
}

impl Analyser for Java {
    fn describe(&self) -> Description {
        Description {
            name: "java",
            ecosystem: "Java archives",
            reads: &[
                "**/*.jar", "**/*.war", "**/*.ear", "**/*.par", "**/*.hpi", "**/*.jpi", "**/*.kar",
                "**/*.nar",
            ],
            kind: Kind::Installed,
            types: &["maven"],
        }
    }

    fn version(&self) -> u32 {
        // With an index the same bytes give other facts.
        2 + u32::from(self.index.is_some())
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        match stem(path.name) {
            Some(_) => Interest::Yes,
            None => Interest::No,
        }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        // Empty files stand in for archives in some build trees.
        if entry.size == 0 {
            return;
        }
        match content.random_access() {
            Ok(file) => archive::read(file, entry.name(), self.index.as_ref(), facts),
            Err(error) => facts.failed(&error),
        }
    }
}
