//! A package for Debian and its kin: the program, the unit of its agent, and what the administrator is told.
//!
//! Source: `deb(5)`, `deb-control(5)`; Debian policy manual, chapters 5 and 6.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, write::GzEncoder};
use tar::{Builder, EntryType, Header, HeaderMode};

const UNIT: &str = include_str!("../../packaging/assay-agent.service");
const LICENCE: &str = include_str!("../../LICENSE");

/// Files of a tar, by path, mode and content; a path that ends in a slash is a directory.
type Files<'a> = Vec<(&'a str, u32, &'a [u8])>;

/// Makes the package in a directory; gives its path. Equal inputs give equal bytes.
pub(crate) fn make(binary: &Path, directory: &Path) -> Result<PathBuf> {
    let program = fs::read(binary).with_context(|| {
        format!(
            "cannot read {}; `cargo build --release --bin assay` makes it",
            binary.display()
        )
    })?;
    ensure!(program.len() > 64, "{} is no program", binary.display());
    let architecture = architecture(&program)?;
    let libc = libc(&program).context("the program names no version of the C library: is it static?")?;
    let version = env!("CARGO_PKG_VERSION");
    let control = format!(
        "Package: assay\nVersion: {version}\nArchitecture: {architecture}\nSection: admin\nPriority: optional\n\
         Maintainer: The Assay project <maintainers@assay.invalid>\nInstalled-Size: {}\nDepends: libc6 (>= 2.{libc}), libgcc-s1\n\
         Description: continual vulnerability management, self-hosted\n \
         Finds what is installed in hosts, container images and functions, and tells within\n \
         seconds of a new advisory which of them it touches. The agent of this package reports\n \
         the host once /etc/assay/agent.env says to whom.\n",
        program.len().div_ceil(1024)
    );
    let control = tar_of(&vec![
        ("control", 0o644, control.as_bytes()),
        ("postinst", 0o755, POST_INSTALL.as_bytes()),
        ("prerm", 0o755, BEFORE_REMOVAL.as_bytes()),
    ])?;
    let data = tar_of(&vec![
        ("etc/", 0o755, b"".as_slice()),
        ("etc/assay/", 0o700, b""),
        ("usr/", 0o755, b""),
        ("usr/bin/", 0o755, b""),
        ("usr/bin/assay", 0o755, &program),
        ("usr/lib/", 0o755, b""),
        ("usr/lib/systemd/", 0o755, b""),
        ("usr/lib/systemd/system/", 0o755, b""),
        (
            "usr/lib/systemd/system/assay-agent.service",
            0o644,
            UNIT.as_bytes(),
        ),
        ("usr/share/", 0o755, b""),
        ("usr/share/doc/", 0o755, b""),
        ("usr/share/doc/assay/", 0o755, b""),
        ("usr/share/doc/assay/copyright", 0o644, LICENCE.as_bytes()),
    ])?;
    fs::create_dir_all(directory)?;
    let path = directory.join(format!("assay_{version}_{architecture}.deb"));
    let mut package = ar::Builder::new(File::create(&path)?);
    for (name, content) in [
        ("debian-binary", b"2.0\n".as_slice()),
        ("control.tar.gz", &control),
        ("data.tar.gz", &data),
    ] {
        let header = ar::Header::new(name.as_bytes().to_vec(), content.len() as u64);
        package.append(&header, content)?;
    }
    Ok(path)
}

/// The unit is there after the manager looked; it begins by itself where somebody configured it.
const POST_INSTALL: &str = "#!/bin/sh\nset -e\nif [ -d /run/systemd/system ]; then\n  systemctl daemon-reload || true\n  \
    systemctl enable assay-agent.service >/dev/null 2>&1 || true\n  systemctl restart assay-agent.service || true\nfi\n";

const BEFORE_REMOVAL: &str = "#!/bin/sh\nset -e\nif [ -d /run/systemd/system ] && [ \"$1\" = remove ]; then\n  \
    systemctl disable --now assay-agent.service >/dev/null 2>&1 || true\nfi\n";

