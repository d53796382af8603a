//! Waiting for what is due, for as long as the host runs. What is due another process does, which ends with it.

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use assay_agent::{Due, Identity, Schedule, State, USUAL_INTERVAL, Watch, Woken, package_databases};
use jiff::SignedDuration;

use crate::{Answer, cli};

/// How long a report may take before it is broken off.
const LONGEST_REPORT: Duration = Duration::from_secs(30 * 60);

/// Between two looks at whether a report ended.
const GLANCE: Duration = Duration::from_millis(200);

pub(crate) fn run(options: &cli::Agent, state: &State, identity: &Identity) -> Result<Answer> {
    let mut every = interval(options, state);
    say(identity, every);
    let mut schedule = Schedule::new(every.unsigned_abs(), Instant::now());
    let mut watched = Watched::by(options, state);
    loop {
        match schedule.due(Instant::now()) {
            Due::Read => {
                // Changes during the report are for the next.
                watched = Watched::by(options, state);
                schedule.begin(Due::Read, Instant::now());
                carry_out(&mut schedule, Due::Read);
                let wanted = interval(options, state);
                if wanted != every {
                    every = wanted;
                    say(identity, every);
                    schedule.repeat(every.unsigned_abs());
                }
                if watched.is_outdated(state) {
                    let others = Watched::by(options, state);
                    // What these have seen is not lost with them.
                    if let Woken::Changed(changed) = watched.wait(Duration::ZERO)? {
                        schedule.change(changed, Instant::now());
                    }
                    watched = others;
                }
            }
            Due::Tell => {
                schedule.begin(Due::Tell, Instant::now());
                carry_out(&mut schedule, Due::Tell);
            }
            Due::Nothing(pause) => {
                if let Woken::Changed(changed) = watched.wait(pause)? {
                    schedule.change(changed, Instant::now());
                }
            }
        }
    }
}

/// How often the host is read, as far as is known before its next report.
fn interval(options: &cli::Agent, state: &State) -> SignedDuration {
    state.settings().unwrap_or_default().interval(options.every)
}

/// Says how often, and what comes of it where that is rare.
fn say(identity: &Identity, every: SignedDuration) {
    tracing::info!(host = identity.host_id, "reports every {every:#}");
    if every > USUAL_INTERVAL {
        tracing::warn!("what changes beside package databases and containers is found up to {every:#} later");
    }
}

/// What is watched: what tells of installed packages and of containers, and directories that the service named.
struct Watched {
    /// None where the kernel has none to give.
    watch: Option<Watch>,
    named: Vec<String>,
}

impl Watched {
    fn by(options: &cli::Agent, state: &State) -> Watched {
        let named = state.settings().unwrap_or_default().watched;
        let below = |path: &String| -> PathBuf { options.root.join(path.trim_start_matches('/')) };
        let trees: Vec<PathBuf> = named.iter().map(below).collect();
        let watch = || {
            let mut watch = Watch::new(&package_databases(&options.root), &trees, &options.state)?;
            watch.containers(&options.root)?;
            std::io::Result::Ok(watch)
        };
        let watch = watch().map_err(|error| {
            tracing::warn!("cannot watch for changes, which are found when the time comes: {error}");
        });
        Watched {
            watch: watch.ok(),
            named,
        }
    }

    /// Whether the service names other directories by now.
    fn is_outdated(&self, state: &State) -> bool {
        state
            .settings()
            .is_ok_and(|settings| settings.watched != self.named)
    }

    fn wait(&mut self, most: Duration) -> Result<Woken> {
        match &mut self.watch {
            Some(watch) => Ok(watch.wait(most)?),
            None => {
                thread::sleep(most);
                Ok(Woken::Waited)
            }
        }
    }
}

fn carry_out(schedule: &mut Schedule, due: Due) {
    let failed = match report(due) {
        Ok(Ended::Taken) => return schedule.taken(),
        Ok(Ended::Kept) => Due::Tell,
        Ok(Ended::Failed) => Due::Read,
        Err(error) => {
            tracing::error!("cannot report: {error:#}");
            Due::Read
        }
    };
    schedule.failed(failed, Instant::now(), fastrand::f64());
}

/// How a report ended.
enum Ended {
    Taken,
    Kept,
    Failed,
}

/// Reports in a process of its own, with the options of this one.
fn report(due: Due) -> Result<Ended> {
    let program = std::env::current_exe().context("cannot find our own program")?;
    // Where the program was replaced by another version meanwhile, that is the one to run.
    let program = program
        .to_str()
        .and_then(|path| path.strip_suffix(" (deleted)"))
        .map_or(program.as_path(), Path::new);
    let mut command = Command::new(program);
    command
        .args(std::env::args_os().skip(1))
        .args(["--once", "--stays"])
        .env_remove("ASSAY_ENROLMENT_TOKEN");
    if due == Due::Tell {
        command.arg("--spooled");
    }
    let mut child = command.spawn().context("cannot start a report")?;
    let end = Instant::now() + LONGEST_REPORT;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(match status.code() {
                Some(0) => Ended::Taken,
                Some(1) => Ended::Kept,
                _ => Ended::Failed,
            });
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("a report took longer than {LONGEST_REPORT:?} and was broken off");
        }
        thread::sleep(GLANCE);
    }
}
