//! Disk images made by the tools that make them: mke2fs, mkfs.xfs, qemu-img.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod support;

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use assay_artifacts::{Device, DiskError, HostDisk};
use assay_collector::{ReadError, Reader, Scanner, Target};
use serde_json::Value;
use support::{World, root};

/// Runs a tool; `false`, and a reason in the test's output, where it is not installed.
fn run(program: &str, arguments: &[&str], directory: &Path) -> bool {
    // Tools for file systems are where only root looks.
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    let outcome = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env("PATH", path)
        .output();
    match outcome {
        Ok(output) => {
            assert!(
                output.status.success(),
                "{program}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            true
        }
        Err(error) => {
            println!(
                "skipped: {program} cannot be run ({error}); e2fsprogs, xfsprogs and qemu-utils have these tools"
            );
            false
        }
    }
}

fn blank(world: &World, name: &str, megabytes: u64) {
    File::create(world.path(name))
        .unwrap()
        .set_len(megabytes << 20)
        .unwrap();
}

fn ext(world: &World, kind: &str, name: &str, from: &str, more: &[&str]) -> bool {
    blank(world, name, 32);
    let arguments = [&["-q", "-F", "-t", kind, "-d", from], more, &[name]].concat();
    run("mke2fs", &arguments, &world.path(""))
}

/// The prototype that `mkfs.xfs -p` makes a tree from, with a directory of many names besides.
fn prototype(directory: &Path, depth: usize, out: &mut String) {
    let mut entries: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap())
        .collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().into_string().unwrap();
        let indent = " ".repeat(depth);
        if entry.file_type().unwrap().is_dir() {
            *out += &format!("{indent}{name} d--755 0 0\n");
            prototype(&entry.path(), depth + 1, out);
            *out += &format!("{indent}$\n");
        } else {
            *out += &format!("{indent}{name} ---644 0 0 {}\n", entry.path().display());
        }
    }
}

fn xfs(world: &World, name: &str, from: &str, more: &[&str]) -> bool {
    let mut text = "/dev/null\n0 0\nd--755 0 0\n".to_owned();
    prototype(&world.path(from), 1, &mut text);
    world.write("prototype", text + "$\n");
    blank(world, name, 320);
    let arguments = [&["-q", "-f", "-p", "prototype"], more, &[name]].concat();
    run("mkfs.xfs", &arguments, &world.path(""))
}

fn findings(world: &World, target: &str) -> Value {
    let run = world.run(&["scan", target, "--format", "json"]);
    assert_eq!(run.code, 0, "{target}: {}", run.err);
    let mut document: Value = serde_json::from_str(&run.out).unwrap();
    document["findings"].take()
}

fn world() -> (World, Value) {
    let world = World::with_database();
    root(&world.path("root"));
    // Enough names that a directory needs blocks of its own, and many of them.
    for number in 0..3000 {
        world.write(
            &format!("root/srv/many/a-rather-long-name-of-a-file-{number:05}"),
            "",
        );
    }
    let expected = findings(&world, "root");
    assert!(expected.as_array().unwrap().len() > 3);
    (world, expected)
}

#[test]
fn every_ext_in_every_container() {
    let (world, expected) = world();
    for (kind, more) in [
        ("ext2", &[][..]),
        ("ext3", &[]),
        ("ext4", &[]),
        ("ext4", &["-b", "1024", "-O", "^metadata_csum,^64bit"]),
    ] {
        if !ext(&world, kind, "disk.img", "root", more) {
            return;
        }
        assert_eq!(findings(&world, "disk.img"), expected, "{kind} {more:?}");
    }
    for (format, options) in [
        ("qcow2", &[][..]),
        ("qcow2", &["-c"]),
        ("qcow2", &["-c", "-o", "compression_type=zstd,cluster_size=4k"]),
        ("qcow2", &["-o", "compat=0.10"]),
        ("vmdk", &[]),
        ("vmdk", &["-o", "subformat=streamOptimized"]),
        ("vmdk", &["-o", "subformat=monolithicFlat"]),
        ("vmdk", &["-o", "subformat=twoGbMaxExtentSparse"]),
        ("vpc", &[]),
        ("vpc", &["-o", "subformat=fixed"]),
    ] {
        let arguments = [&["convert", "-O", format], options, &["disk.img", "container"]].concat();
        if !run("qemu-img", &arguments, &world.path("")) {
            return;
        }
        assert_eq!(findings(&world, "container"), expected, "{format} {options:?}");
    }
}

