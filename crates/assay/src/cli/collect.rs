//! What watches registries.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Collect {
    /// What is watched, as a file in TOML
    #[arg(value_name = "FILE")]
    pub(crate) configuration: PathBuf,
    /// The service, as https://HOST:PORT
    #[arg(long, value_name = "ADDRESS", env = "ASSAY_SERVER")]
    pub(crate) server: String,
    /// The region
    #[arg(long, value_name = "NAME", env = "AWS_REGION", default_value = "us-east-1")]
    pub(crate) region: String,
    /// Where the collector keeps what it knows of the registries, which it finds again where that is lost
    #[arg(
        long,
        value_name = "DIR",
        env = "ASSAY_COLLECTOR_STATE",
        default_value = "/var/lib/assay-collector"
    )]
    pub(crate) state: PathBuf,
    /// How many images are read at once
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) readers: u16,
    /// Trust the authorities in this PEM file for the service, and no others
    #[arg(long, value_name = "FILE", env = "AWS_CA_BUNDLE")]
    pub(crate) ca: Option<PathBuf>,
    /// Look at everything once, read what is wanted, and end: with 1 where something could not be looked at. Nothing is received
    #[arg(long)]
    pub(crate) once: bool,
}
