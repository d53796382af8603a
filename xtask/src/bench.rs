//! The figures of BENCHMARKS.md, each as one JSON line beside the goal that DESIGN set.

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use assay_intel::Index;
use serde_json::json;

use crate::{
    inputs::{self, Inputs},
    measure::{Usage, median},
    peers::Peer,
};

struct Bench<'a> {
    assay: PathBuf,
    home: PathBuf,
    database: PathBuf,
    inputs: Inputs,
    filter: Option<&'a str>,
    runs: usize,
    peers: Vec<Peer>,
}

/// Measures the service, in a process of its own.
pub(crate) fn service() -> Result<()> {
    example("assay-engine", "service_figures", &[])
}

/// Measures reports: a service with a million findings, and for each format a process that does nothing but report on it.
pub(crate) fn reports() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let directory = directory.path().to_string_lossy();
    for what in ["FILL", "CSV", "JSON"] {
        example("assay-service", "report_figures", &[&directory, what])?;
    }
    Ok(())
}

/// Measures how long it takes from a push to a registry until a finding is there.
pub(crate) fn pushes() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["bench", "--quiet", "--package", "assay", "--bench", "pushes"])
        .status()?;
    ensure!(status.success(), "pushes could not be measured");
    Ok(())
}

/// Measures the web console in a browser: over a few findings, and over a service with a million.
pub(crate) fn console() -> Result<()> {
    ensure!(
        Path::new("console/dist/index.html").exists() && Path::new("console/node_modules").exists(),
        "the console is not built: run `make console` first"
    );
    let assay = std::path::absolute(program()?)?;
    let filled = tempfile::tempdir()?;
    example(
        "assay-service",
        "report_figures",
        &[&filled.path().to_string_lossy(), "FILL"],
    )?;
    let status = Command::new("npm")
        .args(["run", "--silent", "figures"])
        .current_dir("console")
        .env("ASSAY", assay)
        .env("ASSAY_FILLED", filled.path())
        .status()
        .context("cannot start npm")?;
    ensure!(status.success(), "the console could not be measured");
    Ok(())
}

fn example(package: &str, name: &str, arguments: &[&str]) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--release", "--quiet", "--package", package])
        .args(["--example", name, "--"])
        .args(arguments)
        .status()?;
    ensure!(status.success(), "{name} of {package} could not be measured");
    Ok(())
}

/// Builds the program as it is released, and tells where it is.
pub(crate) fn program() -> Result<PathBuf> {
    let built = Command::new("cargo")
        .args(["build", "--release", "--locked", "--quiet", "--bin", "assay"])
        .status()?;
    ensure!(built.success(), "assay does not build");
    Ok(inputs::target_directory().join("release/assay"))
}

/// Measures and prints.
pub(crate) fn run(filter: Option<&str>, runs: usize, feeds: &Path, peers: Vec<Peer>) -> Result<()> {
    let home = inputs::target_directory().join("bench-home");
    let bench = Bench {
        assay: program()?,
        database: home.join("intelligence.idx"),
        home,
        inputs: Inputs::new(),
        filter,
        runs,
        peers,
    };
    bench.compile(feeds)?;
    bench.scans()?;
    // Last: what this process maps counts towards the peak of each child that it starts later.
    bench.look_ups()
}

