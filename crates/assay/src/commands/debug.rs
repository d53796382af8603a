//! `assay debug …`: looking into the machinery.

use std::io::{self, BufRead};

use anyhow::{Context, Result, bail};
use assay_versions::{Scheme, check::check_lines};

use crate::{Answer, output};

/// Checks comparisons on standard input against an ecosystem's order of versions.
pub(crate) fn versions(ecosystem: &str) -> Result<Answer> {
    let Some(scheme) = Scheme::for_ecosystem(ecosystem) else {
        bail!(
            "unknown ecosystem \"{ecosystem}\": use an OSV name such as Debian, Alpine, PyPI, npm or \"Red Hat\""
        );
    };
    let mut failed_to_read = None;
    // Foreign encodings are data here: versions are compared as whatever text they make.
    let lines = io::stdin().lock().split(b'\n').map_while(|line| match line {
        Ok(line) => Some(String::from_utf8_lossy(&line).into_owned()),
        Err(error) => {
            failed_to_read = Some(error);
            None
        }
    });
    let mut text = String::new();
    let report = check_lines(scheme, lines, &mut |failure| {
        text.push_str(&format!("{failure}\n"));
    });
    if let Some(error) = failed_to_read {
        return Err(error).context("cannot read standard input");
    }
    output::print(&format!("{text}{report}\n"))?;
    Ok(if report.failed == 0 {
        Answer::Yes
    } else {
        Answer::No
    })
}
