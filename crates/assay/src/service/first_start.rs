//! The first start: an account and its administrator, whose key is handed over before anything is kept. Whoever is killed in
//! between starts again, with a key that works.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use assay_identity::{AccessKeyId, AccountId, KeyKind, SecretKey};
use assay_store::{StoredAccount, StoredPerson};
use jiff::Timestamp;

use super::Place;

/// The name of the user that the first start makes.
const ADMINISTRATOR: &str = "administrator";

/// Makes the first account and its administrator where there is nobody yet. The key goes to a file, else to standard output.
pub(crate) async fn first_start(place: &Place, account: &str, file: Option<&Path>) -> Result<()> {
    if !place.database.accounts().await?.is_empty() {
        return Ok(());
    }
    let account: AccountId = account.parse()?;
    let (id, secret) = match file {
        Some(file) => {
            let key = key_in(file)?;
            anstream::println!("the administrator's key is in {}", file.display());
            key
        }
        None => {
            let (id, secret) = (AccessKeyId::generate(KeyKind::LongLived)?, SecretKey::generate()?);
            anstream::println!("the administrator of the account {account}; this key is shown this once:");
            anstream::println!("export AWS_ACCESS_KEY_ID={}", id.as_str());
            anstream::println!("export AWS_SECRET_ACCESS_KEY={}", secret.expose());
            (id, secret)
        }
    };
    let (account, created_at) = (account.to_string(), Timestamp::now().as_microsecond());
    let key = assay_service::stored_key(
        &place.master_key,
        (&id, &secret),
        &account,
        ADMINISTRATOR,
        created_at,
    )?;
    place
        .database
        .create_first(
            &StoredAccount {
                account: account.clone(),
                name: String::new(),
                created_at,
                belonging: None,
            },
            &StoredPerson {
                account,
                name: ADMINISTRATOR.to_owned(),
                role: "administrator".to_owned(),
                status: "ACTIVE".to_owned(),
                password_hash: String::new(),
                sessions_not_before: 0,
                created_at,
            },
            &key,
        )
        .await?;
    Ok(())
}

/// The key in a file, which is made where it is not there. One that is there was left by a start that was broken off.
fn key_in(file: &Path) -> Result<(AccessKeyId, SecretKey)> {
    if file.exists() {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        return key_of(&text).with_context(|| {
            format!(
                "{} is there already and holds no key of ours; name a file that is not there yet",
                file.display()
            )
        });
    }
    let (id, secret) = (AccessKeyId::generate(KeyKind::LongLived)?, SecretKey::generate()?);
    let text = format!(
        "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        id.as_str(),
        secret.expose()
    );
    write_private(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok((id, secret))
}

fn key_of(text: &str) -> Option<(AccessKeyId, SecretKey)> {
    let mut lines = text.lines();
    if lines.next()? != "[default]" {
        return None;
    }
    let id = lines.next()?.strip_prefix("aws_access_key_id = ")?.parse().ok()?;
    let secret = lines
        .next()?
        .strip_prefix("aws_secret_access_key = ")?
        .parse()
        .ok()?;
    lines.next().is_none().then_some((id, secret))
}

/// Writes a file that its owner alone can read: the whole or nothing.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    // What an earlier start left may be anybody's to read.
    let _ = fs::remove_file(&partial);
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&partial)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    fs::rename(partial, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_left_is_taken_and_others_files_are_let_be() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        let (id, secret) = key_in(&file).unwrap();
        let (again, same) = key_in(&file).unwrap();
        assert_eq!((id, secret.expose()), (again, same.expose()));
        let kept = fs::read_to_string(&file).unwrap();
        for other in [
            String::new(),
            format!("{kept}[work]\n"),
            kept.replace("default", "work"),
            kept.replace("AKIA", "BKIA"),
        ] {
            fs::write(&file, &other).unwrap();
            let error = key_in(&file).unwrap_err();
            assert!(error.to_string().contains("is there already"), "{error}");
            assert_eq!(fs::read_to_string(&file).unwrap(), other);
        }
    }
}
