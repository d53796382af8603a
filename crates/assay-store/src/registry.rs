//! Which repositories of a registry are scanned, and when; and the repositories and images that there are.

use serde::{Deserialize, Serialize};
use sqlx::{Row, any::AnyRow};

use crate::{
    database::{Database, Writing},
    error::{Result, StoreError},
    finding::{ResourceId, ScopeId},
    function,
    inventory::NewResource,
    job,
    machine_image::{self, MACHINE_IMAGE},
    rescan::{EXPIRED, Eligibility, ImageTimes, Standing, stand, times},
    resource::{StoredResource, read},
    statement::{Statement, bound, statement},
    turn::Matter,
};

/// The type of images.
pub(crate) const IMAGE: &str = "AWS_ECR_CONTAINER_IMAGE";

/// The type of repositories.
pub(crate) const REPOSITORY: &str = "AWS_ECR_REPOSITORY";

/// When images of a repository are scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScanFrequency {
    /// Always anew, as soon as anything is learned.
    #[serde(rename = "CONTINUOUS_SCAN")]
    Continuous,
    /// Once, when they are pushed.
    #[serde(rename = "SCAN_ON_PUSH")]
    OnPush,
    /// Not by themselves.
    #[serde(rename = "MANUAL")]
    Manual,
}

/// Who scans a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RegistryScanType {
    /// The registry itself: nothing is scanned continually.
    Basic,
    /// This service.
    Enhanced,
}

/// Repositories whose images are scanned at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryRule {
    /// When.
    pub frequency: ScanFrequency,
    /// Names of repositories: with `*` for any characters, or a part that they have.
    pub filters: Vec<String>,
}

/// How the repositories of a registry are scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryScanning {
    /// Who scans.
    pub scan_type: RegistryScanType,
    /// Which repositories; what no rule has is not scanned by itself.
    pub rules: Vec<RegistryRule>,
}

/// A repository that images were pushed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its name.
    pub name: String,
    /// When its first image was heard of, in microseconds since 1970.
    pub first_seen_at: i64,
}

impl ScanFrequency {
    /// Its name, as stored and in the API of registries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Continuous => "CONTINUOUS_SCAN",
            Self::OnPush => "SCAN_ON_PUSH",
            Self::Manual => "MANUAL",
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self> {
        [Self::Continuous, Self::OnPush, Self::Manual]
            .into_iter()
            .find(|frequency| frequency.as_str() == text)
            .ok_or_else(|| StoreError::Corrupt(format!("the frequency of scans of a repository: {text}")))
    }
}

impl Default for RegistryScanning {
    /// Everything, always.
    fn default() -> Self {
        Self {
            scan_type: RegistryScanType::Enhanced,
            rules: vec![RegistryRule {
                frequency: ScanFrequency::Continuous,
                filters: vec!["*".to_owned()],
            }],
        }
    }
}

impl RegistryScanning {
    /// When images of a repository are scanned, and the filters that say so. The most frequent that any rule says.
    pub fn of(&self, repository: &str) -> (ScanFrequency, Vec<&str>) {
        for frequency in [ScanFrequency::Continuous, ScanFrequency::OnPush] {
            let rules = self.rules.iter().filter(|rule| rule.frequency == frequency);
            let filters: Vec<&str> = rules
                .flat_map(|rule| &rule.filters)
                .map(String::as_str)
                .filter(|filter| matches(filter, repository))
                .collect();
            if !filters.is_empty() {
                return (frequency, filters);
            }
        }
        (ScanFrequency::Manual, Vec::new())
    }
}

