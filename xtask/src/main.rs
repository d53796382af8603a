//! Development tasks: `cargo xtask bench`, `bench-inputs`, `coverage`.

mod bench;
mod coverage;
mod inputs;
mod large;
mod measure;
mod peers;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::peers::Peer;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure every figure of BENCHMARKS.md and print one JSON line for each
    Bench {
        /// Only figures whose name contains this
        filter: Option<String>,
        /// Counted runs of each figure, after one that is not counted
        #[arg(long, default_value_t = 5)]
        runs: usize,
        /// The feeds to compile
        #[arg(long, default_value = "../shared/feeds")]
        feeds: PathBuf,
        /// Trivy's binary, to measure the same inventories by it
        #[arg(long)]
        trivy: Option<PathBuf>,
        /// Syft's binary, likewise
        #[arg(long)]
        syft: Option<PathBuf>,
    },
    /// Make the root file system and the images that are measured: debootstrap, old PyPI and npm packages
    BenchInputs,
    /// Write docs/coverage.md anew
    Coverage,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().task {
        Task::Bench {
            filter,
            runs,
            feeds,
            trivy,
            syft,
        } => {
            let peers = trivy.map(Peer::Trivy).into_iter().chain(syft.map(Peer::Syft));
            bench::run(filter.as_deref(), runs, &feeds, peers.collect())
        }
        Task::BenchInputs => inputs::make(),
        Task::Coverage => coverage::write(),
    }
}
