//! A service with a thousand agents, each enrolled with a key of its own: all at once at first, then as they report when
//! little changes. Agents and service share the machine.

mod containers;
mod deltas;
mod fleet;
mod service;

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use assay_agent::{EnrolmentError, EnrolmentToken, Report, Reporter, State, Taken, enrol};
use serde_json::json;
use service::Service;

use crate::bench::line;

/// Hosts that have an agent.
const AGENTS: usize = 1_000;

/// How often an agent reports.
const EVERY: Duration = Duration::from_secs(30 * 60);

/// The time that reports of a whole round are spread over here.
const ROUND: Duration = Duration::from_secs(60);

/// Of so many reports one has something new.
const CHANGED: usize = 20;

/// Reports that are on their way at once when they are spread; more would measure the agents.
const WORKERS: usize = 16;

/// Between two tries of an agent that was told to come later, in milliseconds: as they are spread, to be at odds.
const PAUSE: std::ops::Range<u64> = 1_000..5_000;

/// Longest that the service may take to assess what came.
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) use containers::measure as measure_containers;

/// Starts the service, has the agents report, and prints what it took.
pub(crate) fn measure(program: &Path) -> Result<()> {
    let directory = tempfile::tempdir()?;
    fleet::feeds(&directory.path().join("feeds"))?;
    let service = Service::start(program, directory.path())?;
    // What agents keep is on other machines' disks; here it must not wait for the one that is measured.
    let shared = Path::new("/dev/shm");
    let states = match shared.is_dir() {
        true => tempfile::tempdir_in(shared)?,
        false => tempfile::tempdir()?,
    };
    let agents = Agents {
        service: &service,
        directory: states.path().to_owned(),
    };
    service.settle(PATIENCE)?;
    agents.first_wave()?;
    agents.round("steady", |host| usize::from(host % CHANGED == 0))?;
    agents.compare_deltas()
}

/// What a report cost.
struct Told {
    /// How long the service took for the call that brought it, and the agent to make it.
    took: Duration,
    /// What came of it.
    taken: Taken,
    /// Tries that were refused before.
    refused: usize,
}

impl Told {
    /// Whether the service had it already.
    fn is_same(&self) -> bool {
        matches!(self.taken, Taken::Confirmed { .. })
    }
}

struct Agents<'a> {
    service: &'a Service,
    directory: PathBuf,
}

