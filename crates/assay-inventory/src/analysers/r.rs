//! Packages of R: the description that each installed one has, and the lock file of renv.
//!
//! Sources: "Writing R Extensions" (`DESCRIPTION`), renv's documentation of its lock file. A description is fields with
//! lines that go on after a blank. The traps: sources have the same file, and only installing adds `Built`; what is of
//! Bioconductor has `biocViews` and is of another repository than CRAN; `Priority: base` is part of R itself.

use assay_model::{DiagnosticCode, Purl};

use super::document::{Document, DocumentError, Text};
use crate::{
    Description, Facts, FoundPackage, Kind,
    tree::{Misfit, Node, Tally},
};

/// The analyser of installed packages of R.
pub(crate) static INSTALLED: Document = Document {
    description: Description {
        name: "r",
        ecosystem: "R packages",
        reads: &["**/DESCRIPTION"],
        kind: Kind::Installed,
        types: &["cran", "bioconductor", "generic"],
    },
    version: 1,
    read: read_description,
};

/// renv's lock file.
pub(crate) static RENV: Document = Document {
    description: Description {
        name: "renv-lock",
        ecosystem: "renv (R)",
        reads: &["**/renv.lock"],
        kind: Kind::Lock,
        types: &["cran", "bioconductor"],
    },
    version: 1,
    read: read_lock,
};

fn read_description(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let field = |name: &str| {
        let mut lines = file.text.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(value.trim()).filter(|value| !value.is_empty())
    };
    if field("Built").is_none() {
        return Ok(());
    }
    let (Some(name), Some(version)) = (field("Package"), field("Version")) else {
        let message = "the description of an R package without name or version";
        facts.diagnostic(DiagnosticCode::Unidentified, message);
        return Ok(());
    };
    let (kind, name) = match (field("Priority"), field("biocViews")) {
        // All of them have the version of R, which one of them speaks for.
        (Some("base"), _) if name == "base" => ("generic", "r"),
        (Some("base"), _) => return Ok(()),
        (_, Some(_)) => ("bioconductor", name),
        (_, None) => ("cran", name),
    };
    // `GPL-2 | file LICENSE`: alternatives, and where the text is.
    let licences = field("License").unwrap_or_default().split('|').map(str::trim);
    let licences = licences
        .filter(|licence| !licence.is_empty() && !licence.starts_with("file "))
        .map(str::to_owned)
        .collect();
    facts.package(FoundPackage::language(Purl::new(kind, name, version)).with_licences(licences));
    Ok(())
}

fn read_lock(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    for (_, entry) in root.map_in("Packages", &mut tally) {
        tally.count(package(entry, facts));
    }
    tally.report(facts);
    Ok(())
}

fn package(entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let (name, version) = (entry.required("Package")?, entry.required("Version")?);
    let kind = match entry.optional("Source")? {
        "Bioconductor" => "bioconductor",
        "Local" | "unknown" => return Ok(()),
        _ => "cran",
    };
    facts.package(FoundPackage::language(Purl::new(kind, name, version)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn descriptions() {
        let one = "Package: jsonlite\nVersion: 1.8.8\nTitle: A\n  Version: 9\nLicense: MIT + file LICENSE | GPL-3 | file LICENSE\n";
        let built = "Built: R 4.3.1; x86_64-pc-linux-gnu; 2024-01-01 00:00:00 UTC; unix\n";
        let path = "usr/local/lib/R/site-library/jsonlite/DESCRIPTION";
        check(&INSTALLED, path, one, &[]);
        check(
            &INSTALLED,
            path,
            &format!("{one}{built}"),
            &["pkg:cran/jsonlite@1.8.8 | MIT + file LICENSE, GPL-3"],
        );
        check(
            &INSTALLED,
            "x/DESCRIPTION",
            &format!("Package: limma\nVersion: 3.56\nbiocViews: X\n{built}"),
            &["pkg:bioconductor/limma@3.56"],
        );
        check(
            &INSTALLED,
            "x/DESCRIPTION",
            &format!("Package: a\n{built}"),
            &["unidentified"],
        );
    }

    #[test]
    fn lock() {
        let content = r#"{"R": {"Version": "4.3.1"}, "Packages": {
            "jsonlite": {"Package": "jsonlite", "Version": "1.8.8", "Source": "Repository", "Repository": "CRAN"},
            "limma": {"Package": "limma", "Version": "3.56", "Source": "Bioconductor"},
            "fork": {"Package": "fork", "Version": "0.1", "Source": "GitHub", "RemoteUsername": "a"},
            "here": {"Package": "here", "Version": "0.1", "Source": "Local"}, "odd": {"Package": 1}}}"#;
        check(
            &RENV,
            "renv.lock",
            content,
            &[
                "pkg:cran/jsonlite@1.8.8",
                "pkg:bioconductor/limma@3.56",
                "pkg:cran/fork@0.1",
                "malformed",
            ],
        );
    }
}
