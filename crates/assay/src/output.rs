//! Printing: to standard output, to a file in one step, errors to standard error.

use std::{
    fmt::Write as _,
    fs,
    io::{self, BufWriter, IsTerminal, Write},
    path::Path,
};

use anyhow::{Context, Result};

/// Writes a result to a file, which appears whole or not at all, or to standard output.
pub(crate) fn write(
    output: Option<&Path>,
    print: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    let Some(path) = output else {
        let mut stdout = BufWriter::with_capacity(64 * 1024, anstream::AutoStream::auto(io::stdout().lock()));
        print(&mut stdout)?;
        stdout.flush()?;
        return Ok(());
    };
    let context = || format!("cannot write {}", path.display());
    // A device or pipe cannot be replaced, only written to.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let mut file = BufWriter::new(
            fs::OpenOptions::new()
                .write(true)
                .open(path)
                .with_context(context)?,
        );
        print(&mut file)
            .and_then(|()| file.flush())
            .with_context(context)?;
        return Ok(());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let partial = path.with_file_name(name);
    let written = (|| {
        let mut file =
            BufWriter::with_capacity(64 * 1024, anstream::StripStream::new(fs::File::create(&partial)?));
        print(&mut file)?;
        file.flush()?;
        fs::rename(&partial, path)
    })();
    if written.is_err() {
        // Nothing half-written stays; that it cannot be removed either is no news.
        let _ = fs::remove_file(&partial);
    }
    written.with_context(context)
}

/// Prints lines for people to standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    write(None, |out| out.write_all(text.as_bytes()))
}

/// Prints a remark to standard error, apart from the result.
pub(crate) fn note(text: &str) {
    // Nothing can be done about a closed standard error.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Prints an error with its causes on one line.
pub(crate) fn error(error: &anyhow::Error) {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        // Some errors already tell their cause.
        if !text.contains(&cause) {
            let separator = if text.is_empty() { "" } else { ": " };
            let _ = write!(text, "{separator}{cause}");
        }
    }
    note(&format!("error: {text}"));
}

/// Whether the reader of our output went away, which is its good right.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Begins the log of a process that goes on: on standard error, as much as `ASSAY_LOG` says.
pub(crate) fn start_log() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("ASSAY_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .init();
}
