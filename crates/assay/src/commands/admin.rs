//! `assay admin`: accounts, users and keys of a service, on the machine that has its directory.

use std::io::Read;

use anyhow::{Context, Result};
use assay_identity::{AccessKeyId, AccountId, Role, SecretKey, Status};
use assay_store::StoredAccount;
use jiff::Timestamp;

use crate::{
    Answer,
    cli::{Admin, Standing},
    commands::organization,
    service::{
        Place, change_user, create_enrolment_key, create_key, create_sign_in_code, create_user, runtime,
        set_password,
    },
};

pub(crate) fn run(command: &Admin) -> Result<Answer> {
    runtime()?.block_on(carry_out(command))
}

async fn carry_out(command: &Admin) -> Result<Answer> {
    match command {
        Admin::CreateAccount { place, account, name } => {
            let place = Place::open(place).await?;
            let account: AccountId = account.parse()?;
            place
                .database
                .create_account(&StoredAccount {
                    account: account.to_string(),
                    name: name.clone(),
                    created_at: Timestamp::now().as_microsecond(),
                    belonging: None,
                })
                .await?;
            anstream::println!("made the account {account}");
        }
        Admin::ListAccounts { place } => {
            for account in Place::open(place).await?.database.accounts().await? {
                let relation = assay_service::standing(&account)?.relation;
                anstream::println!("{} {relation} {}", account.account, account.name);
            }
        }
        Admin::CreateUser {
            place,
            account,
            name,
            role,
            password,
        } => {
            let password = if *password { Some(read_password()?) } else { None };
            let place = Place::open(place).await?;
            let key = create_user(&place, account, name, role, password.as_deref()).await?;
            show(&key);
        }
        Admin::CreateEnrolmentToken {
            place,
            account,
            name,
            valid_for,
        } => {
            let end = Timestamp::now() + *valid_for;
            let place = Place::open(place).await?;
            let (id, secret) = create_enrolment_key(&place, account, name, end).await?;
            // Beside the token, which is there to be taken by a shell.
            anstream::eprintln!("enrols hosts until {end:.0}; those that it enrolled stay");
            anstream::println!("ASSAY_ENROLMENT_TOKEN={}.{}", id.as_str(), secret.expose());
        }
        Admin::ForgetAgent { place, account, host } => {
            let place = Place::open(place).await?;
            let role = Role::Host.as_str();
            if !place.database.delete_person(account, host, role).await? {
                anyhow::bail!("the account {account} has no agent of a host {host}");
            }
            anstream::println!("forgot the agent of {host}; its keys are gone");
        }
        Admin::ListUsers { place, account } => {
            let place = Place::open(place).await?;
            for person in place.database.people(account).await? {
                let keys = place.database.keys(account, &person.name).await?;
                let keys: Vec<String> = keys.into_iter().map(|key| key.id).collect();
                anstream::println!(
                    "{} {} {} {}",
                    person.name,
                    person.role,
                    person.status,
                    keys.join(" ")
                );
            }
        }
        Admin::CreateKey { place, account, name } => {
            show(&create_key(&Place::open(place).await?, account, name).await?);
        }
        Admin::SetPassword { place, account, name } => {
            let password = read_password()?;
            let place = Place::open(place).await?;
            set_password(&place, account, name, &password).await?;
            anstream::println!("set the password of {name}; their sessions are over");
        }
        Admin::CreateSignInLink {
            place,
            account,
            name,
            server,
            valid_for,
        } => {
            let place = Place::open(place).await?;
            let (code, end) = create_sign_in_code(&place, account, name, *valid_for).await?;
            // Beside the link, which is there to be taken by a shell.
            anstream::eprintln!("signs {name} in once, until {end:.0}");
            // What follows the mark stays in the browser.
            anstream::println!("{server}/console/#code={}", code.expose());
        }
        Admin::SetRole {
            place,
            account,
            name,
            role,
        } => {
            let role: Role = role.parse()?;
            let place = Place::open(place).await?;
            change_user(&place, account, name, |person| {
                role.as_str().clone_into(&mut person.role);
            })
            .await?;
            anstream::println!("{name} is there as {role}");
        }
        Admin::SetUserStatus {
            place,
            account,
            name,
            status,
        } => {
            let place = Place::open(place).await?;
            change_user(&place, account, name, |person| {
                status_text(*status).clone_into(&mut person.status);
            })
            .await?;
            anstream::println!("{name} is {}", status_text(*status));
        }
        Admin::Organization { command } => return organization::carry_out(command).await,
        Admin::ListKeys { place, account, name } => {
            for key in Place::open(place).await?.database.keys(account, name).await? {
                let made = Timestamp::from_microsecond(key.created_at)?;
                let end = match key.ends_at {
                    0 => String::new(),
                    end => format!(" until {}", Timestamp::from_microsecond(end)?),
                };
                anstream::println!("{} {} {made}{end}", key.id, key.status);
            }
        }
        Admin::SetKeyStatus { place, id, status } => {
            let place = Place::open(place).await?;
            if !place.database.change_key(id, status_text(*status)).await? {
                anyhow::bail!("there is no key {id}");
            }
            anstream::println!("the key {id} is {}", status_text(*status));
        }
        Admin::DeleteKey { place, id } => {
            let place = Place::open(place).await?;
            if !place.database.change_key(id, "DELETED").await? {
                anyhow::bail!("there is no key {id}");
            }
            anstream::println!("deleted the key {id}");
        }
    }
    Ok(Answer::Yes)
}

fn status_text(standing: Standing) -> &'static str {
    assay_service::status_to_text(match standing {
        Standing::Active => Status::Active,
        Standing::Inactive => Status::Disabled,
    })
}

/// Shows a key, the only time.
fn show((id, secret): &(AccessKeyId, SecretKey)) {
    anstream::println!("AWS_ACCESS_KEY_ID={}", id.as_str());
    anstream::println!("AWS_SECRET_ACCESS_KEY={}", secret.expose());
}

fn read_password() -> Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .context("cannot read the password from standard input")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
