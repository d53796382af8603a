//! For how long images are scanned anew: as long as they were pushed, or used, lately. What was neither is not monitored any
//! more, and whoever pulls it brings it back.
//!
//! Source: Amazon Inspector user guide, "Configuring the Amazon ECR re-scan duration"; FAQ of Amazon Inspector.

use serde::Deserialize;
use sqlx::{Row, any::AnyRow};

use crate::{
    configured::{DAY, duration, select, setting},
    database::{Database, Writing},
    error::Result,
    finding::{Cause, ScopeId, Touched, settle},
    inventory::BATCH,
    job,
    registry::{self, IMAGE, ScanFrequency},
    statement::{Statement, bound, statement},
    turn::Matter,
};

/// How long before scanning of images was turned on one must have been pushed or used to be taken up.
const LOOK_BACK: i64 = 30 * DAY;

/// When scanning of images was turned on in a scope, where it is on.
const ACTIVATED_AT: &str = ", (SELECT a.changed_at FROM activation a \
     WHERE a.scope = s.id AND a.scan_type = 'ECR' AND a.status = 'ENABLED') AS activated_at";

/// Resources that one transaction lets expire.
pub(crate) const PORTION: i64 = 1_000;

/// State of a resource, and status and reason of its coverage.
pub(crate) type Standing = (&'static str, &'static str, &'static str);

/// How an image or a function stands that nobody had to do with for long.
pub(crate) const EXPIRED: Standing = ("EXPIRED", "INACTIVE", "SCAN_ELIGIBILITY_EXPIRED");

/// The name of the attribute with the digests of indexes that an image is part of.
pub const INDEX_DIGEST: &str = "ecr_index_digest";

/// When somebody had to do with an image, in microseconds since 1970; 0 for never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ImageTimes {
    /// When it was last pushed.
    pub pushed_at: i64,
    /// When it was last pulled.
    pub pulled_at: i64,
    /// When it was last seen running.
    pub in_use_at: i64,
}

/// What makes an image one in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
enum Use {
    /// That somebody pulls it.
    #[default]
    #[serde(rename = "LAST_PULL_DATE")]
    Pulled,
    /// That it runs.
    #[serde(rename = "LAST_IN_USE_AT")]
    Running,
}

/// What the configuration of a scope says of images; the rest of it is the API's affair.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Configured {
    rescan_duration: Option<String>,
    pull_date_rescan_duration: Option<String>,
    pull_date_rescan_mode: Option<Use>,
}

/// Which images of a scope are scanned anew, at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Eligibility {
    /// Pushed since then, or used since then.
    pushed_since: i64,
    used_since: i64,
    using: Use,
    /// And either since then.
    either_since: i64,
}

impl Eligibility {
    /// Says it of a scope by what was set there, or by who rules it.
    pub(crate) async fn of(writing: &mut Writing, scope: ScopeId, now: i64) -> Result<Eligibility> {
        let row = writing.row(&select(scope, ACTIVATED_AT)).await?;
        read(row.as_ref(), now)
    }

    fn new(configured: &Configured, activated_at: Option<i64>, now: i64) -> Result<Eligibility> {
        let since = |within: &Option<String>| -> Result<i64> {
            match within.as_deref() {
                Some("LIFETIME") => Ok(i64::MIN),
                within => Ok(now - duration(within.unwrap_or("DAYS_90"))?),
            }
        };
        Ok(Eligibility {
            pushed_since: since(&configured.rescan_duration)?,
            used_since: since(&configured.pull_date_rescan_duration)?,
            using: configured.pull_date_rescan_mode.unwrap_or_default(),
            either_since: activated_at.map_or(i64::MIN, |at| at - LOOK_BACK),
        })
    }

    /// Whether an image with these times is.
    pub(crate) fn holds(self, times: ImageTimes) -> bool {
        let used_at = match self.using {
            Use::Pulled => times.pulled_at,
            Use::Running => times.in_use_at,
        };
        (times.pushed_at >= self.pushed_since || used_at >= self.used_since)
            && times.pushed_at.max(used_at) >= self.either_since
    }

    /// How an image or repository that is on stands, by when it is scanned and who had to do with it.
    pub(crate) fn standing(self, kind: &str, frequency: ScanFrequency, times: ImageTimes) -> Standing {
        let is_monitored = kind != IMAGE || frequency == ScanFrequency::Manual || self.holds(times);
        match is_monitored {
            true => registry::standing(kind, frequency),
            false => EXPIRED,
        }
    }

