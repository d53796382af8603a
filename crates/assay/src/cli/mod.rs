//! Commands and options.

mod admin;
mod agent;
mod collect;

use std::{net::SocketAddr, path::PathBuf};

use assay_model::Severity;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use admin::{Admin, Organization, Standing};
pub(crate) use agent::Agent;
pub(crate) use collect::Collect;

/// Find what is installed, and which known vulnerabilities it has.
#[derive(Debug, Parser)]
#[command(name = "assay", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan a directory, host, image or SBOM and list its vulnerabilities
    Scan(Scan),
    /// List what is installed in a directory, host or image
    Sbom(Sbom),
    /// Run the service
    Serve(Serve),
    /// Scan here and submit what is installed to a service
    Push(Push),
    /// Keep a service told of what this host has, from now on
    Agent(Agent),
    /// Watch registries, and keep a service told of the images that they have
    Collect(Collect),
    /// Manage the accounts, users and keys of a service
    #[command(subcommand)]
    Admin(Admin),
    /// Copy all that a service keeps into one file, while it works
    Backup(Backup),
    /// Put a backup back
    Restore(Restore),
    /// Manage the advisory database
    #[command(subcommand)]
    Db(Db),
    /// Look into the machinery
    #[command(subcommand)]
    Debug(Debug),
}

const TARGET_HELP: &str = "A directory, image archive, OCI layout, image in a registry, archive of files, disk image, \
    program, lock file or SBOM, or - for standard input. What it is gets detected; a prefix says it: dir:PATH, repo:PATH (source \
    code, by its lock files), host: (this machine), docker-archive:FILE, oci:PATH, registry:IMAGE, storage:DIR \
    (docker's or podman's, with --image NAME), archive:FILE (tar or zip), function:FILE (zip, with \
    --function-layer FILE), disk:FILE, file:FILE, sbom:FILE";

#[derive(Debug, Args)]
pub(crate) struct Scan {
    #[arg(help = TARGET_HELP)]
    pub(crate) target: String,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) database: Database,
    /// List only findings at or above this severity
    #[arg(long, value_parser = severity)]
    pub(crate) severity: Option<Severity>,
    /// List only findings that a known version fixes
    #[arg(long)]
    pub(crate) only_fixed: bool,
    /// List as well what is known not to apply here, such as flaws of kernels that do not run and of kernel headers
    #[arg(long)]
    pub(crate) show_not_applicable: bool,
    /// Exit with 1 when a listed finding is at or above this severity
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(crate) fail_on: Option<Severity>,
    /// In the table, list every finding instead of summing up the lesser ones of each package
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) opening: Opening,
}

#[derive(Debug, Args)]
pub(crate) struct Sbom {
    #[arg(help = TARGET_HELP)]
    pub(crate) target: String,
    /// The format of the document
    #[arg(long, value_enum, default_value_t = SbomFormat::Json)]
    pub(crate) format: SbomFormat,
    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
}

/// How to open the target.
#[derive(Debug, Default, Args)]
pub(crate) struct Opening {
    /// Which image of a multi-platform index to open [default: linux on this machine's architecture]
    #[arg(long, value_name = "OS/ARCHITECTURE")]
    pub(crate) platform: Option<String>,
    /// Which image of an archive, layout or storage that holds several to open
    #[arg(long, value_name = "NAME")]
    pub(crate) image: Option<String>,
    /// A zip archive that is a layer below function:FILE, the lowest first
    #[arg(long, value_name = "FILE")]
    pub(crate) function_layer: Vec<PathBuf>,
    /// Read every layer, also those that an earlier scan read
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Look Java archives that name themselves nowhere up in this index: lines of `sha1 group artifact version`, in order
    #[arg(long, value_name = "FILE")]
    pub(crate) jar_index: Option<PathBuf>,
    /// Judge an image in a registry by the SBOM that is attached to it there, not by its layers
    #[arg(long)]
    pub(crate) attached_sbom: bool,
    /// Trust the authorities in this PEM file as well when speaking to a registry
    #[arg(long, value_name = "FILE", env = "ASSAY_REGISTRY_CA")]
    pub(crate) registry_ca: Vec<PathBuf>,
    /// Speak to this registry without TLS where it has none (those on loopback always may)
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) registry_plain_http: Vec<String>,
    /// The user name for the registry [default: as docker and podman have it]
    #[arg(
        long,
        value_name = "NAME",
        env = "ASSAY_REGISTRY_USERNAME",
        requires = "registry_password"
    )]
    pub(crate) registry_username: Option<String>,
    /// The password for the registry; best given by the environment
    #[arg(
        long,
        value_name = "PASSWORD",
        env = "ASSAY_REGISTRY_PASSWORD",
        hide_env_values = true
    )]
    pub(crate) registry_password: Option<String>,
    /// An access token for the registry; best given by the environment
    #[arg(
        long,
        value_name = "TOKEN",
        env = "ASSAY_REGISTRY_TOKEN",
        hide_env_values = true
    )]
    pub(crate) registry_token: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Database {
    /// The advisory database [default: intelligence.idx in $ASSAY_HOME, else in ~/.local/share/assay]
    #[arg(long, value_name = "FILE", env = "ASSAY_DB")]
    pub(crate) db: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Db {
    /// Fetch what changed in the feeds and compile the database anew
    Update(Update),
    /// Tell where the database comes from, how old and how large it is
    Status(Status),
    /// Show everything about a vulnerability, advisory or package
    Search(Search),
    /// Tell which packages' advisories differ between two databases
    Diff(Diff),
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// A directory or address with the feeds in the upstreams' layout, or `upstream` for the publishers themselves
    #[arg(long, value_name = "DIR|URL", env = "ASSAY_FEEDS", default_value = "upstream")]
    pub(crate) feeds: String,
    #[command(flatten)]
    pub(crate) database: Database,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) database: Database,
    /// Check every byte of the file
    #[arg(long)]
    pub(crate) verify: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// An id (CVE-…, GHSA-…, ALSA-…) or the name of a package
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) database: Database,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The earlier database
    pub(crate) old: PathBuf,
    /// The later database
    pub(crate) new: PathBuf,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Where a service keeps what it has.
