//! Which machine images are scanned: all, or those that their account's configuration selects.
//!
//! Source: `AmiConfiguration` of Inspector's API.

use serde::Deserialize;
use serde_json::Value;
use sqlx::{Row, any::AnyRow};

use crate::{
    configured::{duration, select, setting},
    database::{Database, Writing},
    error::Result,
    finding::{Cause, ScopeId},
    inventory::NewResource,
    job,
    rescan::{EXPIRED, Standing, follow, stand},
    statement::{Statement, bound, statement},
    turn::Matter,
};

/// The type of machine images.
pub(crate) const MACHINE_IMAGE: &str = "MACHINE_IMAGE";

/// How a machine image stands that is scanned.
const SELECTED: Standing = ("ACTIVE", "ACTIVE", "PENDING_INITIAL_SCAN");

/// How a machine image stands that the configuration leaves out, whatever its age.
const LEFT_OUT: Standing = ("EXCLUDED", "INACTIVE", "NO_SCAN_CONFIGURATION_ASSOCIATED");

/// What the configuration of a scope says of machine images. Without one, all are scanned.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Configured {
    created_within: Option<String>,
    last_launched_within: Option<String>,
    scan_mode_configuration: Mode,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Mode {
    scan_mode: String,
    tags: Option<Vec<Tag>>,
    exclude_copied_amis: Option<bool>,
    exclude_backup_dlm_amis: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
struct Tag {
    key: String,
    value: Option<String>,
}

/// Which machine images of a scope are scanned, at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Created since then, or launched since then; where neither is told, whenever.
    created_since: Option<i64>,
    launched_since: Option<i64>,
    mode: Mode,
}

/// What the selection goes by.
#[derive(Clone, Debug, Default)]
pub(crate) struct MachineImage {
    description: Value,
    /// When it was first heard of, in microseconds since 1970.
    seen_at: i64,
}

impl MachineImage {
    /// One by its description, the JSON that is kept of it.
    pub(crate) fn new(description: &str, seen_at: i64) -> Self {
        Self {
            description: serde_json::from_str(description).unwrap_or_default(),
            seen_at,
        }
    }

    fn created_at(&self) -> i64 {
        let told = self.description["details"]["machineImage"]["creationDate"].as_f64();
        told.map_or(self.seen_at, micros)
    }

    fn launched_at(&self) -> Option<i64> {
        self.description["launchedAt"].as_f64().map(micros)
    }

    fn origin(&self) -> &str {
        self.description["origin"].as_str().unwrap_or_default()
    }

    fn has(&self, tag: &Tag) -> bool {
        let value = self.description["tags"][&tag.key].as_str();
        value.is_some_and(|value| tag.value.as_ref().is_none_or(|wanted| wanted == value))
    }
}

#[allow(clippy::cast_possible_truncation, reason = "seconds of the API's shape")]
fn micros(seconds: f64) -> i64 {
    (seconds * 1_000_000.0) as i64
}

impl Selection {
    /// Says it of a scope by what was set there, or by who rules it.
    pub(crate) async fn of(writing: &mut Writing, scope: ScopeId, now: i64) -> Result<Selection> {
        let row = writing.row(&select(scope, "")).await?;
        Selection::read(row.as_ref(), now)
    }

    fn read(row: Option<&AnyRow>, now: i64) -> Result<Selection> {
        let configured: Option<Configured> = match row {
            Some(row) => setting(row, "ami")?,
            None => None,
        };
        configured.map_or_else(
            || Ok(Selection::default()),
            |configured| Selection::new(configured, now),
        )
    }

    fn new(configured: Configured, now: i64) -> Result<Selection> {
        let since = |within: Option<String>| -> Result<Option<i64>> {
            within.map(|within| Ok(now - duration(&within)?)).transpose()
        };
        Ok(Selection {
            created_since: since(configured.created_within)?,
            launched_since: since(configured.last_launched_within)?,
            mode: configured.scan_mode_configuration,
        })
    }

