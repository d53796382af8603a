//! Accounts in regions: what is scanned there, and how.

use serde::Deserialize;
use sqlx::Row;

use crate::{
    database::{Database, Writing},
    error::{Result, StoreError},
    finding::ScopeId,
    job,
    machine_image::{MACHINE_IMAGE, MachineImage, Selection},
    organization,
    registry::ScanFrequency,
    rescan::{Eligibility, stand, times},
    statement::{Statement, bound, statement},
    turn::Matter,
};

impl Database {
    /// The number of an account in a region, which is made when it is asked for first.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn scope(&self, account: &str, region: &str) -> Result<ScopeId> {
        let find = statement(
            "SELECT id FROM scope WHERE account = $1 AND region = $2",
            bound![account, region],
        );
        if let Some(row) = self.row(&find).await? {
            return Ok(ScopeId(row.try_get(0)?));
        }
        let mut writing = self.write().await?;
        // Whoever changes who rules whom sees it, or it sees who rules.
        writing.alone_at(Matter::Findings).await?;
        let id = organization::scope_of(&mut writing, account, region).await?;
        writing.commit().await?;
        Ok(ScopeId(id))
    }

    /// The scopes in which the rules of one hold, with their accounts: of a delegated administrator its own and those of its
    /// members.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn ruled_by(&self, ruler: ScopeId) -> Result<Vec<(ScopeId, String)>> {
        let select = statement(
            "SELECT id, account FROM scope WHERE ruler = $1 ORDER BY account",
            bound![ruler.0],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((ScopeId(row.try_get(0)?), row.try_get(1)?)))
            .collect()
    }

    /// The account and the region of a scope.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or there is no such scope.
    pub async fn account_of(&self, scope: ScopeId) -> Result<(String, String)> {
        let select = statement("SELECT account, region FROM scope WHERE id = $1", bound![scope.0]);
        match self.row(&select).await? {
            Some(row) => Ok((row.try_get(0)?, row.try_get(1)?)),
            None => Err(StoreError::Corrupt(format!("there is no scope {}", scope.0))),
        }
    }

    /// What is scanned in a scope: each type of scan that was ever turned on, with its status and since when.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn activations(&self, scope: ScopeId) -> Result<Vec<(String, String, i64)>> {
        let select = statement(
            "SELECT scan_type, status, changed_at FROM activation WHERE scope = $1 ORDER BY scan_type",
            bound![scope.0],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
            .collect()
    }

    /// When each type of scan was turned on for the first time, in microseconds since 1970.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn first_activations(&self, scope: ScopeId) -> Result<Vec<(String, i64)>> {
        let select = statement(
            "SELECT scan_type, first_enabled_at FROM activation WHERE scope = $1 ORDER BY scan_type",
            bound![scope.0],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// Turns types of scans on, and takes up the resources of these types.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn enable(&self, scope: ScopeId, scan_types: &[&str], now: i64) -> Result<()> {
        let mut writing = self.write().await?;
        turn_on(&mut writing, scope, scan_types, now).await?;
        writing.commit().await
    }

    /// Turns types of scans off. What they found stays a while ([`Database::forget_disabled`]).
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn disable(&self, scope: ScopeId, scan_types: &[&str], now: i64) -> Result<()> {
        let mut writing = self.write().await?;
        for scan_type in scan_types {
            writing
                .run(&statement(
                    "UPDATE activation SET status = 'DISABLED', changed_at = $3 \
                     WHERE scope = $1 AND scan_type = $2 AND status <> 'DISABLED'",
                    bound![scope.0, *scan_type, now],
                ))
                .await?;
            let mut pause = Statement::new("UPDATE resource SET state = 'DISABLING', changed_at = ");
            pause
                .bind(now)
                .push(" WHERE state IN ('ACTIVE', 'STOPPED', 'EXPIRED') AND scope = ")
                .bind(scope.0);
            pause
                .push(" AND type IN ")
                .bind_list(types_of(scan_type).iter().copied());
            writing.run(&pause).await?;
            let mut cover = Statement::new(
                "UPDATE coverage SET status = 'INACTIVE', reason = 'PENDING_DISABLE' WHERE resource IN \
                 (SELECT id FROM resource WHERE state = 'DISABLING' AND scope = ",
            );
            cover.bind(scope.0).push(" AND type IN ");
            cover.bind_list(types_of(scan_type).iter().copied()).push(")");
            writing.run(&cover).await?;
        }
        writing.commit().await
    }

    /// The configuration of a scope, JSON; empty where none was set.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn configuration(&self, scope: ScopeId) -> Result<String> {
        let select = statement("SELECT configuration FROM scope WHERE id = $1", bound![scope.0]);
        match self.row(&select).await? {
            Some(row) => Ok(row.try_get(0)?),
            None => Ok(String::new()),
        }
    }

    /// Sets the configuration of a scope in place of what was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when it is not any more as it was read; when the database does not answer.
    pub async fn configure(&self, scope: ScopeId, read: &str, configuration: &str) -> Result<()> {
        let mut writing = self.write().await?;
        let set = writing
            .run(&statement(
                "UPDATE scope SET configuration = $3 WHERE id = $1 AND configuration = $2",
                bound![scope.0, read, configuration],
            ))
            .await?;
        if set == 0 {
            return Err(StoreError::Unavailable(
                "somebody else changed the configuration at the same time".to_owned(),
            ));
        }
        writing.commit().await
    }

    /// The tags of something, by its ARN, in order of key.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn tags(&self, arn: &str) -> Result<Vec<(String, String)>> {
        let select = statement(
            "SELECT key, value FROM tag WHERE arn = $1 ORDER BY key",
            bound![arn],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// Gives something tags; those of the same keys are replaced.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn tag(&self, arn: &str, tags: &[(String, String)]) -> Result<()> {
        let mut writing = self.write().await?;
        for (key, value) in tags {
            writing
                .run(&statement(
                    "INSERT INTO tag (arn, key, value) VALUES ($1, $2, $3) \
                     ON CONFLICT (arn, key) DO UPDATE SET value = excluded.value",
                    bound![arn, key.clone(), value.clone()],
                ))
                .await?;
        }
        writing.commit().await
    }

    /// Takes tags from something.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn untag(&self, arn: &str, keys: &[String]) -> Result<()> {
        let mut writing = self.write().await?;
        let mut delete = Statement::new("DELETE FROM tag WHERE arn = ");
        delete
            .bind(arn)
            .push(" AND key IN ")
            .bind_list(keys.iter().map(String::as_str));
        writing.run(&delete).await?;
        writing.commit().await
    }

    /// A setting of the service.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn setting(&self, name: &str) -> Result<Option<String>> {
        let select = statement("SELECT value FROM setting WHERE name = $1", bound![name]);
        Ok(match self.row(&select).await? {
            Some(row) => Some(row.try_get(0)?),
            None => None,
        })
    }

    /// Sets a setting of the service where it is not set yet; gives what it is then.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn setting_or(&self, name: &str, value: &str) -> Result<String> {
        let mut writing = self.write().await?;
        writing
            .run(&statement(
                "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                bound![name, value],
            ))
            .await?;
        let row = writing
            .row(&statement(
                "SELECT value FROM setting WHERE name = $1",
                bound![name],
            ))
            .await?;
        writing.commit().await?;
        Ok(match row {
            Some(row) => row.try_get(0)?,
            None => value.to_owned(),
        })
    }
}