    /// Adds the opposite to a statement about resources.
    fn push_lapsed(self, statement: &mut Statement) {
        let used = match self.using {
            Use::Pulled => "ecr_pulled_at",
            Use::Running => "ecr_in_use_at",
        };
        statement.push(" AND ecr_pushed_at < ").bind(self.pushed_since);
        statement.push(&format!(" AND {used} < ")).bind(self.used_since);
    }
}

fn read(row: Option<&AnyRow>, now: i64) -> Result<Eligibility> {
    let Some(row) = row else {
        return Eligibility::new(&Configured::default(), None, now);
    };
    let configured: Option<Configured> = setting(row, "ecr")?;
    Eligibility::new(&configured.unwrap_or_default(), row.try_get("activated_at")?, now)
}

/// The times of a resource as it is kept.
pub(crate) fn times(row: &AnyRow) -> Result<ImageTimes> {
    Ok(ImageTimes {
        pushed_at: row.try_get("ecr_pushed_at")?,
        pulled_at: row.try_get("ecr_pulled_at")?,
        in_use_at: row.try_get("ecr_in_use_at")?,
    })
}

impl Database {
    /// Stops monitoring images that were neither pushed nor used for so long as their accounts say, and closes what was found
    /// in them; gives how many.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn expire_images(&self, cause: &Cause) -> Result<u64> {
        let scopes =
            Statement::new("SELECT scope FROM activation WHERE scan_type = 'ECR' AND status = 'ENABLED'");
        let mut expired = 0;
        for row in self.rows(&scopes).await? {
            let scope = ScopeId(row.try_get(0)?);
            let eligibility = read(self.row(&select(scope, ACTIVATED_AT)).await?.as_ref(), cause.at)?;
            let mut due = Statement::new("SELECT id FROM resource WHERE scope = ");
            due.bind(scope.0).push(
                " AND type = 'AWS_ECR_CONTAINER_IMAGE' AND state = 'ACTIVE' AND frequency = 'CONTINUOUS_SCAN'",
            );
            eligibility.push_lapsed(&mut due);
            due.push(" ORDER BY ecr_pushed_at, id LIMIT ").bind(PORTION);
            expired += self.expire(&due, cause).await?;
        }
        Ok(expired)
    }

    /// Lets all expire that are due, by a statement that gives the numbers of some that are; gives how many.
    pub(crate) async fn expire(&self, due: &Statement, cause: &Cause) -> Result<u64> {
        let mut expired = 0;
        while let portion @ 1.. = self.expire_some(due, cause).await? {
            expired += portion;
        }
        Ok(expired)
    }

    async fn expire_some(&self, due: &Statement, cause: &Cause) -> Result<u64> {
        // Mostly nothing is, and nobody has to wait.
        if self.row(due).await?.is_none() {
            return Ok(0);
        }
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Resources).await?;
        writing.alone_at(Matter::Findings).await?;
        let ids: Vec<i64> = writing
            .rows(due)
            .await?
            .iter()
            .map(|row| row.try_get(0))
            .collect::<std::result::Result<_, _>>()?;
        stand(&mut writing, &ids, EXPIRED, cause.at).await?;
        follow(&mut writing, &ids, cause).await?;
        writing.commit().await?;
        Ok(u64::try_from(ids.len()).unwrap_or_default())
    }

    /// Notes that images were pulled, and has those scanned again that were not monitored any more. Times only go forward. Gives
    /// how many images of the scope have one of the digests, their own or that of an index they are part of.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn note_pulls(&self, scope: ScopeId, pulls: &[Pull], now: i64) -> Result<u64> {
        let mut writing = self.write().await?;
        writing.beside_others_at(Matter::Resources).await?;
        let eligibility = Eligibility::of(&mut writing, scope, now).await?;
        let mut noted = 0;
        for pull in pulls {
            let seen = ImageTimes {
                pulled_at: pull.at,
                ..ImageTimes::default()
            };
            for row in writing.rows(&with_digest(scope, pull)).await? {
                note(&mut writing, scope, &row, seen, eligibility, now).await?;
                noted += 1;
            }
        }
        writing.commit().await?;
        Ok(noted)
    }
}

/// That somebody pulled an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// Its digest, or that of an index that it is part of.
    pub digest: String,
    /// Its repository; empty where that is not known.
    pub repository: String,
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// Which digests are an image's: its own, and those of indexes that it is part of, as its attributes (`a`) have them.
pub(crate) const DIGESTS: &str = "a.name IN ('ecr_image_hash', 'ecr_index_digest') AND a.key = ''";

