//! What the benchmarks scan: a Debian 12 root with old PyPI and npm packages, and the same as images.

use std::{
    env, fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::large;

/// Old releases with known flaws.
const PYTHON: [&str; 22] = [
    "django==3.2",
    "flask==0.12",
    "requests==2.19.0",
    "pillow==8.4.0",
    "jinja2==2.10",
    "pyyaml==5.3",
    "urllib3==1.24",
    "cryptography==3.2",
    "werkzeug==0.14",
    "sqlalchemy==1.3.0",
    "lxml==4.9.1",
    "numpy==1.24.0",
    "aiohttp==3.8.3",
    "tornado==6.1",
    "twisted==22.4.0",
    "paramiko==2.4.0",
    "setuptools==65.0.0",
    "certifi==2022.5.18",
    "idna==2.8",
    "markdown==3.2",
    "bleach==3.1.0",
    "mako==1.1.0",
];

/// Old releases with known flaws, and with some 1,500 packages below them.
const NPM: [&str; 11] = [
    "react-scripts@3.4.0",
    "express@4.16.0",
    "lodash@4.17.10",
    "minimist@1.2.0",
    "handlebars@4.0.11",
    "jquery@3.3.1",
    "moment@2.22.0",
    "axios@0.18.0",
    "node-fetch@2.6.0",
    "serialize-javascript@1.7.0",
    "@angular/core@8.0.0",
];

/// Cargo's target directory.
pub(crate) fn target_directory() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

/// Where the inputs lie.
pub(crate) struct Inputs(PathBuf);

impl Inputs {
    pub(crate) fn new() -> Inputs {
        Inputs(target_directory().join("bench-inputs"))
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.0.join("root")
    }

    pub(crate) fn docker_archive(&self) -> PathBuf {
        self.0.join("image.tar")
    }

    pub(crate) fn oci(&self) -> PathBuf {
        self.0.join("image.oci")
    }

    pub(crate) fn oci_zstd(&self) -> PathBuf {
        self.0.join("image-zstd.oci")
    }

    pub(crate) fn disk_xfs(&self) -> PathBuf {
        self.0.join("disk.xfs")
    }

    pub(crate) fn disk_ext4(&self) -> PathBuf {
        self.0.join("disk.qcow2")
    }

    pub(crate) fn many_files(&self) -> PathBuf {
        self.0.join("many-files.tar")
    }

    pub(crate) fn large_sbom(&self) -> PathBuf {
        self.0.join("large.cdx.json")
    }
}

/// Makes what is not there yet. Needs root, debootstrap, skopeo, npm, pip, qemu-img and the tools for ext4 and XFS.
pub(crate) fn make() -> Result<()> {
    let inputs = Inputs::new();
    fs::create_dir_all(&inputs.0)?;
    let (base, app) = (inputs.0.join("base"), inputs.0.join("app"));
    if !base.join("etc").exists() {
        call(
            Command::new("debootstrap")
                .args(["--variant=minbase", "bookworm"])
                .arg(&base),
        )?;
    }
    let site_packages = app.join("usr/local/lib/python3.11/site-packages");
    if !site_packages.exists() {
        // Under another name until all are there, so that a broken attempt is not taken for a whole one.
        let partial = site_packages.with_extension("part");
        fs::create_dir_all(&partial)?;
        let mut pip = Command::new("pip");
        pip.args([
            "install",
            "--quiet",
            "--no-deps",
            "--no-compile",
            "--ignore-requires-python",
            "--upgrade",
        ]);
        call(pip.arg("--target").arg(&partial).args(PYTHON))?;
        fs::rename(partial, site_packages)?;
    }
    let project = app.join("srv/app");
    if !project.join("node_modules").exists() {
        fs::create_dir_all(&project)?;
        fs::write(
            project.join("package.json"),
            r#"{"name":"app","version":"1.0.0"}"#,
        )?;
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--legacy-peer-deps",
        ])
        .args(NPM);
        call(npm.current_dir(&project))?;
    }
    if !inputs.root().exists() {
        call(Command::new("cp").arg("-a").arg(&base).arg(inputs.root()))?;
        call(Command::new("cp").arg("-a").arg(app.join(".")).arg(inputs.root()))?;
    }
    if !inputs.docker_archive().exists() {
        docker_archive(&[&base, &app], &inputs)?;
    }
    for (oci, compression) in [(inputs.oci(), "gzip"), (inputs.oci_zstd(), "zstd")] {
        if !oci.exists() {
            let mut skopeo = Command::new("skopeo");
            skopeo.args([
                "copy",
                "--quiet",
                "--insecure-policy",
                "--dest-compress-format",
                compression,
            ]);
            skopeo.arg(format!("docker-archive:{}", inputs.docker_archive().display()));
            call(skopeo.arg(format!("oci:{}:1", oci.display())))?;
        }
    }
    if !inputs.disk_ext4().exists() {
        let raw = inputs.0.join("disk.ext4");
        fs::File::create(&raw)?.set_len(1500 << 20)?;
        call(
            Command::new("mkfs.ext4")
                .args(["-q", "-F", "-d"])
                .arg(inputs.root())
                .arg(&raw),
        )?;
        let mut convert = Command::new("qemu-img");
        convert
            .args(["convert", "-c", "-O", "qcow2"])
            .arg(&raw)
            .arg(inputs.disk_ext4());
        call(&mut convert)?;
        fs::remove_file(raw)?;
    }
    if !inputs.disk_xfs().exists() {
        disk_xfs(&inputs)?;
    }
    if !inputs.many_files().exists() {
        large::many_files(&inputs.many_files())?;
    }
    if !inputs.large_sbom().exists() {
        large::sbom(&inputs.large_sbom())?;
    }
    Ok(())
}