/// Turns types of scans on in a scope, and takes up the resources of these types.
pub(crate) async fn turn_on(
    writing: &mut Writing,
    scope: ScopeId,
    scan_types: &[&str],
    now: i64,
) -> Result<()> {
    for scan_type in scan_types {
        writing
            .run(&statement(
                "INSERT INTO activation (scope, scan_type, status, changed_at, first_enabled_at) \
                 VALUES ($1, $2, 'ENABLED', $3, $3) ON CONFLICT (scope, scan_type) DO UPDATE SET status = 'ENABLED', \
                 changed_at = CASE WHEN activation.status = 'ENABLED' THEN activation.changed_at ELSE excluded.changed_at END",
                bound![scope.0, *scan_type, now],
            ))
            .await?;
        // What is not scanned by itself stays out, and what nobody had to do with for long.
        let eligibility = Eligibility::of(writing, scope, now).await?;
        let selection = Selection::of(writing, scope, now).await?;
        let mut asleep =
            Statement::new("SELECT * FROM resource WHERE state IN ('DISABLED', 'DISABLING') AND scope = ");
        asleep.bind(scope.0).push(" AND type IN ");
        asleep.bind_list(types_of(scan_type).iter().copied());
        asleep.push(" ORDER BY id");
        for row in writing.rows(&asleep).await? {
            let (id, kind): (i64, String) = (row.try_get("id")?, row.try_get("type")?);
            let frequency = ScanFrequency::read(row.try_get("frequency")?)?;
            let description: String = row.try_get("description")?;
            if let Some(rest) = Rest::of(&description) {
                let standing = (rest.state.as_str(), "INACTIVE", rest.reason.as_str());
                stand(writing, &[id], standing, now).await?;
                continue;
            }
            let standing = match kind == MACHINE_IMAGE {
                true => selection.standing(&MachineImage::new(&description, row.try_get("first_seen_at")?)),
                false => eligibility.standing(&kind, frequency, times(&row)?),
            };
            stand(writing, &[id], standing, now).await?;
            job::enqueue(writing, job::ASSESS, &id.to_string(), scope, 10, now).await?;
        }
    }
    Ok(())
}

/// How a resource stands that does not run, or is excluded: it stays so when its type of scan is turned on.
#[derive(Deserialize)]
struct Rest {
    state: String,
    reason: String,
}

impl Rest {
    /// Reads it of a description, the JSON that is kept.
    fn of(description: &str) -> Option<Rest> {
        #[derive(Deserialize)]
        struct Described {
            rest: Option<Rest>,
        }
        serde_json::from_str::<Described>(description).ok()?.rest
    }
}

/// The types of resources that a type of scan is about.
pub(crate) fn types_of(scan_type: &str) -> &'static [&'static str] {
    match scan_type {
        "EC2" => &["AWS_EC2_INSTANCE", "MACHINE_IMAGE"],
        "ECR" => &["AWS_ECR_CONTAINER_IMAGE", "AWS_ECR_REPOSITORY"],
        "LAMBDA" => &["AWS_LAMBDA_FUNCTION"],
        "CODE_REPOSITORY" => &["CODE_REPOSITORY"],
        // What has no resources of its own.
        _ => &[""],
    }
}
