//! Bringing every finding to a new generation: only what hangs on the keys that differ is assessed again, from what is
//! stored; no artifact is opened.

use std::{collections::BTreeMap, sync::Arc};

use assay_intel::{Index, News, diff, news};
use assay_store::{Cause, GenerationNews, Job, NewVulnerabilities, StoreError, Subject};

use crate::{
    engine::{Engine, blocking},
    error::Result,
    intelligence::Current,
    work_out::{digest, kept},
};

/// Subjects that one transaction brings up to date.
const PORTION: usize = 2_000;

/// Vulnerabilities that are looked at in one go.
const PAGE: i64 = 2_000;

impl Engine {
    /// Does the roll-outs that are owed.
    pub(crate) async fn roll_out(&self, jobs: &[Job], started: i64) -> Result<()> {
        let current = self.intelligence.current();
        let owed = jobs
            .iter()
            .filter_map(|job| job.subject.parse::<i64>().ok())
            .max();
        if owed.is_some_and(|owed| owed > current.generation) {
            // The database has it already, and in a moment we have; until then this would be the roll-out of another.
            return Err(StoreError::Unavailable("a generation is being put in force".to_owned()).into());
        }
        let generations = self.database.generations(20).await?;
        let cause = self.cause("INTELLIGENCE", current.index.generation());
        let base = generations.iter().find(|generation| generation.applied_at > 0);
        let subjects = match base {
            Some(base) if base.id == current.generation => Vec::new(),
            Some(base) => match self.intelligence.earlier(&base.file) {
                Some(before) => {
                    let (keys, news) = changes(before, Arc::clone(&current)).await?;
                    self.database
                        .keep_news(current.generation, &kept_news(news))
                        .await?;
                    let mut subjects: BTreeMap<i64, Subject> = BTreeMap::new();
                    let under = self.database.subjects_under(&keys).await?;
                    // What a roll-out that was overtaken had reached already.
                    let overtaken = self.database.subjects_since(base.id, current.generation).await?;
                    for subject in under.into_iter().chain(overtaken) {
                        subjects.insert(subject.id, subject);
                    }
                    subjects.into_values().collect()
                }
                None => self.database.subjects_after(0, i64::MAX).await?,
            },
            None => self.database.subjects_after(0, i64::MAX).await?,
        };
        self.bring_up(&current, &subjects, &cause).await?;
        self.bring_up(&current, &self.database.operating_systems().await?, &cause)
            .await?;
        self.refresh(&current, &cause).await?;
        self.database
            .generation_applied(current.generation, jobs, started, self.now())
            .await?;
        let older = generations
            .iter()
            .filter(|generation| generation.id < current.generation)
            .map(|generation| generation.file.as_str());
        let still = format!("{}.idx", current.index.generation());
        self.intelligence.forget(older.filter(|file| *file != still));
        Ok(())
    }

    /// Assesses subjects again and brings the findings of all who have them up to date.
    pub(crate) async fn bring_up(
        &self,
        current: &Arc<Current>,
        subjects: &[Subject],
        cause: &Cause,
    ) -> Result<u64> {
        let mut changes = 0;
        for portion in subjects.chunks(PORTION) {
            let assessed = self.work_out(current, portion.to_vec()).await?;
            changes += self
                .database
                .apply(&assessed, current.generation, cause)
                .await?
                .changes;
        }
        Ok(changes)
    }

    /// Looks at every vulnerability that anyone has: its probabilities and texts are kept anew, and where its scores differ
    /// what has it is assessed again.
    async fn refresh(&self, current: &Arc<Current>, cause: &Cause) -> Result<()> {
        let mut after = String::new();
        loop {
            let page = self.database.vulnerabilities_after(&after, PAGE).await?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after = last.clone();
            let shared = Arc::clone(current);
            let changed = blocking(move || {
                let names = page.iter().map(|(name, _)| name.as_str());
                let known = assay_assess::vulnerabilities(&shared.index, names)?;
                let mut changed = Vec::new();
                for ((name, before), known) in page.into_iter().zip(known) {
                    let Some(known) = known else {
                        continue;
                    };
                    if known.id == name && digest(&known) != before {
                        let mut vulnerability = kept(&known);
                        vulnerability.title = known.title.chars().take(1024).collect();
                        vulnerability.description = known.description.chars().take(1024).collect();
                        changed.push(vulnerability);
                    }
                }
                Ok(changed)
            })
            .await?;
            if changed.is_empty() {
                continue;
            }
            let names: Vec<String> = changed.iter().map(|changed| changed.name.clone()).collect();
            let subjects = self.database.subjects_with(&names).await?;
            self.bring_up(current, &subjects, cause).await?;
            self.database.refresh_vulnerabilities(&changed).await?;
        }
    }
}

/// The keys of packages of which something else is said, and what is new for people.
async fn changes(before: Index, current: Arc<Current>) -> Result<(Vec<String>, News)> {
    blocking(move || {
        let changes = diff(&before, &current.index)?;
        let news = news(&before, &current.index, &changes)?;
        let keys = changes.into_iter().map(|change| change.package.to_string());
        Ok((keys.collect(), news))
    })
    .await
}

fn kept_news(news: News) -> GenerationNews {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    GenerationNews {
        added: number(news.added),
        changed: number(news.changed),
        removed: number(news.removed),
        vulnerabilities: NewVulnerabilities {
            new: news.new_vulnerabilities,
            changed: news.changed_vulnerabilities,
        },
    }
}
