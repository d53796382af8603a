//! Packages of Arch Linux and its kin: pacman's database of what is installed.
//!
//! Source: pacman's documentation of its local database. A directory a package, called `name-version-release`, with
//! `desc` (what it is) and `files` (what it owns): headings such as `%NAME%`, then values up to an empty line.

use assay_model::{DiagnosticCode, Purl};

use super::document::{Document, DocumentError, Text};
use crate::{Description, Facts, FoundPackage, Kind, OwnedPaths, Owner};

/// The analyser of pacman's database.
pub(crate) static PACMAN: Document = Document {
    description: Description {
        name: "pacman",
        ecosystem: "Arch Linux packages",
        reads: &["var/lib/pacman/local/*/desc", "var/lib/pacman/local/*/files"],
        kind: Kind::Installed,
        types: &["alpm"],
    },
    version: 1,
    read,
};

/// Licences of one package that are kept.
const MOST_LICENCES: usize = 16;

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    if file.path.name == "files" {
        if let Some(owner) = owner(file.path.parent()) {
            let mut paths = OwnedPaths::new();
            values(file.text, "%FILES%").for_each(|path| paths.push(path.as_bytes()));
            facts.owned(owner, paths);
        }
        return Ok(());
    }
    let first = |heading| values(file.text, heading).next().unwrap_or_default();
    let (name, version) = (first("%NAME%"), first("%VERSION%"));
    if name.is_empty() || version.is_empty() {
        facts.diagnostic(DiagnosticCode::Unidentified, "a package without name or version");
        return Ok(());
    }
    let base = first("%BASE%");
    let purl = Purl::new("alpm", name, version)
        .with_qualifier("arch", first("%ARCH%"))
        .with_qualifier("upstream", if base == name { "" } else { base });
    let licences = values(file.text, "%LICENSE%")
        .take(MOST_LICENCES)
        .map(str::to_owned)
        .collect();
    facts.package(FoundPackage::system(purl).with_licences(licences));
    Ok(())
}

/// The lines below a heading.
fn values<'t>(text: &'t str, heading: &str) -> impl Iterator<Item = &'t str> {
    let mut lines = text.lines().map(str::trim);
    let is_there = lines.any(|line| line == heading);
    lines.take_while(move |line| is_there && !line.is_empty())
}

/// The package that a directory is called after.
fn owner(directory: &str) -> Option<Owner> {
    let (rest, release) = directory.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    Some(Owner {
        kind: "alpm",
        name: name.to_owned(),
        version: format!("{version}-{release}"),
        architecture: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn files() {
        let directory = "var/lib/pacman/local/openssl-3.2.0-1";
        check(
            &PACMAN,
            &format!("{directory}/desc"),
            "%NAME%\nopenssl\n\n%VERSION%\n1:3.2.0-1\n\n%BASE%\nopenssl-base\n\n%ARCH%\nx86_64\n\n%LICENSE%\nApache-2.0\nMIT\n\n%DEPENDS%\nglibc\n",
            &["pkg:alpm/openssl@1:3.2.0-1?arch=x86_64&upstream=openssl-base | Apache-2.0, MIT"],
        );
        check(
            &PACMAN,
            &format!("{directory}/files"),
            "%FILES%\nusr/\nusr/lib/libssl.so.3\n\n%BACKUP%\netc/ssl/openssl.cnf\tab\n",
            &["alpm openssl owns 2"],
        );
        check(
            &PACMAN,
            &format!("{directory}/desc"),
            "%NAME%\na\n",
            &["unidentified"],
        );
        check(&PACMAN, &format!("{directory}/desc"), "", &["unidentified"]);
    }
}
