//! `assay scan` and `assay sbom`.

use anyhow::{Context, Result};
use assay_artifacts::{ConnectOptions, Credentials, OpenOptions, Opened, Platform, Target};
use assay_assess::FixState;
use assay_inventory::Registry;
use assay_model::{ArtifactKind, Inventory};
use assay_reports::{Detail, Selection, select, write_inventory, write_scan, write_table};
use assay_sbom::{CycloneDxVersion, write_cyclonedx, write_spdx};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    Answer,
    cli::{self, Format, SbomFormat},
    intelligence, output,
    progress::Bar,
};

/// Opens a target, lists what is installed, holds it against the advisories and prints the findings.
pub(crate) fn scan(options: &cli::Scan) -> Result<Answer> {
    // The database first: that it is missing or broken is known at once, whatever the target takes.
    let index = intelligence::open(&options.database)?;
    let inventory = inventory(&options.target, &options.opening)?;
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    let assessment = assay_assess::assess(&inventory, &index, today)?;
    let selection = Selection {
        at_least: options.severity,
        fix_state: options.only_fixed.then_some(FixState::Fixed),
    };
    let (findings, hidden) = select(&assessment, selection);
    output::write(options.output.as_deref(), |out| match options.format {
        Format::Json => write_scan(&inventory, &index, &assessment, &findings, out),
        Format::Table => {
            let detail = if options.all { Detail::All } else { Detail::Gravest };
            write_table(&inventory, &index, &assessment, &findings, hidden, detail, out)
        }
    })?;
    let fails = |limit| findings.iter().any(|finding| finding.severity >= limit);
    Ok(if options.fail_on.is_some_and(fails) {
        Answer::No
    } else {
        Answer::Yes
    })
}

/// Prints what is installed.
pub(crate) fn sbom(options: &cli::Sbom) -> Result<Answer> {
    let inventory = inventory(&options.target, &options.opening)?;
    output::write(options.output.as_deref(), |out| match options.format {
        SbomFormat::Json => write_inventory(&inventory, out),
        SbomFormat::Cyclonedx => write_cyclonedx(&inventory, CycloneDxVersion::V1_6, out),
        SbomFormat::Cyclonedx1_4 => write_cyclonedx(&inventory, CycloneDxVersion::V1_4, out),
        SbomFormat::Cyclonedx1_5 => write_cyclonedx(&inventory, CycloneDxVersion::V1_5, out),
        SbomFormat::Spdx => write_spdx(&inventory, out),
    })?;
    Ok(Answer::Yes)
}

fn inventory(target: &str, opening: &cli::Opening) -> Result<Inventory> {
    let options = open_options(opening)?;
    match assay_artifacts::open(&Target::parse(target), &options)? {
        Opened::Tree(tree) => {
            let bar = Bar::new();
            bar.say("reading");
            let registry = match tree.artifact().kind {
                ArtifactKind::Repository => Registry::checkout(),
                _ => Registry::default(),
            };
            let outcome = assay_inventory::scan(*tree, &registry, &bar);
            bar.finish();
            Ok(outcome?)
        }
        Opened::Sbom(file) => {
            let document = file.read()?;
            assay_sbom::read(&document, file.artifact.clone())
                .map_err(|error| anyhow::anyhow!("{} {error}", file.place()))
        }
    }
}

fn open_options(opening: &cli::Opening) -> Result<OpenOptions> {
    let platform = match &opening.platform {
        Some(text) => Some(Platform::parse(text).with_context(|| {
            format!("\"{text}\" is no platform: write it as OS/ARCHITECTURE, such as linux/arm64")
        })?),
        None => None,
    };
    let credentials = match (
        &opening.registry_token,
        &opening.registry_username,
        &opening.registry_password,
    ) {
        (Some(token), _, _) => Some(Credentials::AccessToken(token.clone())),
        (None, Some(username), Some(password)) => Some(Credentials::Password {
            username: username.clone(),
            password: password.clone(),
        }),
        _ => None,
    };
    Ok(OpenOptions {
        platform,
        reference: opening.image.clone(),
        function_layers: opening.function_layer.clone(),
        registry: ConnectOptions {
            credentials,
            authorities: opening.registry_ca.clone(),
            without_tls: opening.registry_plain_http.clone(),
        },
        ..OpenOptions::default()
    })
}