/// Notes that images were seen running at a time, as pulls are noted.
pub(crate) async fn note_running(
    writing: &mut Writing,
    scope: ScopeId,
    images: &[i64],
    at: i64,
    now: i64,
) -> Result<()> {
    let seen = ImageTimes {
        in_use_at: at,
        ..ImageTimes::default()
    };
    for part in images.chunks(BATCH) {
        let mut select = Statement::new("SELECT * FROM resource WHERE state <> 'GONE' AND id IN ");
        select.bind_list(part.iter().copied()).push(" ORDER BY id");
        let rows = writing.rows(&select).await?;
        let eligibility = match rows.is_empty() {
            true => continue,
            false => Eligibility::of(writing, scope, now).await?,
        };
        for row in rows {
            note(writing, scope, &row, seen, eligibility, now).await?;
        }
    }
    Ok(())
}

/// The images with a digest. By their attributes, of which there is an index.
fn with_digest(scope: ScopeId, pull: &Pull) -> Statement {
    let mut select = Statement::new(&format!(
        "SELECT DISTINCT r.id, r.state, r.frequency, r.ecr_pushed_at, r.ecr_pulled_at, r.ecr_in_use_at \
         FROM attribute a CROSS JOIN resource r WHERE {DIGESTS} AND a.text = "
    ));
    select.bind(pull.digest.as_str());
    select.push(" AND r.id = a.resource AND r.state <> 'GONE' AND r.scope = ");
    select.bind(scope.0);
    select.push(&format!(" AND r.type = '{IMAGE}'"));
    if !pull.repository.is_empty() {
        select
            .push(" AND r.ecr_repository = ")
            .bind(pull.repository.as_str());
    }
    select.push(" ORDER BY r.id");
    select
}

async fn note(
    writing: &mut Writing,
    scope: ScopeId,
    row: &AnyRow,
    seen: ImageTimes,
    eligibility: Eligibility,
    now: i64,
) -> Result<()> {
    let (id, before) = (row.try_get::<i64, _>("id")?, times(row)?);
    let after = ImageTimes {
        pulled_at: before.pulled_at.max(seen.pulled_at),
        in_use_at: before.in_use_at.max(seen.in_use_at),
        ..before
    };
    if after == before {
        return Ok(());
    }
    writing
        .run(&statement(
            "UPDATE resource SET ecr_pulled_at = $2, ecr_in_use_at = $3 WHERE id = $1",
            bound![id, after.pulled_at, after.in_use_at],
        ))
        .await?;
    let is_expired = row.try_get::<String, _>("state")? == EXPIRED.0;
    if is_expired && eligibility.holds(after) {
        let frequency = ScanFrequency::read(row.try_get("frequency")?)?;
        stand(writing, &[id], eligibility.standing(IMAGE, frequency, after), now).await?;
        job::enqueue(writing, job::ASSESS, &id.to_string(), scope, 10, now).await?;
    }
    Ok(())
}

/// Has what was found in resources follow how these stand now.
pub(crate) async fn follow(writing: &mut Writing, ids: &[i64], cause: &Cause) -> Result<()> {
    writing.empty(&["touched"]).await?;
    let mut touch = Statement::new("INSERT INTO touched (id) SELECT id FROM resource WHERE id IN ");
    touch.bind_list(ids.iter().copied());
    writing.run(&touch).await?;
    settle(writing, Touched::Resources, cause).await?;
    Ok(())
}

/// Changes the state of resources, and status and reason of their coverage.
pub(crate) async fn stand(
    writing: &mut Writing,
    ids: &[i64],
    standing: (&str, &str, &str),
    now: i64,
) -> Result<()> {
    let (state, status, reason) = standing;
    let expired_at = if state == EXPIRED.0 { now } else { 0 };
    let mut set = Statement::new("UPDATE resource SET state = ");
    set.bind(state).push(", expired_at = ").bind(expired_at);
    set.push(", changed_at = ").bind(now);
    set.push(" WHERE id IN ").bind_list(ids.iter().copied());
    writing.run(&set).await?;
    let mut cover = Statement::new("UPDATE coverage SET status = ");
    cover.bind(status).push(", reason = ").bind(reason);
    cover.push(" WHERE resource IN ").bind_list(ids.iter().copied());
    writing.run(&cover).await?;
    Ok(())
}