/// What Debian calls the machine that a program is for. Source: `elf(5)`, `e_machine`.
fn architecture(program: &[u8]) -> Result<&'static str> {
    ensure!(program.starts_with(b"\x7fELF"), "the program is none of Linux");
    Ok(match u16::from_le_bytes([program[18], program[19]]) {
        62 => "amd64",
        183 => "arm64",
        243 => "riscv64",
        other => bail!("no package is known for machines of number {other}"),
    })
}

/// The minor version of the C library that a program needs at least, by the names of versions in its table of symbols.
/// Source: the ABI of glibc, whose symbols have the version of their first appearance.
fn libc(program: &[u8]) -> Option<u32> {
    const VERSION: &[u8] = b"\0GLIBC_2.";
    let found = program.windows(VERSION.len()).enumerate();
    let versions = found
        .filter(|(_, window)| *window == VERSION)
        .filter_map(|(at, _)| {
            let digits = program.get(at + VERSION.len()..)?;
            let digits: Vec<u8> = digits
                .iter()
                .copied()
                .take(4)
                .take_while(u8::is_ascii_digit)
                .collect();
            std::str::from_utf8(&digits).ok()?.parse().ok()
        });
    versions.max()
}

fn tar_of(files: &Files<'_>) -> Result<Vec<u8>> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    archive.mode(HeaderMode::Deterministic);
    for (path, mode, content) in files {
        let mut header = Header::new_gnu();
        header.set_mode(*mode);
        header.set_size(content.len() as u64);
        header.set_mtime(0);
        header.set_entry_type(match path.ends_with('/') {
            true => EntryType::Directory,
            false => EntryType::Regular,
        });
        archive.append_data(&mut header, path, *content)?;
    }
    Ok(archive.into_inner()?.finish()?)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    #[allow(clippy::print_stdout, reason = "a test says that it is skipped")]
    fn debian_takes_the_package() {
        let directory = tempfile::tempdir().unwrap();
        let binary = directory.path().join("program");
        let mut program = vec![0; 77];
        program.extend(b"\0GLIBC_2.9\0GLIBC_2.34\0\0");
        program[..4].copy_from_slice(b"\x7fELF");
        program[18] = 62;
        fs::write(&binary, &program).unwrap();
        let path = make(&binary, directory.path()).unwrap();
        let first = fs::read(&path).unwrap();
        make(&binary, directory.path()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), first, "equal bytes");
        let asked = |arguments: &[&str]| {
            let output = Command::new("dpkg-deb")
                .args(arguments)
                .arg(&path)
                .output()
                .ok()?;
            assert!(output.status.success(), "{output:?}");
            Some(String::from_utf8(output.stdout).unwrap())
        };
        let Some(fields) = asked(&["--field"]) else {
            println!("skipped in part: there is no dpkg-deb");
            return;
        };
        assert!(fields.contains("Package: assay\n"), "{fields}");
        assert!(fields.contains("Architecture: amd64\n"), "{fields}");
        assert!(
            fields.contains("Depends: libc6 (>= 2.34), libgcc-s1\n"),
            "{fields}"
        );
        let contents = asked(&["--contents"]).unwrap();
        for expected in [
            "-rwxr-xr-x 0/0 100 usr/bin/assay",
            "usr/lib/systemd/system/assay-agent.service",
            "drwx------ 0/0 0 etc/assay/",
        ] {
            let is_there = contents.lines().any(|line| {
                let line = line.split_whitespace().collect::<Vec<&str>>();
                let line = format!("{} {} {} {}", line[0], line[1], line[2], line[line.len() - 1]);
                line.replace("root/root", "0/0").contains(expected)
            });
            assert!(is_there, "{expected} in {contents}");
        }
        fs::write(
            &binary,
            "#!/bin/sh\nthis is no program of Linux, and long enough to be one of these\n",
        )
        .unwrap();
        assert!(make(&binary, directory.path()).is_err());
    }
}
