//! What a change of one package costs the service, told as what changed and told as the whole inventory: the same hosts tell
//! changes of the same kind in both ways.

use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::{Result, ensure};
use assay_agent::Taken;
use serde_json::json;

use super::{AGENTS, Agents, CHANGED, PATIENCE, rounded};
use crate::bench::line;

/// Reports that are on their way at once: as many as the service reads at once on two processors, so that none is sent away.
const WORKERS: usize = 4;

/// How a change is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By what changed.
    Delta,
    /// By all that there is.
    Whole,
}

impl Agents<'_> {
    /// Each host tells two changes, one in each way: half of them the one way first, half the other. They have told of one
    /// round.
    pub(super) fn compare_deltas(&self) -> Result<()> {
        let mut used = [0.0; 2];
        for round in 0..2 {
            for (place, way) in [Way::Delta, Way::Whole].into_iter().enumerate() {
                let hosts: Vec<usize> = (0..AGENTS)
                    .filter(|host| (host + place + round) % 2 == 0)
                    .collect();
                let changes = |host: usize| usize::from(host.is_multiple_of(CHANGED)) + round + 1;
                let before = self.service.processor_seconds()?;
                self.tell_all(&hosts, way, changes)?;
                self.service.settle(PATIENCE)?;
                used[place] += self.service.processor_seconds()? - before;
            }
        }
        let [delta, whole] = used;
        let each = |used: f64| rounded(used * 1000.0 / AGENTS as f64);
        line(&json!({
            "figure": "agents-delta-to-whole",
            "reports": AGENTS,
            "serviceCpuMillisecondsByDelta": each(delta),
            "serviceCpuMillisecondsByWhole": each(whole),
            "cpuRatio": rounded(delta / whole.max(0.001)),
        }));
        Ok(())
    }

    fn tell_all(&self, hosts: &[usize], way: Way, changes: impl Fn(usize) -> usize + Sync) -> Result<()> {
        let next = AtomicUsize::new(0);
        let work = || -> Result<()> {
            while let Some(host) = hosts.get(next.fetch_add(1, Ordering::Relaxed)) {
                if way == Way::Whole {
                    // An agent that does not know any more what it told last.
                    fs::remove_file(self.directory.join(host.to_string()).join("base.json"))?;
                }
                let told = self.report(*host, changes(*host))?;
                let is_so = match told.taken {
                    Taken::Changed { .. } => way == Way::Delta,
                    Taken::Whole { .. } => way == Way::Whole,
                    Taken::Confirmed { .. } | Taken::Running { .. } => false,
                };
                ensure!(is_so, "the host {host} told {:?}, and not by {way:?}", told.taken);
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| {
                let done = worker.join();
                done.unwrap_or_else(|_| Err(anyhow::anyhow!("an agent panicked")))
            })
        })
    }
}
