//! A package for Debian and its kin: the program, the unit of its agent, and what the administrator is told.
//!
//! The program is one file: it goes onto hosts whose C library is older, another or none.
//!
//! Source: `deb(5)`, `deb-control(5)`; Debian policy manual, chapters 5 and 6.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, write::GzEncoder};
use tar::{Builder, EntryType, Header, HeaderMode};

const UNIT: &str = include_str!("../../packaging/assay-agent.service");
const LICENCE: &str = include_str!("../../LICENSE");

/// Files of a tar, by path, mode and content; a path that ends in a slash is a directory.
type Files<'a> = Vec<(&'a str, u32, &'a [u8])>;

/// Builds the program with everything in it that it needs, the console first; gives its path.
///
/// Where a target with musl is installed, `cargo build --target …-musl` and `--binary` do as well; glibc is everywhere.
pub(crate) fn build() -> Result<PathBuf> {
    build_console()?;
    let machine = std::env::consts::ARCH;
    let target = format!("{machine}-unknown-linux-gnu");
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--locked",
            "--bin",
            "assay",
            "--target",
            &target,
        ])
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        // What debuggers want is four fifths of it.
        .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the program does not build");
    let directory =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    Ok(directory.join(target).join("release/assay"))
}

/// Builds the console that the program takes in, as every other build does.
fn build_console() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let built = Command::new("make")
        .args(["--no-print-directory", "console"])
        .current_dir(&root)
        .status()
        .context("cannot run make, which builds the console")?;
    ensure!(
        built.success() && root.join("console/dist/index.html").exists(),
        "the console is not built, for the reason above; a program without it can be packaged by --binary"
    );
    Ok(())
}

/// Makes the package in a directory; gives its path. Equal inputs give equal bytes.
pub(crate) fn make(binary: &Path, directory: &Path) -> Result<PathBuf> {
    let program = fs::read(binary).with_context(|| format!("cannot read {}", binary.display()))?;
    let architecture = architecture(&program)?;
    ensure!(
        !names_a_loader(&program)?,
        "{} is linked dynamically and would run only where the libraries are that it was built with; \
         leave --binary out to have it built",
        binary.display()
    );
    let version = env!("CARGO_PKG_VERSION");
    let control = format!(
        "Package: assay\nVersion: {version}\nArchitecture: {architecture}\nSection: admin\nPriority: optional\n\
         Maintainer: The Assay project <maintainers@assay.invalid>\nInstalled-Size: {}\nDescription: continual vulnerability management, self-hosted\n \
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
    // 64 bits, least byte first.
    ensure!(
        program.starts_with(b"\x7fELF\x02\x01"),
        "the program is none of Linux on such a machine"
    );
    Ok(match number(program, 18)? {
        62 => "amd64",
        183 => "arm64",
        243 => "riscv64",
        other => bail!("no package is known for machines of number {other}"),
    })
}

/// Whether a program wants to be loaded by another, as all do that need libraries. Source: `elf(5)`, `PT_INTERP`.
fn names_a_loader(program: &[u8]) -> Result<bool> {
    const LOADER: [u8; 4] = 3_u32.to_le_bytes();
    let offset = program.get(32..40).context("the program is cut off")?;
    let offset = usize::try_from(u64::from_le_bytes(offset.try_into()?))?;
    let (size, count) = (
        usize::from(number(program, 54)?),
        usize::from(number(program, 56)?),
    );
    let table = offset
        .checked_add(size * count)
        .and_then(|end| program.get(offset..end))
        .context("the program is cut off")?;
    ensure!(size >= LOADER.len() && count > 0, "the program has no segments");
    Ok(table
        .chunks_exact(size)
        .any(|segment| segment.starts_with(&LOADER)))
}

fn number(program: &[u8], at: usize) -> Result<u16> {
    let bytes = program.get(at..at + 2).context("the program is cut off")?;
    Ok(u16::from_le_bytes(bytes.try_into()?))
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

    use super::*;

    #[test]
    #[allow(clippy::print_stdout, reason = "a test says that it is skipped")]
    fn debian_takes_the_package() {
        let directory = tempfile::tempdir().unwrap();
        let binary = directory.path().join("program");
        fs::write(&binary, program(1)).unwrap();
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
        assert!(!fields.contains("Depends"), "{fields}");
        let contents = asked(&["--contents"]).unwrap();
        for expected in [
            "-rwxr-xr-x 0/0 120 usr/bin/assay",
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
    }

    #[test]
    fn what_is_not_one_file_is_refused() {
        for (content, told) in [
            (program(3), "is linked dynamically"),
            (program(1)[..100].to_vec(), "cut off"),
            (b"#!/bin/sh\n".to_vec(), "none of Linux"),
            (b"".to_vec(), "none of Linux"),
        ] {
            let directory = tempfile::tempdir().unwrap();
            let binary = directory.path().join("program");
            fs::write(&binary, &content).unwrap();
            let error = format!("{:#}", make(&binary, directory.path()).unwrap_err());
            assert!(error.contains(told), "{error}");
            assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "{told}");
        }
    }

    /// A program with one segment, of a type.
    fn program(segment: u8) -> Vec<u8> {
        let mut program = vec![0; 120];
        program[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (program[18], program[32], program[54], program[56]) = (62, 64, 56, 1);
        program[64] = segment;
        program
    }
}
