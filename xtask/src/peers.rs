//! The same inventories by other scanners, in the same run.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Another scanner's program.
pub(crate) enum Peer {
    Trivy(PathBuf),
    Syft(PathBuf),
}

impl Peer {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Peer::Trivy(_) => "trivy",
            Peer::Syft(_) => "syft",
        }
    }

    /// What makes the inventory of a figure; `None` for figures that have no counterpart.
    pub(crate) fn command(&self, figure: &str, input: &Path, home: &Path) -> Option<Command> {
        match self {
            Peer::Trivy(program) => trivy(program, figure, input, home),
            Peer::Syft(program) => syft(program, figure, input, home),
        }
    }
}

/// Inventory only: no database, no look-ups, no secrets.
fn trivy(program: &Path, figure: &str, input: &Path, home: &Path) -> Option<Command> {
    let cache = home.join("trivy");
    let mut command = Command::new(program);
    match figure {
        "inventory-root" => command.arg("rootfs"),
        "inventory-docker-archive" | "inventory-oci-gzip" => {
            command.args(["image", "--cache-backend", "memory", "--input"])
        }
        "unchanged-docker-archive" | "unchanged-oci-gzip" => command.args(["image", "--input"]),
        _ => return None,
    };
    command.arg(input).arg("--output").arg(home.join("trivy.json"));
    command.args([
        "--format",
        "cyclonedx",
        "--offline-scan",
        "--skip-db-update",
        "--skip-java-db-update",
    ]);
    command
        .args(["--scanners", "license", "--quiet"])
        .env("TRIVY_CACHE_DIR", cache);
    Some(command)
}

fn syft(program: &Path, figure: &str, input: &Path, home: &Path) -> Option<Command> {
    let scheme = match figure {
        "inventory-root" => "dir",
        "inventory-docker-archive" => "docker-archive",
        "inventory-oci-gzip" => "oci-dir",
        _ => return None,
    };
    let mut command = Command::new(program);
    let output = home.join("syft.json");
    command
        .arg("scan")
        .arg(format!("{scheme}:{}", input.display()))
        .args(["--quiet", "--output"])
        .arg(format!("cyclonedx-json={}", output.display()))
        .env("SYFT_CHECK_FOR_APP_UPDATE", "false");
    if scheme == "dir" {
        // What a root file system has installed, as for an image.
        command.args(["--override-default-catalogers", "image"]);
    }
    Some(command)
}
