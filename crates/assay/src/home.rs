//! Where Assay keeps its own files.

use std::{env, path::PathBuf};

use anyhow::{Context, Result};

/// `$ASSAY_HOME`, else `$XDG_DATA_HOME/assay`, else `~/.local/share/assay`.
pub(crate) fn directory() -> Result<PathBuf> {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("ASSAY_HOME")
        .or_else(|| set("XDG_DATA_HOME").map(|data| data.join("assay")))
        .or_else(|| set("HOME").map(|home| home.join(".local/share/assay")))
        .context("cannot tell where to keep data: set ASSAY_HOME to a directory")
}

/// The advisory database that is used when no other is named.
pub(crate) fn database() -> Result<PathBuf> {
    Ok(directory()?.join("intelligence.idx"))
}

/// What scans remember of layers; `None` where there is no home.
pub(crate) fn layers() -> Option<PathBuf> {
    Some(directory().ok()?.join("layers"))
}
