//! Packages of Gentoo: Portage's database of what is installed.
//!
//! Source: Gentoo's Package Manager Specification and the documentation of `/var/db/pkg`. A directory a package,
//! `category/name-version`, with a file a matter: `CONTENTS` has what it owns, `LICENSE` its licences. Names may hold
//! hyphens, and a version can end in a revision, `-r1`.

use assay_model::Purl;

use super::document::{Document, DocumentError, Text};
use crate::{Description, Facts, FilePath, FoundPackage, Kind, OwnedPaths, Owner};

/// The analyser of Portage's database.
pub(crate) static PORTAGE: Document = Document {
    description: Description {
        name: "portage",
        ecosystem: "Gentoo packages",
        reads: &["var/db/pkg/*/*/CONTENTS", "var/db/pkg/*/*/LICENSE"],
        kind: Kind::Installed,
        types: &["ebuild"],
    },
    version: 1,
    read,
};

/// Licences of one package that are kept.
const MOST_LICENCES: usize = 16;

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let directory = FilePath::new(file.path.directory);
    let Some((name, version)) = name_and_version(directory.name) else {
        return Err(DocumentError::Form(
            "its directory is not called after a package and a version",
        ));
    };
    let owner = Owner {
        kind: "ebuild",
        name: name.to_owned(),
        version: version.to_owned(),
        architecture: String::new(),
    };
    if file.path.name == "LICENSE" {
        let is_licence =
            |word: &&str| !word.starts_with('(') && !matches!(*word, ")" | "||") && !word.ends_with('?');
        let words = file.text.split_ascii_whitespace().filter(is_licence);
        facts.licences(owner, words.take(MOST_LICENCES).map(str::to_owned).collect());
        return Ok(());
    }
    let purl = Purl::new("ebuild", name, version).with_namespace(directory.parent());
    facts.package(FoundPackage::system(purl));
    let mut paths = OwnedPaths::new();
    for line in file.text.lines() {
        // `obj /path md5 time`, `sym /path -> target time`
        if let Some(rest) = line.strip_prefix("obj ") {
            let path = rest.rsplitn(3, ' ').last().unwrap_or(rest);
            paths.push(path.as_bytes());
        } else if let Some(path) = line
            .strip_prefix("sym ")
            .and_then(|rest| rest.split(" -> ").next())
        {
            paths.push(path.as_bytes());
        }
    }
    facts.owned(owner, paths);
    Ok(())
}

/// `gtk+-2.24.33-r3`: the version begins after the last hyphen before a digit, a revision left aside.
fn name_and_version(directory: &str) -> Option<(&str, &str)> {
    let is_revision = |part: &str| {
        let digits = part.strip_prefix('r').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let before_revision = match directory.rsplit_once('-') {
        Some((before, part)) if is_revision(part) => before,
        _ => directory,
    };
    let (name, version) = before_revision.rsplit_once('-')?;
    let is_version = version.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty();
    is_version.then_some((name, directory.get(name.len() + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysers::document::tests::{check, run},
        facts::Fact,
    };

    #[test]
    fn packages() {
        check(
            &PORTAGE,
            "var/db/pkg/x11-libs/gtk+-2.24.33-r3/CONTENTS",
            "dir /usr\nobj /usr/lib/a file.so d41d 1700000000\nsym /usr/lib/b.so -> a.so 1700000000\n",
            &["pkg:ebuild/x11-libs/gtk%2B@2.24.33-r3", "ebuild gtk+ owns 2"],
        );
        check(
            &PORTAGE,
            "var/db/pkg/virtual/libc-1/CONTENTS",
            "",
            &["pkg:ebuild/virtual/libc@1"],
        );
        check(&PORTAGE, "var/db/pkg/virtual/odd/CONTENTS", "", &["malformed"]);
        let licences = run(
            &PORTAGE,
            "var/db/pkg/a/b-1/LICENSE",
            b"|| ( GPL-2 MIT ) x? ( BSD )\n",
        );
        assert!(licences[0].contains(r#"["GPL-2", "MIT", "BSD"]"#), "{licences:?}");
        let mut facts = Facts::new("portage");
        PORTAGE.read_bytes("var/db/pkg/a/b-1_p2-r1/CONTENTS", b"", &mut facts);
        assert!(
            matches!(&facts.list[0], Fact::Package { found, .. } if found.purl.version.as_deref() == Some("1_p2-r1"))
        );
    }
}
