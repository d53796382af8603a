//! Where the intelligence comes from, how fresh it is, and what the latest of it brought.

use std::{collections::HashMap, sync::Arc};

use assay_api::{Caller, Fault};
use assay_engine::{FeedOutcome, FeedUpkeep, Outcome, Upkeep};
use assay_identity::Action;
use assay_intel::{FeedProvenance, Index, IntelligenceKind};
use assay_service::store_fault;
use assay_store::{Generation, GenerationEffect, GenerationNews, NewVulnerabilities, TOLD_GENERATIONS};
use axum::{extract::State as Shared, response::Response};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    answer::{exact_time, time, told},
    routes::Extensions,
};

/// The intelligence of the service.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldIntelligence {
    /// Whether there are only the few hundred advisories that come with the program.
    is_starter_only: bool,
    in_force: InForce,
    upkeep: ToldUpkeep,
    /// Each feed that went into it, in order of name.
    feeds: Vec<Feed>,
    /// The latest generations, at most twenty, the one in force first.
    generations: Vec<ToldGeneration>,
}

/// The generation that findings are held against.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InForce {
    /// The digest of its content.
    digest: String,
    /// When it was compiled.
    #[schema(format = DateTime)]
    built_at: String,
    /// Up to when it knows, as its newest feed tells.
    known_until: String,
    advisories: u64,
    vulnerabilities: u64,
    /// Packages that some advisory names.
    packages: u64,
    /// How large its file is.
    bytes: u64,
}

/// How the intelligence is kept up to date.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ToldUpkeep {
    /// When it was last looked for new intelligence; null where this process did not yet, or never does.
    #[schema(format = DateTime)]
    last_looked_at: Option<String>,
    /// What came of it; null where it was not looked.
    outcome: Option<LookOutcome>,
    /// Why nothing did, for people; null where something did.
    problem: Option<String>,
    /// When it is looked next; null where nobody looks.
    #[schema(format = DateTime)]
    next_look_at: Option<String>,
}

/// What came of a look for new intelligence.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum LookOutcome {
    /// What came of it is in force.
    Taken,
    /// The feeds could not be compiled; what was in force is still.
    Failed,
    /// What came of the feeds is not put in force.
    Refused,
}

/// A feed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Feed {
    /// Its name, as `osv/PyPI`.
    name: String,
    /// How many advisories, or other records, it has.
    records: u64,
    /// How many bytes were read.
    bytes: u64,
    /// When its content is from, as the feed or its server says; null where neither does.
    date: Option<String>,
    /// How long ago that is; null where it is not known.
    age_seconds: Option<i64>,
    /// How it fared at the last look; null where this process did not look yet.
    status: Option<FeedStanding>,
    /// When all of it was last known to be current; null where that is not known since this process started.
    #[schema(format = DateTime)]
    current_at: Option<String>,
    /// Why an older copy stands in, or records were passed over.
    problems: Vec<String>,
}

/// How a feed fared.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FeedStanding {
    /// All of it is current.
    Current,
    /// Some of it could not be refreshed or read, and the last good copy stands in.
    Stale,
    /// Nothing of it is there.
    Failed,
}

/// A generation of the intelligence that is or was in force.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IntelligenceGeneration)]
struct ToldGeneration {
    /// The digest of its content.
    digest: String,
    /// Since when it is in force.
    #[schema(format = DateTime)]
    taken_at: String,
    /// Since when all findings are up to it; null until then.
    #[schema(format = DateTime)]
    applied_at: Option<String>,
    /// What it brought beside the one that findings were up to before; null where that is not known.
    news: Option<ToldNews>,
    /// Findings of this account, and of a delegated administrator's members, that came or came back by it.
    opened: i64,
    /// Those that closed by it.
    closed: i64,
}

/// What a generation brought.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IntelligenceNews)]
struct ToldNews {
    /// Advisories that were not there before.
    added: i64,
    /// Advisories that say something else of a package.
    changed: i64,
    /// Advisories that are there no more.
    removed: i64,
    /// Vulnerabilities that were not known before: with those below at most a hundred, known to be exploited first.
    new_vulnerabilities: Vec<String>,
    /// Others that are told of otherwise than before.
    changed_vulnerabilities: Vec<String>,
}