#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    /// The directory of the service: its database, its keys, its intelligence
    #[arg(long, value_name = "DIR", env = "ASSAY_DATA", default_value = "assay-data")]
    pub(crate) data: PathBuf,
    /// Keep findings in PostgreSQL instead of the directory
    #[arg(
        long,
        value_name = "postgres://…",
        env = "ASSAY_DATABASE",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Where to listen. Other addresses than those of loopback get TLS
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8443")]
    pub(crate) listen: SocketAddr,
    /// The certificate chain in PEM form [default: one of our own making, kept in the directory]
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) certificate: Option<PathBuf>,
    /// The key of the certificate in PEM form
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    /// Speak without TLS; for a proxy on the same machine that does
    #[arg(long, conflicts_with = "certificate")]
    pub(crate) behind_proxy: bool,
    /// The regions that there are; ARNs carry them
    #[arg(long, value_name = "NAME", default_value = "us-east-1", value_delimiter = ',')]
    pub(crate) region: Vec<String>,
    /// The account that is made at the first start
    #[arg(long, value_name = "12 DIGITS", default_value = "000000000000")]
    pub(crate) account: String,
    /// Write the administrator's key of the first start to a credentials file of AWS's form, where a start that was broken
    /// off did not leave one
    #[arg(long, value_name = "FILE")]
    pub(crate) write_credentials: Option<PathBuf>,
    /// Keep the intelligence up to date from these feeds: a directory, an address, `upstream`; or `none`
    #[arg(long, value_name = "DIR|URL", env = "ASSAY_FEEDS", default_value = "upstream")]
    pub(crate) feeds: String,
    /// Minutes between updates of the intelligence
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=10080))]
    pub(crate) every: u64,
    /// Prices of usage to tell costs by, in TOML: US dollars for an hour or a scan by type of usage
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
    /// Where the buckets are that reports and exports of SBOMs go to
    #[arg(long, value_enum, default_value = "directory")]
    pub(crate) object_storage: Storage,
    /// The directory whose directories are the buckets [default: `reports` in the service's directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) reports: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) intelligence: Database,
}

/// What keeps objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Storage {
    /// Directories of this machine
    Directory,
    /// S3 or what speaks like it, with AWS's environment variables for endpoint and credentials
    S3,
}

#[derive(Debug, Args)]
pub(crate) struct Push {
    #[arg(help = TARGET_HELP)]
    pub(crate) target: String,
    /// The service
    #[arg(long, value_name = "URL", env = "ASSAY_SERVER")]
    pub(crate) server: String,
    /// What sort of resource it is
    #[arg(long, value_enum)]
    pub(crate) resource: ResourceKind,
    /// The id of the resource [default: of this machine, by the image's digest, or by the target's name]
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// A tag of the resource
    #[arg(long, value_name = "KEY[=VALUE]")]
    pub(crate) tag: Vec<String>,
    /// An address of the host
    #[arg(long, value_name = "IPV4")]
    pub(crate) address: Option<Vec<String>>,
    /// The region
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1")]
    pub(crate) region: String,
    /// Turn on the type of scan first, where it is not
    #[arg(long)]
    pub(crate) enable: bool,
    /// Trust the authorities in this PEM file, and no others
    #[arg(long, value_name = "FILE", env = "AWS_CA_BUNDLE")]
    pub(crate) ca: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResourceKind {
    /// A machine, as an EC2 instance
    Host,
    /// A container image, as one of ECR
    Image,
    /// A serverless function, as one of Lambda
    Function,
    /// A code repository
    Repository,
}

impl ResourceKind {
    /// The type of scan that it is of, as the API has it.
    pub(crate) fn scan_type(self) -> &'static str {
        match self {
            ResourceKind::Host => "EC2",
            ResourceKind::Image => "ECR",
            ResourceKind::Function => "LAMBDA",
            ResourceKind::Repository => "CODE_REPOSITORY",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Leave the master key out; it must be kept elsewhere, for without it no access key opens again
    #[arg(long)]
    pub(crate) without_master_key: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,
    /// The directory of the service, which must not be there yet or be empty
    #[arg(long, value_name = "DIR", env = "ASSAY_DATA", default_value = "assay-data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Debug {
    /// Check lines `A < B`, `A = B` or `A > B` on standard input against an ecosystem's order of versions
    Versions {
        /// The ecosystem by its OSV name, such as Debian, PyPI or "Red Hat"
        ecosystem: String,
    },
    /// Tell whether a service is ready
    Ready {
        /// The service
        server: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs; versioned and documented
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SbomFormat {
    /// Our own, with everything that was found
    Json,
    /// CycloneDX 1.6
    Cyclonedx,
    /// CycloneDX 1.4
    #[value(name = "cyclonedx-1.4")]
    Cyclonedx1_4,
    /// CycloneDX 1.5
    #[value(name = "cyclonedx-1.5")]
    Cyclonedx1_5,
    /// SPDX 2.3
    Spdx,
}

fn severity(text: &str) -> Result<Severity, String> {
    let names: Vec<_> = Severity::WORST_FIRST
        .iter()
        .map(|severity| severity.as_str())
        .collect();
    Severity::from_word(text).ok_or_else(|| format!("expected one of {}", names.join(", ")))
}
