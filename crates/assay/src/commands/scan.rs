//! `assay scan` and `assay sbom`.

use anyhow::Result;
use assay_assess::{Conditions, FixState};
use assay_reports::{
    Detail, NotApplicable, Selection, select_among, write_inventory, write_scan, write_table,
};
use assay_sbom::{CycloneDxVersion, write_cyclonedx, write_spdx};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    Answer,
    cli::{self, Format, SbomFormat},
    intelligence, output, reading,
};

/// Opens a target, lists what is installed, holds it against the advisories and prints the findings.
pub(crate) fn scan(options: &cli::Scan) -> Result<Answer> {
    // The database first: that it is missing or broken is known at once, whatever the target takes.
    let index = intelligence::open(&options.database)?;
    let inventory = reading::inventory(&options.target, &options.opening)?;
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    let mut conditions = Conditions::from(today);
    if let Some(kernel) = &inventory.artifact.kernel {
        conditions = conditions.with_running_kernel(kernel);
    }
    let assessment = assay_assess::assess(&inventory, &index, conditions)?;
    let selection = Selection {
        at_least: options.severity,
        fix_state: options.only_fixed.then_some(FixState::Fixed),
    };
    let not_applicable = if options.show_not_applicable {
        NotApplicable::Shown
    } else {
        NotApplicable::Hidden
    };
    let (findings, hidden) = select_among(&assessment, selection, not_applicable);
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
    let inventory = reading::inventory(&options.target, &options.opening)?;
    output::write(options.output.as_deref(), |out| match options.format {
        SbomFormat::Json => write_inventory(&inventory, out),
        SbomFormat::Cyclonedx => write_cyclonedx(&inventory, CycloneDxVersion::V1_6, out),
        SbomFormat::Cyclonedx1_4 => write_cyclonedx(&inventory, CycloneDxVersion::V1_4, out),
        SbomFormat::Cyclonedx1_5 => write_cyclonedx(&inventory, CycloneDxVersion::V1_5, out),
        SbomFormat::Spdx => write_spdx(&inventory, out),
    })?;
    Ok(Answer::Yes)
}