/// The intelligence of the service: where it comes from, how fresh it is, what it brought lately
#[utoipa::path(get, path = "/intelligence", operation_id = "GetIntelligence", responses((status = 200, description = "What is known of it.", body = ToldIntelligence)))]
pub(crate) async fn get(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let database = &extensions.database;
    let generations = database
        .generations(TOLD_GENERATIONS)
        .await
        .map_err(store_fault)?;
    let news = database.news().await.map_err(store_fault)?;
    let scopes = extensions.service.scopes(&caller).await?;
    let effects = database.effects(&scopes).await.map_err(store_fault)?;
    let current = extensions.service.intelligence.current();
    let upkeep = extensions.service.intelligence.upkeep();
    let metadata = current.index.metadata();
    let now = extensions.clock.now();
    let answer = ToldIntelligence {
        is_starter_only: metadata.kind == IntelligenceKind::Starter,
        in_force: InForce::of(&current.index),
        feeds: feeds(&metadata.feeds, &upkeep, now),
        upkeep: ToldUpkeep::of(&upkeep),
        generations: tell(&generations, news, &effects),
    };
    told("GetIntelligence", json!({}), &answer)
}

fn tell(
    generations: &[Generation],
    news: Vec<(i64, GenerationNews)>,
    effects: &[GenerationEffect],
) -> Vec<ToldGeneration> {
    let mut news: HashMap<i64, GenerationNews> = news.into_iter().collect();
    let effects: HashMap<&str, &GenerationEffect> = effects
        .iter()
        .map(|effect| (effect.digest.as_str(), effect))
        .collect();
    let told = generations.iter().map(|generation| {
        let effect = effects.get(generation.digest.as_str());
        ToldGeneration {
            digest: generation.digest.clone(),
            taken_at: exact_time(generation.taken_at),
            applied_at: time(generation.applied_at),
            news: news.remove(&generation.id).map(ToldNews::from),
            opened: effect.map_or(0, |effect| effect.opened),
            closed: effect.map_or(0, |effect| effect.closed),
        }
    });
    told.collect()
}

impl From<GenerationNews> for ToldNews {
    fn from(news: GenerationNews) -> Self {
        let NewVulnerabilities { new, changed } = news.vulnerabilities;
        Self {
            added: news.added,
            changed: news.changed,
            removed: news.removed,
            new_vulnerabilities: new,
            changed_vulnerabilities: changed,
        }
    }
}

impl InForce {
    fn of(index: &Index) -> Self {
        let metadata = index.metadata();
        Self {
            digest: index.generation(),
            built_at: metadata.built.clone(),
            known_until: metadata.date().to_owned(),
            advisories: metadata.counts.advisories,
            vulnerabilities: metadata.counts.vulnerabilities,
            packages: metadata.counts.packages,
            bytes: index.file_length(),
        }
    }
}

impl ToldUpkeep {
    fn of(upkeep: &Upkeep) -> Self {
        let (outcome, problem) = match upkeep.last.as_ref().map(|(_, outcome)| outcome) {
            None => (None, None),
            Some(Outcome::Taken) => (Some(LookOutcome::Taken), None),
            Some(Outcome::Failed(reason)) => (Some(LookOutcome::Failed), Some(reason.clone())),
            Some(Outcome::Refused(reason)) => (Some(LookOutcome::Refused), Some(reason.clone())),
        };
        Self {
            last_looked_at: upkeep.last.as_ref().map(|(at, _)| at.to_string()),
            outcome,
            problem,
            next_look_at: upkeep.next_at.map(|at| at.to_string()),
        }
    }
}

/// The feeds as they were last read, or until this process has looked, as what is in force has them.
fn feeds(in_force: &[FeedProvenance], upkeep: &Upkeep, now: Timestamp) -> Vec<Feed> {
    if upkeep.feeds.is_empty() {
        return in_force.iter().map(|feed| Feed::of(feed, None, now)).collect();
    }
    let feeds = upkeep.feeds.values();
    feeds
        .map(|known| Feed::of(&known.read, Some(known), now))
        .collect()
}

impl Feed {
    fn of(feed: &FeedProvenance, known: Option<&FeedUpkeep>, now: Timestamp) -> Self {
        let date = feed.date.as_deref();
        let date: Option<Timestamp> = date.and_then(|date| date.parse().ok());
        Self {
            name: feed.name.clone(),
            records: feed.records,
            bytes: feed.bytes,
            date: feed.date.clone(),
            age_seconds: date.map(|date| (now.as_second() - date.as_second()).max(0)),
            status: known.map(|known| match known.outcome {
                FeedOutcome::Current => FeedStanding::Current,
                FeedOutcome::Stale => FeedStanding::Stale,
                FeedOutcome::Failed => FeedStanding::Failed,
            }),
            current_at: known.and_then(|known| known.current_at).map(|at| at.to_string()),
            problems: feed.warnings.clone(),
        }
    }
}