/// Whether a filter has a name. One without `*` has every name that it is a part of.
///
/// Source: Amazon ECR user guide, "Filters to choose which repositories are scanned".
fn matches(filter: &str, name: &str) -> bool {
    let mut parts = filter.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(last) = parts.next_back() else {
        return name.contains(filter);
    };
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// How a resource stands that is on, by its type and when it is scanned: state, and status and reason of its coverage.
pub(crate) fn standing(kind: &str, frequency: ScanFrequency) -> Standing {
    match (kind, frequency) {
        (IMAGE, ScanFrequency::Manual) => ("EXCLUDED", "INACTIVE", "SCAN_FREQUENCY_MANUAL"),
        (REPOSITORY, ScanFrequency::Manual) => ("ACTIVE", "INACTIVE", "SCAN_FREQUENCY_MANUAL"),
        (REPOSITORY, ScanFrequency::OnPush) => ("ACTIVE", "ACTIVE", "SCAN_FREQUENCY_SCAN_ON_PUSH"),
        (REPOSITORY, ScanFrequency::Continuous) => ("ACTIVE", "ACTIVE", "SUCCESSFUL"),
        _ => ("ACTIVE", "ACTIVE", "PENDING_INITIAL_SCAN"),
    }
}

/// A resource that comes, as its registry has it scanned, and when that is. What it was before, if it was there, tells whether
/// an image that is not monitored any more was pushed or pulled anew.
pub(crate) async fn as_scanned(
    writing: &mut Writing,
    resource: &NewResource,
    before: Option<&AnyRow>,
    now: i64,
) -> Result<(NewResource, ScanFrequency)> {
    if resource.kind == MACHINE_IMAGE {
        let selected = machine_image::as_selected(writing, resource, before, now).await?;
        return Ok((selected, ScanFrequency::Continuous));
    }
    if ![IMAGE, REPOSITORY].contains(&resource.kind.as_str()) {
        let frequency = match is_published_version(resource) {
            true => ScanFrequency::OnPush,
            false => ScanFrequency::Continuous,
        };
        let mut resource = resource.clone();
        if let Some((state, status, reason)) = function::unused(&resource, frequency, now) {
            state.clone_into(&mut resource.state);
            resource.coverage = (status.to_owned(), reason.to_owned());
        }
        return Ok((resource, frequency));
    }
    let row = writing.row(&select(resource.scope)).await?;
    let (frequency, _) = parse(row.as_ref())?.of(&resource.ecr_repository);
    let mut resource = resource.clone();
    let (was_expired, known) = match before {
        Some(row) => (row.try_get::<String, _>("state")? == EXPIRED.0, times(row)?),
        None => (false, ImageTimes::default()),
    };
    resource.ecr_pulled_at = resource.ecr_pulled_at.max(known.pulled_at);
    if resource.state == "ACTIVE" {
        let times = ImageTimes {
            pushed_at: resource.ecr_pushed_at,
            pulled_at: resource.ecr_pulled_at,
            in_use_at: known.in_use_at,
        };
        let has_news = times.pushed_at > known.pushed_at || times.pulled_at > known.pulled_at;
        let (state, status, reason) = match was_expired && !has_news {
            true => EXPIRED,
            false => Eligibility::of(writing, resource.scope, now).await?.standing(
                &resource.kind,
                frequency,
                times,
            ),
        };
        state.clone_into(&mut resource.state);
        // What could not be read is not scanned, whatever the registry has.
        let is_read = resource.coverage.0 != "INACTIVE";
        if is_read || state != "ACTIVE" {
            resource.coverage = (status.to_owned(), reason.to_owned());
        }
    }
    Ok((resource, frequency))
}

/// Whether a resource is a version of a function that was published. These never change, and are looked at once; `$LATEST` is
/// what is looked at anew.
///
/// Source: Amazon Inspector user guide, "Scanning AWS Lambda functions".
fn is_published_version(resource: &NewResource) -> bool {
    resource.kind == "AWS_LAMBDA_FUNCTION"
        && resource
            .name
            .split_once(":function:")
            .and_then(|(_, name)| name.split_once(':'))
            .is_some_and(|(_, version)| version != "$LATEST")
}

impl Database {
    /// How the registry of a scope is scanned.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn registry_scanning(&self, scope: ScopeId) -> Result<RegistryScanning> {
        parse(self.row(&select(scope)).await?.as_ref())
    }

    /// Sets how the registry of a scope is scanned, and what becomes of the images that are there.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_registry_scanning(
        &self,
        scope: ScopeId,
        scanning: &RegistryScanning,
        now: i64,
    ) -> Result<()> {
        let mut writing = self.write().await?;
        // Nobody pushes meanwhile by what was set before.
        writing.alone_at(Matter::Resources).await?;
        let text = serde_json::to_string(scanning)
            .map_err(|error| StoreError::Corrupt(format!("how a registry is scanned: {error}")))?;
        writing
            .run(&statement(
                "INSERT INTO registry (scope, configuration, changed_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (scope) DO UPDATE SET configuration = excluded.configuration, changed_at = excluded.changed_at",
                bound![scope.0, text, now],
            ))
            .await?;
        let eligibility = Eligibility::of(&mut writing, scope, now).await?;
        let present = statement(
            "SELECT * FROM resource WHERE scope = $1 \
             AND type IN ('AWS_ECR_CONTAINER_IMAGE', 'AWS_ECR_REPOSITORY') ORDER BY id",
            bound![scope.0],
        );
        for row in writing.rows(&present).await? {
            let before = ScanFrequency::read(row.try_get("frequency")?)?;
            let (after, _) = scanning.of(row.try_get("ecr_repository")?);
            if before != after {
                change(&mut writing, scope, &row, (before, after), eligibility, now).await?;
            }
        }
        writing.commit().await
    }

    /// The repositories of a scope after one, in order of their names.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn repositories(&self, scope: ScopeId, after: &str, most: i64) -> Result<Vec<Repository>> {
        let select = statement(
            "SELECT ecr_repository, MIN(first_seen_at) AS first_seen_at FROM resource WHERE scope = $1 \
             AND ecr_repository > $2 AND type = 'AWS_ECR_CONTAINER_IMAGE' AND state <> 'GONE' \
             GROUP BY ecr_repository ORDER BY ecr_repository LIMIT $3",
            bound![scope.0, after, most],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(Repository {
                    name: row.try_get("ecr_repository")?,
                    first_seen_at: row.try_get("first_seen_at")?,
                })
            })
            .collect()
    }

    /// The images of a repository after a number, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn images(
        &self,
        scope: ScopeId,
        repository: &str,
        after: ResourceId,
        most: i64,
    ) -> Result<Vec<StoredResource>> {
        let select = statement(
            "SELECT * FROM resource WHERE scope = $1 AND ecr_repository = $2 AND id > $3 \
             AND type = 'AWS_ECR_CONTAINER_IMAGE' AND state <> 'GONE' ORDER BY id LIMIT $4",
            bound![scope.0, repository, after.0, most],
        );
        self.rows(&select).await?.iter().map(read).collect()
    }
}