impl Agents<'_> {
    /// All of them come at the same moment, are enrolled and tell all that they have.
    fn first_wave(&self) -> Result<()> {
        let used = self.service.processor_seconds()?;
        let begun = Instant::now();
        let told = thread::scope(|scope| {
            let agents: Vec<_> = (0..AGENTS)
                .map(|host| {
                    let agent = thread::Builder::new().stack_size(512 << 10);
                    agent.spawn_scoped(scope, move || self.first(host))
                })
                .collect::<Result<_, _>>()?;
            agents
                .into_iter()
                .map(|agent| {
                    agent
                        .join()
                        .unwrap_or_else(|_| Err(anyhow::anyhow!("an agent panicked")))
                })
                .collect::<Result<Vec<Told>>>()
        })?;
        let taken = begun.elapsed();
        self.service.settle(PATIENCE)?;
        let assessed = begun.elapsed();
        let used = self.service.processor_seconds()? - used;
        line(&json!({
            "figure": "agents-first-wave",
            "agents": AGENTS,
            "allTakenSeconds": rounded(taken.as_secs_f64()),
            "allAssessedSeconds": rounded(assessed.as_secs_f64() - 2.0),
            "triesToldToComeLater": told.iter().map(|told| told.refused).sum::<usize>(),
            "serviceCpuSeconds": rounded(used),
            "servicePeakMiB": rounded(self.service.peak()?),
        }));
        latency("agents-first-wave-latency", &told);
        Ok(())
    }

    fn first(&self, host: usize) -> Result<Told> {
        let state = self.state(host)?;
        let token: EnrolmentToken = self.service.token.parse()?;
        let mut refused = 0;
        let identity = loop {
            match enrol(&self.service.client()?, self.service.url(), &token, &name(host)) {
                Ok(identity) => break identity,
                Err(EnrolmentError::Call(error)) if error.is_passing() => {
                    refused += 1;
                    pause();
                }
                Err(error) => return Err(error.into()),
            }
        };
        state.keep_identity(&identity)?;
        loop {
            match self.report(host, 0) {
                Ok(told) => return Ok(Told { refused, ..told }),
                Err(error) if is_passing(&error) => {
                    refused += 1;
                    pause();
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Each of them reports once, one after the other over the time of a round.
    fn round(&self, figure: &str, changes: fn(usize) -> usize) -> Result<()> {
        let used = self.service.processor_seconds()?;
        let begun = Instant::now();
        let due: VecDeque<usize> = (0..AGENTS).collect();
        let due = Mutex::new(due);
        let work = || -> Result<Vec<Told>> {
            let mut told = Vec::new();
            loop {
                let next = due.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(host) = next else {
                    return Ok(told);
                };
                let at = ROUND.mul_f64(host as f64 / AGENTS as f64);
                thread::sleep(at.saturating_sub(begun.elapsed()));
                told.push(self.report(host, changes(host))?);
            }
        };
        let told = thread::scope(|scope| {
            let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
            let mut all = Vec::new();
            for worker in workers {
                all.extend(
                    worker
                        .join()
                        .unwrap_or_else(|_| Err(anyhow::anyhow!("an agent panicked")))?,
                );
            }
            anyhow::Ok(all)
        })?;
        let took = begun.elapsed();
        ensure!(took < ROUND + Duration::from_secs(5), "the round took {took:?}");
        self.service.settle(PATIENCE)?;
        let used = self.service.processor_seconds()? - used;
        line(&json!({
            "figure": format!("agents-{figure}"),
            "agents": AGENTS,
            "changed": told.iter().filter(|told| !told.is_same()).count(),
            "serviceCpuSeconds": rounded(used),
            "serviceCpuPercentOfOneCoreEvery30Minutes": rounded(used / EVERY.as_secs_f64() * 100.0),
            "servicePeakMiB": rounded(self.service.peak()?),
        }));
        let (same, changed): (Vec<Told>, Vec<Told>) = told.into_iter().partition(Told::is_same);
        latency(&format!("agents-{figure}-latency-confirmed"), &same);
        latency(&format!("agents-{figure}-latency-changed"), &changed);
        Ok(())
    }

    /// Reports as the process does that an agent starts for it: with a connection of its own, and what it is to do asked first.
    fn report(&self, host: usize, changes: usize) -> Result<Told> {
        let state = self.state(host)?;
        let identity = state.identity()?.context("not enrolled")?;
        let client = self.service.client()?;
        let reporter = Reporter::new(&client, &state, identity);
        let inventory = fleet::inventory(host, changes);
        reporter.settings()?;
        let begun = Instant::now();
        let taken = reporter.report(&inventory, &Report::default())?;
        Ok(Told {
            took: begun.elapsed(),
            taken,
            refused: 0,
        })
    }

    fn state(&self, host: usize) -> Result<State> {
        Ok(State::open(&self.directory.join(host.to_string()))?)
    }
}

fn name(host: usize) -> String {
    format!("i-{host:017x}")
}

fn is_passing(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<assay_agent::ReportError>()
        .is_some_and(assay_agent::ReportError::is_passing)
}

fn pause() {
    thread::sleep(Duration::from_millis(fastrand::u64(PAUSE)));
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn latency(figure: &str, told: &[Told]) {
    spread(figure, told.iter().map(|told| told.took).collect());
}

/// Prints how long calls took.
fn spread(figure: &str, mut took: Vec<Duration>) {
    took.sort();
    let at = |part: usize| {
        let place = (took.len() * part / 100).min(took.len().saturating_sub(1));
        took.get(place).map(|took| rounded(took.as_secs_f64() * 1000.0))
    };
    line(&json!({
        "figure": figure,
        "calls": took.len(),
        "p50Milliseconds": at(50),
        "p95Milliseconds": at(95),
        "p99Milliseconds": at(99),
    }));
}