    /// How a machine image stands that is there and on.
    pub(crate) fn standing(&self, image: &MachineImage) -> Standing {
        let is_excluded = match image.origin() {
            "copied" => self.mode.exclude_copied_amis == Some(true),
            "backup" => self.mode.exclude_backup_dlm_amis == Some(true),
            _ => false,
        };
        let is_targeted = self.mode.scan_mode != "TARGET_SCANNING"
            || self.mode.tags.iter().flatten().any(|tag| image.has(tag));
        if is_excluded || !is_targeted {
            return LEFT_OUT;
        }
        let windows = [
            (self.created_since, Some(image.created_at())),
            (self.launched_since, image.launched_at()),
        ];
        let mut set = windows
            .into_iter()
            .filter_map(|(since, at)| Some((since?, at)))
            .peekable();
        let is_recent = set.peek().is_none() || set.any(|(since, at)| at.is_some_and(|at| at >= since));
        match is_recent {
            true => SELECTED,
            false => EXPIRED,
        }
    }
}

/// A machine image that comes, as it stands by what is configured.
pub(crate) async fn as_selected(
    writing: &mut Writing,
    resource: &NewResource,
    before: Option<&AnyRow>,
    now: i64,
) -> Result<NewResource> {
    let mut resource = resource.clone();
    if resource.state == SELECTED.0 {
        let seen_at = before.map_or(Ok(now), |row| row.try_get("first_seen_at"))?;
        let image = MachineImage::new(&resource.description, seen_at);
        let selection = Selection::of(writing, resource.scope, now).await?;
        let (state, status, reason) = selection.standing(&image);
        if state != SELECTED.0 {
            state.clone_into(&mut resource.state);
            resource.coverage = (status.to_owned(), reason.to_owned());
        }
    }
    Ok(resource)
}

impl Database {
    /// Has those machine images scanned that the configurations of their accounts select by now, and no others; closes what was
    /// found in those that were scanned. Gives how many stand otherwise than before.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn select_machine_images(&self, cause: &Cause) -> Result<u64> {
        let scopes = Statement::new(
            "SELECT a.scope FROM activation a WHERE a.scan_type = 'EC2' AND a.status = 'ENABLED' AND EXISTS \
             (SELECT 1 FROM resource r WHERE r.scope = a.scope AND r.type = 'MACHINE_IMAGE')",
        );
        let mut changed = 0;
        for row in self.rows(&scopes).await? {
            changed += self.select_in(ScopeId(row.try_get(0)?), cause).await?;
        }
        Ok(changed)
    }

    async fn select_in(&self, scope: ScopeId, cause: &Cause) -> Result<u64> {
        let selection = Selection::read(self.row(&select(scope, "")).await?.as_ref(), cause.at)?;
        let of_scope = statement(
            "SELECT id, state, description, first_seen_at FROM resource WHERE scope = $1 AND type = 'MACHINE_IMAGE' \
             AND state IN ('ACTIVE', 'EXCLUDED', 'EXPIRED') ORDER BY id",
            bound![scope.0],
        );
        // Mostly none does, and nobody has to wait.
        let mut is_due = false;
        for row in self.rows(&of_scope).await? {
            is_due |= differs(&row, &selection)?.is_some();
        }
        if !is_due {
            return Ok(0);
        }
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Resources).await?;
        writing.alone_at(Matter::Findings).await?;
        let selection = Selection::of(&mut writing, scope, cause.at).await?;
        let mut changed = Vec::new();
        for row in writing.rows(&of_scope).await? {
            let Some(standing) = differs(&row, &selection)? else {
                continue;
            };
            let id: i64 = row.try_get("id")?;
            stand(&mut writing, &[id], standing, cause.at).await?;
            if standing == SELECTED {
                job::enqueue(&mut writing, job::ASSESS, &id.to_string(), scope, 10, cause.at).await?;
            }
            changed.push(id);
        }
        follow(&mut writing, &changed, cause).await?;
        writing.commit().await?;
        Ok(u64::try_from(changed.len()).unwrap_or_default())
    }
}

