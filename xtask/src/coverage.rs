//! `docs/coverage.md`: what is read and whose advisories are known, from what the crates say of themselves.

use std::{fmt::Write, fs, path::PathBuf};

use anyhow::Result;
use assay_feeds::importers;
use assay_inventory::{Description, Registry, known_programs};

/// What can be opened; the prefixes are those of the command line.
const ARTIFACTS: [(&str, &str); 13] = [
    ("`dir:PATH`", "a directory, such as a root file system"),
    ("`host:`", "this machine: only file systems on its own disks"),
    ("`repo:PATH`", "a checkout of source code, by its lock files"),
    (
        "`registry:IMAGE`, `docker://IMAGE`",
        "an image in a registry; `--attached-sbom` for the SBOM attached to it",
    ),
    ("`docker-archive:FILE`", "an image as `docker save` writes it"),
    ("`oci:PATH`", "an OCI layout, as directory or tar"),
    (
        "`storage:DIR`",
        "the storage of Docker (overlay2, fuse-overlayfs, vfs) or podman, buildah and CRI-O (overlay, vfs)",
    ),
    ("`archive:FILE`", "a tar or zip of a tree of files"),
    (
        "`function:FILE`",
        "the zip of a serverless function, with `--function-layer FILE`",
    ),
    (
        "`disk:FILE`",
        "a disk image: raw, qcow2, VMDK, VHD; GPT, MBR, LVM linear; ext2, ext3, ext4, XFS",
    ),
    (
        "`file:FILE`",
        "a single program, Java archive, wheel or lock file",
    ),
    (
        "`sbom:FILE`",
        "CycloneDX 1.2 to 1.7 or SPDX 2.2 and 2.3 in JSON, or an inventory of Assay's own",
    ),
    ("`-`", "any of these files from standard input"),
];

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/coverage.md")
}

/// Writes the document.
pub(crate) fn write() -> Result<()> {
    Ok(fs::write(path(), document()?)?)
}

fn document() -> Result<String> {
    let mut out = String::from(
        "# Coverage\n\nMade by `cargo xtask coverage` from the registered analysers and importers; a test keeps it so.\n\n\
         ## What can be opened\n\nWhat a target is gets detected; a prefix says it.\n\n| target | what it is |\n|---|---|\n",
    );
    for (target, what) in ARTIFACTS {
        writeln!(out, "| {target} | {what} |")?;
    }
    out += "\nLayers, archives and bills of materials may be compressed by gzip, zstd, xz or bzip2.\n";
    let installed: Vec<Description> = Registry::default().descriptions().collect();
    let checkout = Registry::checkout();
    let locks: Vec<Description> = checkout
        .descriptions()
        .filter(|lock| installed.iter().all(|other| other.name != lock.name))
        .collect();
    analysers(
        &mut out,
        "What is installed",
        "Read in images, hosts, disks, functions and directories.",
        &installed,
    )?;
    let programs = known_programs();
    writeln!(
        out,
        "\nThe analyser `program` tells {} programs and libraries by their names and the text of their version: {}.",
        programs.len(),
        programs.join(", ")
    )?;
    analysers(
        &mut out,
        "What a build would install",
        "Read in checkouts of source code alone.",
        &locks,
    )?;
    out += "\n## Whose advisories are known\n\n| feed | publisher | format | ecosystems | remarks |\n|---|---|---|---|---|\n";
    for importer in importers() {
        let ecosystems = if importer.ecosystems.is_empty() {
            "–".to_owned()
        } else {
            importer.ecosystems.join(", ")
        };
        writeln!(
            out,
            "| `{}` | {} | {} | {ecosystems} | {} |",
            importer.name, importer.publisher, importer.format, importer.remarks
        )?;
    }
    Ok(out)
}

fn analysers(out: &mut String, title: &str, text: &str, descriptions: &[Description]) -> Result<()> {
    write!(
        out,
        "\n## {title}\n\n{text}\n\n| analyser | of | reads | gives |\n|---|---|---|---|\n"
    )?;
    for description in descriptions {
        let reads: Vec<String> = description
            .reads
            .iter()
            .map(|pattern| format!("`{}`", pattern.replace('|', "\\|")))
            .collect();
        let types: Vec<String> = description
            .types
            .iter()
            .map(|kind| format!("`pkg:{kind}`"))
            .collect();
        let types = if types.is_empty() {
            "–".to_owned()
        } else {
            types.join(" ")
        };
        writeln!(
            out,
            "| `{}` | {} | {} | {types} |",
            description.name,
            description.ecosystem,
            reads.join(" ")
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_is_up_to_date() {
        let written = std::fs::read_to_string(super::path()).unwrap();
        assert!(
            written == super::document().unwrap(),
            "docs/coverage.md is not up to date: run `cargo xtask coverage`"
        );
    }
}