/// XFS has no tool that takes a directory as it is, so this one mounts.
fn disk_xfs(inputs: &Inputs) -> Result<()> {
    let (partial, mount) = (inputs.0.join("disk.part"), inputs.0.join("mount"));
    fs::File::create(&partial)?.set_len(1500 << 20)?;
    fs::create_dir_all(&mount)?;
    call(Command::new("mkfs.xfs").args(["-q", "-f"]).arg(&partial))?;
    call(
        Command::new("mount")
            .args(["-o", "loop"])
            .arg(&partial)
            .arg(&mount),
    )?;
    let copied = call(
        Command::new("cp")
            .arg("-a")
            .arg(inputs.root().join("."))
            .arg(&mount),
    );
    call(Command::new("umount").arg(&mount))?;
    copied?;
    fs::rename(partial, inputs.disk_xfs())?;
    Ok(())
}

fn call(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .with_context(|| format!("cannot start {program}: is it installed?"))?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}

/// Packs directories as the layers of an image, as `docker save` did before it wrote OCI layouts.
fn docker_archive(layers: &[&Path], inputs: &Inputs) -> Result<()> {
    let mut archive = tar::Builder::new(fs::File::create(inputs.docker_archive())?);
    let mut digests = Vec::new();
    for layer in layers {
        let path = layer.with_extension("tar");
        let mut packed = tar::Builder::new(fs::File::create(&path)?);
        packed.follow_symlinks(false);
        packed.append_dir_all(".", layer)?;
        packed.into_inner()?.flush()?;
        let digest = sha256(&path)?;
        archive.append_path_with_name(&path, format!("{digest}/layer.tar"))?;
        digests.push(digest);
        fs::remove_file(path)?;
    }
    let ids: Vec<String> = digests.iter().map(|digest| format!("sha256:{digest}")).collect();
    let config = json!({
        "architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": ids},
    });
    let config = serde_json::to_vec(&config)?;
    let name = format!("{}.json", hex(&Sha256::digest(&config)));
    let paths: Vec<String> = digests
        .iter()
        .map(|digest| format!("{digest}/layer.tar"))
        .collect();
    let manifest = json!([{"Config": name, "RepoTags": ["example/app:1"], "Layers": paths}]);
    for (name, content) in [
        (name.as_str(), config),
        ("manifest.json", serde_json::to_vec(&manifest)?),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, content.as_slice())?;
    }
    archive.into_inner()?.flush()?;
    Ok(())
}

fn sha256(path: &Path) -> Result<String> {
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
