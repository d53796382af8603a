//! Development tasks: `cargo xtask api-coverage`, `bench`, `bench-inputs`, `codegen`, `coverage`, `fuzz`, `package`.

mod agents;
mod api_coverage;
mod bench;
mod codegen;
mod coverage;
mod fuzz;
mod inputs;
mod large;
mod measure;
mod package;
mod peers;

use std::{path::PathBuf, time::Duration};

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
        /// Only figures whose name contains this; those of the service come by `service`, `reports`,
        /// `agents`, `containers`, `pushes` and `console` alone
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
    /// Generate anew the shapes and operations of assay-api-model, and what assay-aws knows of AWS's answers
    Codegen {
        /// The folder of service models: botocore's `data`
        #[arg(long)]
        model: PathBuf,
    },
    /// Write docs/api-coverage.md anew
    ApiCoverage,
    /// Write docs/coverage.md anew
    Coverage,
    /// Try mutations of the corpus on the parsers, and keep those that one fails on
    Fuzz {
        /// Only targets whose name contains this
        filter: Option<String>,
        /// Seconds for each target
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Where the mutations begin; another number gives others
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Build the program so that it is one file that needs no other, and make a package for Debian of it
    Package {
        /// A program that is built so already, for this machine or another
        #[arg(long)]
        binary: Option<PathBuf>,
        /// Where the package goes
        #[arg(long, default_value = "target/package")]
        directory: PathBuf,
    },
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
            match filter.as_deref() {
                Some("service") => return bench::service(),
                Some("reports") => return bench::reports(),
                Some("pushes") => return bench::pushes(),
                Some("console") => return bench::console(),
                Some("agents") => return agents::measure(&bench::program()?),
                Some("containers") => return agents::measure_containers(&bench::program()?),
                _ => {}
            }
            let peers = trivy.map(Peer::Trivy).into_iter().chain(syft.map(Peer::Syft));
            bench::run(filter.as_deref(), runs, &feeds, peers.collect())
        }
        Task::BenchInputs => inputs::make(),
        Task::Codegen { model } => codegen::write(&model),
        Task::ApiCoverage => api_coverage::write(),
        Task::Coverage => coverage::write(),
        Task::Fuzz {
            filter,
            seconds,
            seed,
        } => fuzz::run(filter.as_deref(), Duration::from_secs(seconds), seed),
        Task::Package { binary, directory } => {
            let binary = binary.map_or_else(package::build, Ok)?;
            let path = package::make(&binary, &directory)?;
            anstream::println!("{}", path.display());
            Ok(())
        }
    }
}
