//! Making users and keys.

use anyhow::{Context, Result, bail};
use assay_identity::{AccessKeyId, AccountId, KeyKind, PasswordHash, Role, SecretKey, SignInCode, UserName};
use assay_store::{StoredPerson, StoredSignInCode};
use jiff::{SignedDuration, Timestamp};

use super::Place;

/// Makes a user and their first key; the secret is shown this once.
pub(crate) async fn create_user(
    place: &Place,
    account: &str,
    name: &str,
    role: &str,
    password: Option<&str>,
) -> Result<(AccessKeyId, SecretKey)> {
    let account = existing(place, account).await?.to_string();
    let role: Role = role.parse()?;
    let hash = match password {
        Some(password) => PasswordHash::of(password)?.as_str().to_owned(),
        None => String::new(),
    };
    create_person(place, &account, name, role, hash).await?;
    create_key(place, &account, name).await
}

async fn create_person(place: &Place, account: &str, name: &str, role: Role, hash: String) -> Result<()> {
    let name: UserName = name.parse()?;
    let person = StoredPerson {
        account: account.to_owned(),
        name: name.to_string(),
        role: role.as_str().to_owned(),
        status: "ACTIVE".to_owned(),
        password_hash: hash,
        sessions_not_before: 0,
        created_at: Timestamp::now().as_microsecond(),
    };
    Ok(place.database.create_person(&person).await?)
}

/// Changes a user.
pub(crate) async fn change_user(
    place: &Place,
    account: &str,
    name: &str,
    change: impl FnOnce(&mut StoredPerson),
) -> Result<()> {
    let account = existing(place, account).await?.to_string();
    let unknown = || format!("the account {account} has no user {name}");
    let found = place.database.person(&account, name).await?;
    let mut person = found.with_context(unknown)?;
    change(&mut person);
    match place.database.update_person(&person).await? {
        true => Ok(()),
        false => bail!(unknown()),
    }
}

/// Sets a user's password, and ends their sessions.
pub(crate) async fn set_password(place: &Place, account: &str, name: &str, password: &str) -> Result<()> {
    let hash = PasswordHash::of(password)?.as_str().to_owned();
    change_user(place, account, name, |person| {
        person.password_hash = hash;
        person.sessions_not_before = Timestamp::now().as_microsecond();
    })
    .await
}

/// Makes a code that signs a user in once; gives it, the only time, with its end.
pub(crate) async fn create_sign_in_code(
    place: &Place,
    account: &str,
    name: &str,
    valid_for: SignedDuration,
) -> Result<(SignInCode, Timestamp)> {
    let account = existing(place, account).await?.to_string();
    match place.database.person(&account, name).await? {
        None => bail!("the account {account} has no user {name}"),
        Some(person) if person.status != "ACTIVE" => {
            bail!("{name} is turned off; `assay admin set-user-status` lets them in again")
        }
        Some(_) => {}
    }
    let (code, now) = (SignInCode::generate()?, Timestamp::now());
    let end = now.saturating_add(valid_for)?;
    place
        .database
        .create_sign_in_code(&StoredSignInCode {
            digest: code.digest(),
            account,
            person: name.to_owned(),
            created_at: now.as_microsecond(),
            ends_at: end.as_microsecond(),
        })
        .await?;
    Ok((code, end))
}

/// Makes a key for a user; the secret is shown this once.
pub(crate) async fn create_key(place: &Place, account: &str, name: &str) -> Result<(AccessKeyId, SecretKey)> {
    create_key_until(place, account, name, None).await
}

/// Makes a key that hosts are enrolled with until a time; and the user that it is of, where there is none yet.
pub(crate) async fn create_enrolment_key(
    place: &Place,
    account: &str,
    name: &str,
    end: Timestamp,
) -> Result<(AccessKeyId, SecretKey)> {
    let account = existing(place, account).await?.to_string();
    match place.database.person(&account, name).await? {
        None => create_person(place, &account, name, Role::Enroller, String::new()).await?,
        Some(person) if person.role == Role::Enroller.as_str() => {}
        Some(person) => bail!(
            "{name} is there as {}: name another user that enrols hosts and nothing else by --name",
            person.role
        ),
    }
    create_key_until(place, &account, name, Some(end)).await
}

async fn create_key_until(
    place: &Place,
    account: &str,
    name: &str,
    end: Option<Timestamp>,
) -> Result<(AccessKeyId, SecretKey)> {
    let account = existing(place, account).await?.to_string();
    if place.database.person(&account, name).await?.is_none() {
        bail!("the account {account} has no user {name}");
    }
    let id = AccessKeyId::generate(KeyKind::LongLived)?;
    let secret = SecretKey::generate()?;
    let at = Timestamp::now().as_microsecond();
    let mut key = assay_service::stored_key(&place.master_key, (&id, &secret), &account, name, at)?;
    key.ends_at = end.map_or(0, Timestamp::as_microsecond);
    place.database.create_key(&key).await?;
    Ok((id, secret))
}

async fn existing(place: &Place, account: &str) -> Result<AccountId> {
    let id: AccountId = account.parse()?;
    place
        .database
        .account(&id.to_string())
        .await?
        .with_context(|| format!("there is no account {id}; make it with `assay admin create-account`"))?;
    Ok(id)
}
