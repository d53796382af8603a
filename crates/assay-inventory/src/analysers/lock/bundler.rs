//! `Gemfile.lock` and `gems.locked`, Bundler's lock file.
//!
//! Source: Bundler's documentation of the lock file. Sections in capitals; `specs:` in those of sources lists gems at
//! four blanks, what each needs at six. The traps: what is under `PATH` is the project's own; a gem built for
//! platforms occurs once for each, the platform behind the version (`1.13.0-x86_64-linux`), which holds no hyphen itself.

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// Bundler's lock file.
pub(crate) static BUNDLER: Document = Document {
    description: Description {
        name: "bundler-lock",
        ecosystem: "Bundler (Ruby)",
        reads: &["**/Gemfile.lock", "**/gems.locked"],
        kind: Kind::Lock,
        types: &["gem"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut section = "";
    let mut is_lock_file = file.text.trim().is_empty();
    let mut last = ("", "");
    for line in file.text.lines().map(str::trim_end) {
        if !line.starts_with(' ') {
            section = line;
            is_lock_file |= matches!(
                line,
                "GEM" | "GIT" | "PATH" | "PLUGIN SOURCE" | "PLATFORMS" | "DEPENDENCIES"
            );
        } else if matches!(section, "GEM" | "GIT" | "PLUGIN SOURCE")
            && let Some(gem) = line.strip_prefix("    ").filter(|rest| !rest.starts_with(' '))
            && let Some((name, version)) = gem.strip_suffix(')').and_then(|gem| gem.split_once(" ("))
        {
            let found = (name, version.split('-').next().unwrap_or_default());
            // Platforms of one gem follow each other.
            if found != std::mem::replace(&mut last, found) {
                identity::plain("gem", found.0, found.1, facts);
            }
        }
    }
    match is_lock_file {
        true => Ok(()),
        false => Err(DocumentError::Form("no section of such a file is in it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn sections() {
        let content = "GIT\n  remote: https://example.org/forked.git\n  revision: abc\n  specs:\n    forked (0.1.0)\n      rack (>= 1)\n\n\
            PATH\n  remote: .\n  specs:\n    app (0.1.0)\n\nGEM\n  remote: https://example.org/\n  specs:\n    nokogiri (1.13.0)\n      racc (~> 1.4)\n    \
            nokogiri (1.13.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.6.0)\n    rails (7.0.0.rc1)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  app!\n  rails (= 7)\n\n\
            CHECKSUMS\n    racc (1.6.0) sha256=ab\n\nBUNDLED WITH\n   2.3.7\n";
        check(
            &BUNDLER,
            "web/Gemfile.lock",
            content,
            &[
                "pkg:gem/forked@0.1.0",
                "pkg:gem/nokogiri@1.13.0",
                "pkg:gem/racc@1.6.0",
                "pkg:gem/rails@7.0.0.rc1",
            ],
        );
        check(
            &BUNDLER,
            "gems.locked",
            "GEM\n  specs:\n    broken (\n    rack (2.0)",
            &["pkg:gem/rack@2.0"],
        );
        check(&BUNDLER, "Gemfile.lock", "", &[]);
        check(&BUNDLER, "Gemfile.lock", "<html>", &["malformed"]);
    }
}
