//! Running a command as a whole process and reading off what it used.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

/// What one run used, by the operating system's own account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Seconds of processor time, user and system.
    pub(crate) cpu: f64,
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Most memory that was resident, in MiB.
    pub(crate) peak: f64,
}

/// Runs a command to its end; its output is thrown away.
pub(crate) fn run(command: &mut Command) -> Result<Usage> {
    let started = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let used = child
        .wait4()
        .with_context(|| format!("cannot wait for {command:?}"))?;
    let wall = started.elapsed().as_secs_f64();
    ensure!(used.status.success(), "{command:?} ended with {}", used.status);
    let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    // Far below the size at which the conversion would lose anything.
    let peak = used.rusage.maxrss as f64 / (1024.0 * 1024.0);
    Ok(Usage { cpu, wall, peak })
}

/// The median of each figure over several runs, after one that is not counted.
pub(crate) fn median(runs: usize, mut make: impl FnMut() -> Command) -> Result<Usage> {
    run(&mut make())?;
    let usages = (0..runs.max(1))
        .map(|_| run(&mut make()))
        .collect::<Result<Vec<Usage>>>()?;
    let of = |figure: fn(&Usage) -> f64| {
        let mut values: Vec<f64> = usages.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Ok(Usage {
        cpu: of(|u| u.cpu),
        wall: of(|u| u.wall),
        peak: of(|u| u.peak),
    })
}