/// How a machine image is to stand, where that is in another state than it is in.
fn differs(row: &AnyRow, selection: &Selection) -> Result<Option<Standing>> {
    let image = MachineImage::new(
        &row.try_get::<String, _>("description")?,
        row.try_get("first_seen_at")?,
    );
    let standing = selection.standing(&image);
    Ok((standing.0 != row.try_get::<String, _>("state")?).then_some(standing))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::configured::DAY;

    const NOW: i64 = 1_000 * DAY;

    #[test]
    fn selections() {
        let days_ago = |days: i64| (NOW - days * DAY) / 1_000_000;
        let image = |origin: &str, created: i64, launched: Option<i64>, tag: Option<(&str, &str)>| {
            let mut description = json!({"origin": origin, "tags": {}, "launchedAt": launched.map(days_ago),
                "details": {"machineImage": {"creationDate": days_ago(created)}}});
            if let Some((key, value)) = tag {
                description["tags"][key] = json!(value);
            }
            MachineImage::new(&description.to_string(), NOW)
        };
        let all = json!({"scanModeConfiguration": {"scanMode": "SCAN_ALL"}});
        let recent = json!({"createdWithin": "DAYS_30", "scanModeConfiguration": {"scanMode": "SCAN_ALL"}});
        let used = json!({"lastLaunchedWithin": "DAYS_7", "scanModeConfiguration": {"scanMode": "SCAN_ALL"}});
        let either = json!({"createdWithin": "DAYS_30", "lastLaunchedWithin": "DAYS_7",
            "scanModeConfiguration": {"scanMode": "SCAN_ALL"}});
        let own = json!({"scanModeConfiguration": {"scanMode": "SCAN_ALL", "excludeCopiedAmis": true,
            "excludeBackupDlmAmis": true}});
        let by_key =
            json!({"scanModeConfiguration": {"scanMode": "TARGET_SCANNING", "tags": [{"key": "scan"}]}});
        let by_value = json!({"scanModeConfiguration": {"scanMode": "TARGET_SCANNING",
            "tags": [{"key": "scan", "value": "yes"}]}});
        let none = json!({"scanModeConfiguration": {"scanMode": "TARGET_SCANNING"}});
        for (configuration, image, expected) in [
            (&all, image("", 900, None, None), SELECTED),
            (&recent, image("", 30, None, None), SELECTED),
            (&recent, image("", 31, Some(1), None), EXPIRED),
            (&used, image("", 1, None, None), EXPIRED),
            (&used, image("", 400, Some(7), None), SELECTED),
            (&used, image("", 400, Some(8), None), EXPIRED),
            (&either, image("", 31, Some(7), None), SELECTED),
            (&either, image("", 30, None, None), SELECTED),
            (&either, image("", 31, Some(8), None), EXPIRED),
            (&own, image("", 1, None, None), SELECTED),
            (&own, image("copied", 1, None, None), LEFT_OUT),
            (&own, image("backup", 1, None, None), LEFT_OUT),
            (&all, image("copied", 1, None, None), SELECTED),
            (&by_key, image("", 1, None, Some(("scan", "no"))), SELECTED),
            (&by_key, image("", 1, None, Some(("other", "no"))), LEFT_OUT),
            (&by_value, image("", 1, None, Some(("scan", "yes"))), SELECTED),
            (&by_value, image("", 1, None, Some(("scan", "no"))), LEFT_OUT),
            (&none, image("", 1, None, None), LEFT_OUT),
        ] {
            let configured = serde_json::from_value(configuration.clone()).unwrap();
            let selection = Selection::new(configured, NOW).unwrap();
            assert_eq!(selection.standing(&image), expected, "{configuration} {image:?}");
        }
        // What nobody told the age of is as old as it is known; without a configuration all are scanned.
        let unknown = MachineImage::new("{}", NOW);
        let configured = serde_json::from_value(recent).unwrap();
        assert_eq!(
            Selection::new(configured, NOW).unwrap().standing(&unknown),
            SELECTED
        );
        assert_eq!(
            Selection::default().standing(&image("copied", 900, None, None)),
            SELECTED
        );
    }
}
