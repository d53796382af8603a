//! Users and access keys as the store keeps them.

use assay_identity::{
    AccessKeyId, AccountId, Away, Cause, Identities, KeyRecord, Malformed, MasterKey, NoRandomness,
    PasswordHash, Pending, Principal, Relation, Rule, Sealed, SecretKey, SignInCode, Standing, Status,
    UserName, UserRecord,
};
use assay_store::{Database, StoreError, StoredAccount, StoredKey, StoredPerson};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;

/// Who there is, by the store.
#[derive(Clone, Debug)]
pub struct StoredIdentities(pub Database);

/// A sealed secret as the store keeps it: base 64.
pub fn sealed_to_text(sealed: &Sealed) -> String {
    STANDARD.encode(sealed.as_bytes())
}

/// Reads a sealed secret back; `None` for a text that is none.
pub fn sealed_from_text(text: &str) -> Option<Sealed> {
    STANDARD.decode(text).ok().map(Sealed::from_bytes)
}

/// A key of a user as the store keeps it: active, without an end, its secret sealed. The time is in microseconds since 1970.
///
/// # Errors
///
/// When the operating system has no randomness.
pub fn stored_key(
    master_key: &MasterKey,
    (id, secret): (&AccessKeyId, &SecretKey),
    account: &str,
    user: &str,
    created_at: i64,
) -> Result<StoredKey, NoRandomness> {
    Ok(StoredKey {
        id: id.as_str().to_owned(),
        account: account.to_owned(),
        person: user.to_owned(),
        sealed_secret: sealed_to_text(&master_key.seal_secret(id, secret)?),
        status: status_to_text(Status::Active).to_owned(),
        created_at,
        ends_at: 0,
    })
}

/// Whether somebody is let in, as the store keeps it.
pub const fn status_to_text(status: Status) -> &'static str {
    match status {
        Status::Active => "ACTIVE",
        Status::Disabled => "INACTIVE",
    }
}

/// Reads whether somebody is let in; what is unknown is not.
pub fn status_from_text(text: &str) -> Status {
    match text {
        "ACTIVE" => Status::Active,
        _ => Status::Disabled,
    }
}

/// How an account stands to others.
///
/// # Errors
///
/// Where the store holds ids that are none.
pub fn standing(account: &StoredAccount) -> Result<Standing, Malformed> {
    let Some(belonging) = &account.belonging else {
        return Ok(Standing::alone());
    };
    let organization = &belonging.organization;
    let relation = if organization.management == account.account {
        Relation::Management
    } else if organization.administrator == account.account {
        Relation::DelegatedAdministrator
    } else {
        Relation::Member
    };
    Ok(Standing {
        relation,
        organization: Some(organization.id.parse()?),
        administrator: match organization.administrator.as_str() {
            "" => None,
            administrator => Some(administrator.parse()?),
        },
        rule: match belonging.ruler() {
            Some(_) => Rule::Administrator,
            None => Rule::Own,
        },
    })
}

/// What the store failed of, as whoever asks for identities understands it.
fn cause(error: StoreError) -> Cause {
    match error.is_passing() {
        true => Away(error.to_string()).into(),
        false => error.into(),
    }
}

impl StoredIdentities {
    async fn user_of(&self, person: &StoredPerson) -> Result<Option<UserRecord>, Cause> {
        let Some(account) = self.0.account(&person.account).await.map_err(cause)? else {
            return Ok(None);
        };
        let password = match person.password_hash.as_str() {
            "" => None,
            hash => Some(PasswordHash::from_stored(hash)?),
        };
        Ok(Some(UserRecord {
            principal: Principal {
                account: account.account.parse()?,
                standing: standing(&account)?,
                user: person.name.parse()?,
                role: person.role.parse()?,
                assumed: None,
            },
            status: status_from_text(&person.status),
            password,
            sessions_not_before: match person.sessions_not_before {
                0 => None,
                earliest => Some(Timestamp::from_microsecond(earliest)?),
            },
        }))
    }

    async fn named(&self, account: &str, name: &str) -> Result<Option<UserRecord>, Cause> {
        match self.0.person(account, name).await.map_err(cause)? {
            Some(person) => self.user_of(&person).await,
            None => Ok(None),
        }
    }
}

impl Identities for StoredIdentities {
    fn access_key<'a>(&'a self, id: &'a AccessKeyId) -> Pending<'a, Result<Option<KeyRecord>, Cause>> {
        Box::pin(async move {
            let Some(key) = self.0.key(id.as_str()).await.map_err(cause)? else {
                return Ok(None);
            };
            let Some(user) = self.named(&key.account, &key.person).await? else {
                return Ok(None);
            };
            let damaged = || StoreError::Corrupt(format!("the sealed secret of the access key {id}"));
            Ok(Some(KeyRecord {
                sealed_secret: sealed_from_text(&key.sealed_secret).ok_or_else(damaged)?,
                status: status_from_text(&key.status),
                ends_at: match key.ends_at {
                    0 => None,
                    end => Some(Timestamp::from_microsecond(end)?),
                },
                user,
            }))
        })
    }

    fn user<'a>(
        &'a self,
        account: AccountId,
        name: &'a UserName,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>> {
        Box::pin(async move { self.named(&account.to_string(), name.as_str()).await })
    }

    fn standing_below<'a>(
        &'a self,
        principal: &'a Principal,
        account: AccountId,
    ) -> Pending<'a, Result<Option<Standing>, Cause>> {
        Box::pin(async move {
            let found = self.0.account(&account.to_string()).await.map_err(cause)?;
            let standing = found.as_ref().map(standing).transpose()?;
            Ok(standing.filter(|standing| principal.standing.reaches(standing)))
        })
    }

    fn user_of_any_account<'a>(
        &'a self,
        name: &'a UserName,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>> {
        Box::pin(async move {
            let mut found = None;
            for account in self.0.accounts().await.map_err(cause)? {
                if let Some(person) = self
                    .0
                    .person(&account.account, name.as_str())
                    .await
                    .map_err(cause)?
                {
                    if found.is_some() {
                        return Ok(None);
                    }
                    found = Some(person);
                }
            }
            match found {
                Some(person) => self.user_of(&person).await,
                None => Ok(None),
            }
        })
    }

    fn user_of_code<'a>(
        &'a self,
        code: &'a SignInCode,
        now: Timestamp,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>> {
        Box::pin(async move {
            let digest = code.digest();
            let taken = self.0.take_sign_in_code(&digest, now.as_microsecond());
            let Some(code) = taken.await.map_err(cause)? else {
                return Ok(None);
            };
            let person = self.0.person(&code.account, &code.person).await.map_err(cause)?;
            // One of a name may be another since, and who ended their sessions ended what leads to new ones.
            let is_meant = |person: &StoredPerson| {
                code.created_at >= person.created_at && code.created_at >= person.sessions_not_before
            };
            match person.filter(is_meant) {
                Some(person) => self.user_of(&person).await,
                None => Ok(None),
            }
        })
    }
}