/// What a running system has promised stands in the journal alone: here a release that replaces the one in the file.
#[test]
fn the_journal_is_replayed() {
    let world = World::with_database();
    world.write("system/etc/os-release", "ID=debian\nVERSION_ID=12\n");
    if !ext(&world, "ext4", "disk.img", "system", &["-b", "4096"]) {
        return;
    }
    let path = world.path("");
    let found = Command::new("debugfs")
        .args(["-R", "blocks /etc/os-release", "disk.img"])
        .current_dir(&path)
        .output();
    let Ok(found) = found else {
        println!("skipped: debugfs cannot be run; e2fsprogs has it");
        return;
    };
    let block = String::from_utf8(found.stdout).unwrap().trim().to_owned();
    let mut content = b"ID=alpine\nVERSION_ID=3\n".to_vec();
    content.resize(4096, 0);
    world.write("block", content);
    world.write(
        "commands",
        format!("journal_open\njournal_write -b {block} block\njournal_close\n"),
    );
    assert!(run("debugfs", &["-w", "-f", "commands", "disk.img"], &path));
    let run = world.run(&["sbom", "disk:disk.img"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        document["artifact"]["distribution"]["id"], "alpine",
        "{}",
        run.out
    );
}

#[test]
fn xfs_of_both_versions() {
    let (world, expected) = world();
    for more in [
        &[][..],
        &["-m", "crc=0", "-n", "ftype=0"],
        &["-n", "size=16384", "-i", "size=1024"],
    ] {
        if !xfs(&world, "disk.img", "root", more) {
            return;
        }
        assert_eq!(findings(&world, "disk.img"), expected, "{more:?}");
    }
}

/// Puts volumes into a disk with a GUID partition table.
fn partitioned(world: &World, name: &str, volumes: &[&str]) {
    let disk = File::create(world.path(name)).unwrap();
    let mut header = vec![0; 512];
    header[..8].copy_from_slice(b"EFI PART");
    header[72..80].copy_from_slice(&2_u64.to_le_bytes());
    header[80..84].copy_from_slice(&128_u32.to_le_bytes());
    header[84..88].copy_from_slice(&128_u32.to_le_bytes());
    disk.write_all_at(&header, 512).unwrap();
    let mut sector = 2048_u64;
    for (number, volume) in (0_u64..).zip(volumes) {
        let bytes = fs::read(world.path(volume)).unwrap();
        let sectors = bytes.len() as u64 / 512;
        let mut entry = vec![1; 32];
        entry.extend(sector.to_le_bytes());
        entry.extend((sector + sectors - 1).to_le_bytes());
        disk.write_all_at(&entry, 1024 + number * 128).unwrap();
        disk.write_all_at(&bytes, sector * 512).unwrap();
        sector += sectors;
    }
}

#[test]
fn volumes_are_put_together_by_fstab() {
    let (world, expected) = world();
    let identifier = "0a0b0c0d-0000-4000-8000-000000000001";
    world.write(
        "root/etc/fstab",
        format!("UUID={identifier} /opt ext4 defaults 0 2\n"),
    );
    fs::rename(world.path("root/opt"), world.path("apart")).unwrap();
    fs::create_dir(world.path("root/opt")).unwrap();
    let made = ext(&world, "ext4", "root.img", "root", &[])
        && ext(&world, "ext4", "opt.img", "apart", &["-U", identifier])
        && ext(&world, "ext2", "other.img", "apart", &[]);
    if !made {
        return;
    }
    partitioned(&world, "disk.img", &["opt.img", "other.img", "root.img"]);
    assert_eq!(findings(&world, "disk:disk.img"), expected);
    let run = world.run(&["scan", "disk.img", "--format", "json"]);
    assert!(
        run.out
            .contains("partition 2 is not in the system's fstab and is not read"),
        "{}",
        run.out
    );
}

/// A disk that is fetched, so many times.
struct Far {
    file: File,
    patience: AtomicU64,
}

impl Far {
    fn disk(world: &World, name: &str, patience: u64) -> HostDisk {
        let file = File::open(world.path(name)).unwrap();
        let patience = AtomicU64::new(patience);
        HostDisk::device(&format!("vol-{name}"), Arc::new(Far { file, patience }))
    }
}

impl Device for Far {
    fn len(&self) -> u64 {
        self.file.metadata().unwrap().len()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        let less = |left: u64| left.checked_sub(1);
        let outcome = self
            .patience
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        match outcome {
            Ok(_) => Ok(self.file.read_exact_at(buffer, offset)?),
            Err(_) => Err(DiskError::Io(io::Error::other("no longer allowed"))),
        }
    }
}

fn host(disks: Vec<HostDisk>) -> Result<Value, ReadError> {
    let name = "i-1".to_owned();
    let document = Scanner::new(None).read(&Target::Host { name, disks })?;
    Ok(serde_json::from_slice(&document).unwrap())
}

/// The root on one disk, `/opt` in a partition of a second, `/srv` all over a third that the host knows by its name.
#[test]
fn several_disks_are_one_host() {
    let (world, _) = world();
    world.write(
        "root/srv/left-pad/package.json",
        r#"{"name": "left-pad", "version": "1.0.0"}"#,
    );
    let whole = world.run(&["sbom", "root"]);
    let whole: Value = serde_json::from_str(&whole.out).unwrap();
    let identifier = "0a0b0c0d-0000-4000-8000-000000000001";
    world.write(
        "root/etc/fstab",
        format!("UUID={identifier} /opt ext4 defaults 0 2\n/dev/xvdf /srv ext4 nofail 0 2\n"),
    );
    for (directory, apart) in [("root/opt", "opt"), ("root/srv", "srv")] {
        fs::rename(world.path(directory), world.path(apart)).unwrap();
        fs::create_dir(world.path(directory)).unwrap();
    }
    let made = ext(&world, "ext4", "root.img", "root", &[])
        && ext(&world, "ext4", "opt.img", "opt", &["-U", identifier])
        && ext(&world, "ext4", "srv.img", "srv", &[]);
    if !made {
        return;
    }
    partitioned(&world, "a.img", &["root.img"]);
    partitioned(&world, "b.img", &["opt.img"]);
    let root = || HostDisk::file(&world.path("a.img"));
    let srv = || Far::disk(&world, "srv.img", u64::MAX).known_as("/dev/sdf");
    let all = host(vec![root(), srv(), Far::disk(&world, "b.img", u64::MAX)]).unwrap();
    assert_eq!(all["packages"], whole["packages"]);
    assert_eq!(all["diagnostics"], whole["diagnostics"]);
    assert_eq!(
        (&all["artifact"]["name"], &all["artifact"]["kind"]),
        (&"i-1".into(), &"disk".into())
    );
    // What is missing is said.
    let part = host(vec![root(), srv()]).unwrap();
    assert_ne!(part["packages"], whole["packages"]);
    let said = part["diagnostics"].to_string();
    assert!(
        said.contains(identifier) && said.contains("fstab has at /opt"),
        "{said}"
    );
    let part = host(vec![
        root(),
        HostDisk::file(&world.path("srv.img")),
        HostDisk::file(&world.path("b.img")),
    ]);
    let said = part.unwrap()["diagnostics"].to_string();
    assert!(
        said.contains("the whole of") && said.contains("srv.img"),
        "{said}"
    );
    // What does not come is not taken for what is not there, wherever it ends.
    for patience in [0, 1, 5, 20, 100] {
        match host(vec![root(), srv(), Far::disk(&world, "b.img", patience)]) {
            Err(ReadError::Passing(message)) => {
                assert!(
                    message.contains("vol-b.img could not be fetched: no longer allowed"),
                    "{message}"
                );
            }
            // All was read with fewer.
            outcome => assert_eq!(outcome.unwrap()["packages"], whole["packages"], "{patience}"),
        }
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let world = World::with_database();
    let check = |expected: &str| {
        let run = world.run(&["sbom", "disk:disk.img"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(
            run.err.contains("disk.img") && run.err.contains(expected),
            "{}",
            run.err
        );
    };
    blank(&world, "disk.img", 1);
    check("holds nothing that is known");
    let mut bytes = vec![0; 1 << 20];
    bytes[64 << 10..][64..72].copy_from_slice(b"_BHRfS_M");
    world.write("disk.img", &bytes);
    check("btrfs");
    let mut header = vec![0; 4096];
    header[..4].copy_from_slice(b"QFI\xfb");
    header[4..8].copy_from_slice(&3_u32.to_be_bytes());
    header[8..16].copy_from_slice(&512_u64.to_be_bytes());
    world.write("disk.img", &header);
    check("a backing file, which is never followed");
    world.write("disk.img", "# Disk DescriptorFile\nRW 1 FLAT \"/etc/shadow\" 0\n");
    check("not beside the descriptor");
    world.write("disk.img", "XFSB");
    check("damaged");
}
