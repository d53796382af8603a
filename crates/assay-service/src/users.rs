//! Users and access keys of the caller's own account, for administrators.

use std::collections::HashMap;

use assay_api::{Caller, Fault};
use assay_identity::{AccessKeyId, KeyKind, PasswordError, PasswordHash, Role, SecretKey, Status, UserName};
use assay_store::{OfRole, StoreError, StoredKey, StoredPerson};
use jiff::Timestamp;

use crate::{
    fault::store_fault,
    identities::{status_to_text, stored_key},
    service::Service,
};

/// Passwords that are hashed at once: each takes 19 MiB and a processor for a moment.
pub(crate) const HASHED_AT_ONCE: usize = 2;

/// A user with their keys.
#[derive(Clone, Debug)]
pub struct UserWithKeys {
    /// The user.
    pub user: StoredPerson,
    /// The keys, in the order in which they were made.
    pub keys: Vec<StoredKey>,
}

/// Whether a new user gets an access key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstKey {
    /// One is made.
    Made,
    /// None is: they sign in with their password, or get one later.
    Left,
}

/// A user to make.
#[derive(Debug)]
pub struct NewUser {
    /// The name.
    pub name: UserName,
    /// What they are there for.
    pub role: Role,
    /// The password that they sign in with.
    pub password: Option<String>,
    /// Whether they get a key.
    pub first_key: FirstKey,
}

