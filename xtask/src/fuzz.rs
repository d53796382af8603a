//! Trying mutations of the corpus until one makes a target panic, loop or run out of memory.

use std::{
    fs,
    panic::catch_unwind,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use assay_fuzz::{TARGETS, Target, folder, mutate, seeds};
use fastrand::Rng;
use rustix::process::{Resource, Rlimit, setrlimit};
use sha2::{Digest, Sha256};

/// Bytes of address space that a run may take; an allocation beyond ends the process.
const MEMORY: u64 = 4 << 30;
/// Longer than this no input may take.
const LONGEST: Duration = Duration::from_secs(10);

/// The input that is being tried, for whoever watches the time.
type Current = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

/// Fuzzes every target whose name contains `filter`, each for a time.
pub(crate) fn run(filter: Option<&str>, each: Duration, seed: u64) -> Result<()> {
    let limit = Rlimit {
        current: Some(MEMORY),
        maximum: Some(MEMORY),
    };
    setrlimit(Resource::As, limit).context("cannot limit the memory")?;
    let targets = TARGETS
        .iter()
        .filter(|target| filter.is_none_or(|filter| target.name.contains(filter)));
    for target in targets {
        let count = fuzz(target, each, seed)?;
        say(&format!("{}: {count} inputs", target.name));
    }
    Ok(())
}

fn fuzz(target: &Target, each: Duration, seed: u64) -> Result<u64> {
    let seeds = seeds(target.name)?;
    let current: Current = Current::default();
    watch(target.name, Arc::clone(&current));
    let mut rng = Rng::with_seed(seed);
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < each {
        let chosen = rng.choice(&seeds).context("no seeds")?;
        let input = mutate(chosen, &seeds, &mut rng);
        *lock(&current) = Some((Instant::now(), input.clone()));
        if catch_unwind(|| (target.run)(&input)).is_err() {
            let path = keep(target.name, "panic", &input)?;
            bail!("{} panics on {}", target.name, path.display());
        }
        *lock(&current) = None;
        count += 1;
    }
    Ok(count)
}

fn lock(current: &Current) -> std::sync::MutexGuard<'_, Option<(Instant, Vec<u8>)>> {
    current.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps an input that takes too long, and ends the process.
fn watch(target: &'static str, current: Current) {
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_secs(1));
            let slow = lock(&current).take_if(|(started, _)| started.elapsed() > LONGEST);
            if let Some((_, input)) = slow {
                let kept = keep(target, "slow", &input).map(|path| path.display().to_string());
                say(&format!(
                    "{target} takes more than {LONGEST:?} on {}",
                    kept.unwrap_or_default()
                ));
                std::process::abort();
            }
        }
    });
}

fn keep(target: &str, why: &str, input: &[u8]) -> Result<PathBuf> {
    let digest = Sha256::digest(input);
    let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let path = folder(target).join(format!("{why}-{name}"));
    fs::write(&path, input)?;
    Ok(path)
}

#[expect(clippy::print_stdout, reason = "what was tried is this program's output")]
fn say(text: &str) {
    println!("{text}");
}