fn select(scope: ScopeId) -> Statement {
    statement(
        "SELECT configuration FROM registry WHERE scope = $1",
        bound![scope.0],
    )
}

fn parse(row: Option<&AnyRow>) -> Result<RegistryScanning> {
    match row {
        None => Ok(RegistryScanning::default()),
        Some(row) => serde_json::from_str(row.try_get(0)?)
            .map_err(|error| StoreError::Corrupt(format!("how a registry is scanned: {error}"))),
    }
}

/// Has an image or a repository scanned at other times.
async fn change(
    writing: &mut Writing,
    scope: ScopeId,
    row: &AnyRow,
    (before, after): (ScanFrequency, ScanFrequency),
    eligibility: Eligibility,
    now: i64,
) -> Result<()> {
    let (id, kind, state): (i64, String, String) =
        (row.try_get("id")?, row.try_get("type")?, row.try_get("state")?);
    let set = statement(
        "UPDATE resource SET frequency = $2 WHERE id = $1",
        bound![id, after.as_str()],
    );
    writing.run(&set).await?;
    // What is off, gone or not monitored any more is looked at when it comes back.
    let is_on = state == "ACTIVE" || state == "EXCLUDED" && before == ScanFrequency::Manual;
    if !is_on {
        return Ok(());
    }
    if kind == IMAGE && (before, after) == (ScanFrequency::Continuous, ScanFrequency::OnPush) {
        // What was found stays as it is; an image that waits for its first scan still has it.
        let rest = statement(
            "UPDATE coverage SET status = 'INACTIVE', reason = 'SCAN_FREQUENCY_SCAN_ON_PUSH' \
             WHERE resource = $1 AND reason = 'SUCCESSFUL'",
            bound![id],
        );
        writing.run(&rest).await?;
        return Ok(());
    }
    let standing = eligibility.standing(&kind, after, times(row)?);
    stand(writing, &[id], standing, now).await?;
    if kind == IMAGE {
        job::enqueue(writing, job::ASSESS, &id.to_string(), scope, 10, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        for (filter, name, expected) in [
            ("*", "shop", true),
            ("shop", "shop", true),
            ("shop", "my/shop/web", true),
            ("shop", "sho", false),
            ("prod*", "prod/shop", true),
            ("prod*", "my/prod", false),
            ("*prod", "my/prod", true),
            ("*prod", "prod/shop", false),
            ("p*d*b", "prod/web", true),
            ("p*d*b", "prod/we", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
        ] {
            assert_eq!(matches(filter, name), expected, "{filter} {name}");
        }
    }

    #[test]
    fn the_most_frequent_wins() {
        let rule = |frequency, filter: &str| RegistryRule {
            frequency,
            filters: vec![filter.to_owned()],
        };
        let scanning = RegistryScanning {
            scan_type: RegistryScanType::Enhanced,
            rules: vec![
                rule(ScanFrequency::OnPush, "*"),
                rule(ScanFrequency::Continuous, "prod*"),
            ],
        };
        assert_eq!(scanning.of("prod/a"), (ScanFrequency::Continuous, vec!["prod*"]));
        assert_eq!(scanning.of("test"), (ScanFrequency::OnPush, vec!["*"]));
        let none = RegistryScanning {
            rules: Vec::new(),
            ..scanning
        };
        assert_eq!(none.of("test"), (ScanFrequency::Manual, vec![]));
        assert_eq!(RegistryScanning::default().of("x").0, ScanFrequency::Continuous);
    }
}