impl Service {
    /// Users of the caller's account whose names begin so, in order of names, after a name: those of a role, or without one
    /// all but agents of hosts, of which there may be thousands.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn users(
        &self,
        caller: &Caller,
        role: Option<Role>,
        prefix: &str,
        after: &str,
        most: i64,
    ) -> Result<Vec<UserWithKeys>, Fault> {
        let account = caller.principal.account.to_string();
        let of = match role {
            Some(role) => OfRole::Only(role.as_str()),
            None => OfRole::AllBut(Role::Host.as_str()),
        };
        let users = self
            .database
            .people_after(&account, of, prefix, after, most)
            .await;
        self.with_keys(&account, users.map_err(store_fault)?).await
    }

    /// A user of the caller's account.
    ///
    /// # Errors
    ///
    /// Where there is none; when the database does not answer.
    pub async fn user(&self, caller: &Caller, name: &UserName) -> Result<UserWithKeys, Fault> {
        let account = caller.principal.account.to_string();
        let found = self.database.person(&account, name.as_str()).await;
        let found = found.map_err(store_fault)?.ok_or_else(|| unknown(name))?;
        let mut found = self.with_keys(&account, vec![found]).await?;
        found.pop().ok_or_else(|| unknown(name))
    }

    async fn with_keys(&self, account: &str, users: Vec<StoredPerson>) -> Result<Vec<UserWithKeys>, Fault> {
        let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
        let found = self.database.keys_of(account, &names).await;
        let mut keys: HashMap<String, Vec<StoredKey>> = HashMap::new();
        for key in found.map_err(store_fault)? {
            keys.entry(key.person.clone()).or_default().push(key);
        }
        let with_keys = users.into_iter().map(|user| UserWithKeys {
            keys: keys.remove(&user.name).unwrap_or_default(),
            user,
        });
        Ok(with_keys.collect())
    }

    /// Makes a user, and their first key where one is wanted.
    ///
    /// # Errors
    ///
    /// A name that is taken, a password that is too short or too long; when the database does not answer.
    pub async fn create_user(
        &self,
        caller: &Caller,
        new: NewUser,
    ) -> Result<Option<(AccessKeyId, SecretKey)>, Fault> {
        let account = caller.principal.account.to_string();
        let password_hash = match new.password {
            Some(password) => self.hash(password).await?,
            None => String::new(),
        };
        let person = StoredPerson {
            account: account.clone(),
            name: new.name.to_string(),
            role: new.role.as_str().to_owned(),
            status: status_to_text(Status::Active).to_owned(),
            password_hash,
            sessions_not_before: 0,
            created_at: self.now(),
        };
        let (made, key) = match new.first_key {
            FirstKey::Made => {
                let (stored, id, secret) = self.new_key(&account, &new.name)?;
                let made = self.database.create_person_with_key(&person, &stored).await;
                (made, Some((id, secret)))
            }
            FirstKey::Left => (self.database.create_person(&person).await, None),
        };
        match made {
            Ok(()) => Ok(key),
            Err(StoreError::Exists(_)) => Err(Fault::Conflict {
                message: format!("there is a user {} already", new.name),
                resource_id: new.name.to_string(),
                resource_type: "USER".to_owned(),
            }),
            Err(error) => Err(store_fault(error)),
        }
    }

    /// Changes what a user is there for and whether they are let in.
    ///
    /// # Errors
    ///
    /// Where there is none, or they are the last active administrator; when the database does not answer.
    pub async fn set_user(
        &self,
        caller: &Caller,
        name: &UserName,
        role: Role,
        status: Status,
    ) -> Result<(), Fault> {
        let account = caller.principal.account.to_string();
        let changed = self
            .database
            .set_standing(&account, name.as_str(), role.as_str(), status_to_text(status))
            .await;
        known(changed, name)
    }

    /// Sets the password of a user, and ends their sessions.
    ///
    /// # Errors
    ///
    /// Where there is none, a password that is too short or too long; when the database does not answer.
    pub async fn set_password(
        &self,
        caller: &Caller,
        name: &UserName,
        password: String,
    ) -> Result<(), Fault> {
        let account = caller.principal.account.to_string();
        let hash = self.hash(password).await?;
        let changed = self
            .database
            .set_password_hash(&account, name.as_str(), &hash, self.now())
            .await;
        known(changed, name)
    }

    /// Ends the sessions of whoever calls, in their own account; gives since when others hold, in microseconds since 1970.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn end_own_sessions(&self, caller: &Caller) -> Result<i64, Fault> {
        let principal = &caller.principal;
        let home = principal
            .assumed
            .as_ref()
            .map_or(principal.account, |assumed| assumed.home);
        let now = self.now();
        let ended = self
            .database
            .end_sessions(&home.to_string(), principal.user.as_str(), now)
            .await;
        known(ended, &principal.user)?;
        Ok(now)
    }

    /// Forgets the agent of a host with its keys. People stay: what they did is told under their names.
    ///
    /// # Errors
    ///
    /// Where there is no such agent; when the database does not answer.
    pub async fn forget_host_agent(&self, caller: &Caller, host: &UserName) -> Result<(), Fault> {
        let account = caller.principal.account.to_string();
        let role = Role::Host.as_str();
        match self.database.delete_person(&account, host.as_str(), role).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Fault::NotFound(format!(
                "there is no agent of a host {host} in this account; other users are not deleted, turn them off"
            ))),
            Err(error) => Err(store_fault(error)),
        }
    }

    /// Makes a key for a user beside those that they have, good until a time where one is told.
    ///
    /// # Errors
    ///
    /// Where there is no such user, or they have as many as they may; when the database does not answer.
    pub async fn create_key(
        &self,
        caller: &Caller,
        name: &UserName,
        ends_at: Option<Timestamp>,
    ) -> Result<(StoredKey, SecretKey), Fault> {
        let account = caller.principal.account.to_string();
        let (mut stored, _, secret) = self.new_key(&account, name)?;
        // 0 stands for never; nothing ended before 1970.
        stored.ends_at = ends_at.map_or(0, |end| end.as_microsecond().max(1));
        known(self.database.add_key(&stored).await, name)?;
        Ok((stored, secret))
    }

    /// Turns a key of the caller's account on or off.
    ///
    /// # Errors
    ///
    /// Where there is none, or the call was made with it; when the database does not answer.
    pub async fn set_key_status(
        &self,
        caller: &Caller,
        id: &AccessKeyId,
        status: Status,
    ) -> Result<StoredKey, Fault> {
        let key = self.key_of(caller, id).await?;
        if status == Status::Disabled {
            refuse_own_key(caller, id)?;
        }
        let status = status_to_text(status).to_owned();
        self.change_key(id, &status).await?;
        Ok(StoredKey { status, ..key })
    }

    /// Deletes a key of the caller's account; gives whose it was.
    ///
    /// # Errors
    ///
    /// Where there is none, or the call was made with it; when the database does not answer.
    pub async fn delete_key(&self, caller: &Caller, id: &AccessKeyId) -> Result<StoredKey, Fault> {
        let key = self.key_of(caller, id).await?;
        refuse_own_key(caller, id)?;
        self.change_key(id, "DELETED").await?;
        Ok(key)
    }

    async fn key_of(&self, caller: &Caller, id: &AccessKeyId) -> Result<StoredKey, Fault> {
        let found = self.database.key(id.as_str()).await.map_err(store_fault)?;
        let account = caller.principal.account.to_string();
        found
            .filter(|key| key.account == account)
            .ok_or_else(|| no_key(id))
    }

    async fn change_key(&self, id: &AccessKeyId, status: &str) -> Result<(), Fault> {
        match self.database.change_key(id.as_str(), status).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(no_key(id)),
            Err(error) => Err(store_fault(error)),
        }
    }

    /// A key that is to be kept, with its secret.
    pub(crate) fn new_key(
        &self,
        account: &str,
        user: &UserName,
    ) -> Result<(StoredKey, AccessKeyId, SecretKey), Fault> {
        let id = AccessKeyId::generate(KeyKind::LongLived).map_err(Fault::internal)?;
        let secret = SecretKey::generate().map_err(Fault::internal)?;
        let stored = stored_key(
            &self.master_key,
            (&id, &secret),
            account,
            user.as_str(),
            self.now(),
        )
        .map_err(Fault::internal)?;
        Ok((stored, id, secret))
    }

    /// Hashes a password on a thread where that keeps nobody waiting.
    async fn hash(&self, password: String) -> Result<String, Fault> {
        let _turn = self.passwords.acquire().await.map_err(Fault::internal)?;
        let hash = tokio::task::spawn_blocking(move || PasswordHash::of(&password));
        match hash.await.map_err(Fault::internal)? {
            Ok(hash) => Ok(hash.as_str().to_owned()),
            Err(PasswordError::Length) => Err(Fault::field("password", "must have 12 to 256 characters")),
            Err(error) => Err(Fault::internal(error)),
        }
    }
}

/// Whoever calls with a key keeps it, so that nobody locks themself out by one call.
fn refuse_own_key(caller: &Caller, id: &AccessKeyId) -> Result<(), Fault> {
    match caller.access_key == *id {
        false => Ok(()),
        true => Err(Fault::Conflict {
            message: format!(
                "this call is signed with the key {id}: call with another to turn it off or delete it"
            ),
            resource_id: id.to_string(),
            resource_type: "ACCESS_KEY".to_owned(),
        }),
    }
}

fn known(changed: Result<bool, StoreError>, name: &UserName) -> Result<(), Fault> {
    match changed {
        Ok(true) => Ok(()),
        Ok(false) => Err(unknown(name)),
        Err(StoreError::Refused(message)) => Err(Fault::Conflict {
            message,
            resource_id: name.to_string(),
            resource_type: "USER".to_owned(),
        }),
        Err(error) => Err(store_fault(error)),
    }
}

fn unknown(name: &UserName) -> Fault {
    Fault::NotFound(format!("there is no user {name} in this account"))
}

fn no_key(id: &AccessKeyId) -> Fault {
    Fault::NotFound(format!("there is no access key {id} in this account"))
}