impl Bench<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.assay);
        command
            .args(arguments)
            .env("ASSAY_HOME", &self.home)
            .env_remove("ASSAY_DB")
            .env_remove("ASSAY_FEEDS");
        command
    }

    fn wanted(&self, figure: &str) -> bool {
        self.filter.is_none_or(|filter| figure.contains(filter))
    }

    /// All feeds to one file, with what is fetched already in the cache.
    fn compile(&self, feeds: &Path) -> Result<()> {
        let update = || {
            let mut command = self.command(&["db", "update", "--feeds"]);
            command.arg(feeds);
            command
        };
        if !self.database.exists() {
            ensure!(update().status()?.success(), "cannot compile {}", feeds.display());
        }
        if self.wanted("compile-feeds") {
            report(
                "compile-feeds",
                median(self.runs.min(3), update)?,
                "wall <= 30 s, <= 1024 MiB",
            );
            let size = std::fs::metadata(&self.database)?.len();
            line(&json!({"figure": "index-size", "bytes": size, "goal": "<= 80 MB"}));
        }
        Ok(())
    }

    /// What a process pays to open the index, and what a look-up costs inside it.
    fn look_ups(&self) -> Result<()> {
        if self.wanted("open-index") {
            let mut times: Vec<f64> = Vec::new();
            for _ in 0..self.runs.max(5) {
                let started = Instant::now();
                black_box(Index::open(&self.database)?);
                times.push(started.elapsed().as_secs_f64() * 1000.0);
            }
            times.sort_by(f64::total_cmp);
            line(&json!({"figure": "open-index", "milliseconds": times[times.len() / 2], "goal": "<= 2 ms"}));
            report(
                "open-index-process",
                median(self.runs, || self.command(&["db", "status"]))?,
                "",
            );
        }
        if self.wanted("look-up") {
            let index = Index::open(&self.database)?;
            let mut keys: Vec<Vec<u8>> = Vec::new();
            index.for_each_package(|key, _| {
                keys.push(key.to_vec());
                Ok(())
            })?;
            let started = Instant::now();
            let mut rules = 0usize;
            for key in &keys {
                rules += index.rules(key)?.map_or(0, Iterator::count);
            }
            let each = started.elapsed().as_secs_f64() * 1e6 / keys.len().max(1) as f64;
            line(&json!({"figure": "look-up", "microseconds": each, "packages": keys.len(), "rules": rules}));
        }
        Ok(())
    }

    /// Whole scans of each form of the input.
    fn scans(&self) -> Result<()> {
        let root = self.inputs.root();
        if !root.exists() {
            eprintln_skip("no bench inputs: run `cargo xtask bench-inputs` for the scans");
            return Ok(());
        }
        self.scan("inventory-root", "sbom", &root, "cpu <= 0.4 s, <= 40 MiB")?;
        self.scan("scan-root", "scan", &root, "")?;
        self.scan(
            "inventory-docker-archive",
            "sbom",
            &self.inputs.docker_archive(),
            "cpu <= 1.0 s, <= 60 MiB",
        )?;
        self.scan(
            "inventory-oci-gzip",
            "sbom",
            &self.inputs.oci(),
            "cpu <= 3 s, wall <= 2 s, <= 80 MiB",
        )?;
        self.scan("inventory-oci-zstd", "sbom", &self.inputs.oci_zstd(), "")?;
        // The run that does not count is the one that reads the layers.
        self.scan(
            "unchanged-docker-archive",
            "scan",
            &self.inputs.docker_archive(),
            "wall <= 0.05 s",
        )?;
        self.scan("unchanged-oci-gzip", "scan", &self.inputs.oci(), "wall <= 0.05 s")?;
        self.scan("inventory-disk-xfs", "sbom", &self.inputs.disk_xfs(), "")?;
        self.scan("inventory-disk-ext4-qcow2", "sbom", &self.inputs.disk_ext4(), "")?;
        self.scan(
            "layer-of-3-million-files",
            "sbom",
            &self.inputs.many_files(),
            "< 200 MiB",
        )?;
        self.scan("sbom-of-10-mb", "scan", &self.inputs.large_sbom(), "< 200 MiB")?;
        let sbom = self.home.join("root.inventory.json");
        let status = self
            .command(&["sbom"])
            .arg(&root)
            .arg("--output")
            .arg(&sbom)
            .status()?;
        ensure!(
            status.success(),
            "cannot write the inventory that is to be matched"
        );
        self.scan("sbom-to-findings", "scan", &sbom, "wall <= 0.03 s, <= 40 MiB")
    }

    fn scan(&self, figure: &str, command: &str, input: &Path, goal: &str) -> Result<()> {
        if !self.wanted(figure) {
            return Ok(());
        }
        if !input.exists() {
            eprintln_skip(&format!(
                "{figure}: {} is missing, `cargo xtask bench-inputs` makes it",
                input.display()
            ));
            return Ok(());
        }
        let output = self.home.join("output.json");
        let usage = median(self.runs, || {
            let mut process = self.command(&[command]);
            process.arg(input).arg("--output").arg(&output);
            if !figure.starts_with("unchanged") {
                process.arg("--no-cache");
            }
            if command == "scan" {
                process.args(["--format", "json"]);
            }
            process
        })
        .with_context(|| format!("figure {figure}"))?;
        report(figure, usage, goal);
        for peer in &self.peers {
            let command = || peer.command(figure, input, &self.home);
            if command().is_none() {
                continue;
            }
            let theirs = median(self.runs, || command().unwrap_or_else(|| Command::new("false")))
                .with_context(|| format!("figure {figure} by {}", peer.name()))?;
            compare(figure, peer.name(), usage, theirs);
        }
        Ok(())
    }
}

/// Reports a peer's figure, and ours in its terms.
fn compare(figure: &str, peer: &str, ours: Usage, theirs: Usage) {
    report(&format!("{figure}-{peer}"), theirs, "");
    let ratio = |theirs: f64, ours: f64| (theirs / ours.max(0.001) * 10.0).round() / 10.0;
    line(&json!({
        "figure": format!("{figure}-{peer}-to-ours"),
        "cpuRatio": ratio(theirs.cpu, ours.cpu),
        "wallRatio": ratio(theirs.wall, ours.wall),
        "peakRatio": ratio(theirs.peak, ours.peak),
    }));
}

fn report(figure: &str, usage: Usage, goal: &str) {
    let round = |value: f64| (value * 1000.0).round() / 1000.0;
    line(&json!({
        "figure": figure,
        "cpuSeconds": round(usage.cpu),
        "wallSeconds": round(usage.wall),
        "peakMiB": round(usage.peak),
        "goal": goal,
    }));
}

#[expect(clippy::print_stdout, reason = "the figures are this program's output")]
pub(crate) fn line(value: &serde_json::Value) {
    println!("{value}");
}

#[expect(clippy::print_stderr, reason = "a remark apart from the figures")]
fn eprintln_skip(reason: &str) {
    eprintln!("skipped: {reason}");
}
