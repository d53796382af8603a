//! Formatting generated code as all other code is.

use std::{
    io::Write,
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, bail};

/// A file's text, formatted by `rustfmt` with the repository's configuration.
pub(crate) fn rustfmt(text: &str) -> anyhow::Result<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", root])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt")?;
    let mut input = child.stdin.take().context("rustfmt takes no input")?;
    let text = text.to_owned();
    // Written beside the reading, or both sides wait once a pipe is full.
    let writing = thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output()?;
    let written = writing.join().map_err(|_| anyhow::anyhow!("rustfmt broke off"))?;
    written?;
    if !output.status.success() {
        bail!("rustfmt refuses the generated code");
    }
    Ok(String::from_utf8(output.stdout)?)
}
