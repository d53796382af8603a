//! `assay admin organization`: which accounts belong together, on the machine that has the service's directory.

use anyhow::{Context, Result, bail};
use assay_identity::{AccountId, OrganizationId};
use assay_service::organization::{self, CurrentOrganization, WantedOrganization, because_of};
use assay_store::{Database, MemberStatus};
use jiff::Timestamp;

use crate::{Answer, cli::Organization, service::Place};

pub(crate) async fn carry_out(command: &Organization) -> Result<Answer> {
    let now = Timestamp::now().as_microsecond();
    match command {
        Organization::Create { place, management } => {
            let management: AccountId = management.parse()?;
            let id = OrganizationId::generate()?;
            let database = Place::open(place).await?.database;
            database
                .create_organization(id.as_str(), &management.to_string(), now)
                .await?;
            anstream::println!("made the organisation {id}, headed by {management}");
        }
        Organization::Show { place, id } => {
            let database = Place::open(place).await?.database;
            let ids = match id {
                Some(id) => vec![id.clone()],
                None => {
                    let all = database.organizations().await?;
                    all.into_iter().map(|organization| organization.id).collect()
                }
            };
            for id in ids {
                show(&database, &id).await?;
            }
        }
        Organization::Add {
            place,
            id,
            account,
            associate,
        } => {
            let (id, account): (OrganizationId, AccountId) = (id.parse()?, account.parse()?);
            let database = Place::open(place).await?.database;
            let cause = because_of(&id, now);
            let (id, account) = (id.as_str(), account.to_string());
            match database.add_member(id, &account, &cause).await? {
                true => anstream::println!("{account} belongs to {id}"),
                false => anstream::println!("{account} belongs to {id} already"),
            }
            if *associate {
                let status = MemberStatus::Enabled;
                database.associate(id, &account, status, &cause).await?;
                anstream::println!("the administrator rules {account}");
            }
        }
        Organization::Remove { place, id, account } => {
            let (id, account): (OrganizationId, AccountId) = (id.parse()?, account.parse()?);
            let database = Place::open(place).await?.database;
            let cause = because_of(&id, now);
            if !database
                .remove_member(id.as_str(), &account.to_string(), &cause)
                .await?
            {
                bail!("the account {account} does not belong to the organisation {id}");
            }
            anstream::println!("{account} rules itself");
        }
        Organization::Delegate { place, id, account } => {
            let id: OrganizationId = id.parse()?;
            let account: Option<AccountId> = account.as_ref().map(|account| account.parse()).transpose()?;
            let account = account.map(|account| account.to_string());
            let database = Place::open(place).await?.database;
            let cause = because_of(&id, now);
            database.delegate(id.as_str(), account.as_deref(), &cause).await?;
            match account {
                Some(account) => anstream::println!("{account} administers {id}"),
                None => anstream::println!("nobody administers {id}"),
            }
        }
        Organization::Apply { place, file, check } => {
            let shown = file.display();
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
            let wanted = WantedOrganization::parse(&text).map_err(|problems| {
                let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
                anyhow::anyhow!("{shown} is not an organisation's:\n{}", told.join("\n"))
            })?;
            let database = Place::open(place).await?.database;
            let plan = organization::plan(&database, &wanted)
                .await
                .with_context(|| format!("cannot apply {shown}"))?;
            if *check {
                for step in &plan.steps {
                    anstream::println!("would {step}");
                }
                return Ok(match plan.steps.is_empty() {
                    true => Answer::Yes,
                    false => Answer::No,
                });
            }
            organization::carry_out(&database, &plan, now, |step| anstream::println!("{step}")).await?;
            anstream::println!("{} is as {shown} says", plan.id);
        }
    }
    Ok(Answer::Yes)
}

async fn show(database: &Database, id: &str) -> Result<()> {
    let current = CurrentOrganization::read(database, id)
        .await?
        .with_context(|| format!("there is no organisation {id}"))?;
    let or_nobody = |account: String| match account.is_empty() {
        true => "nobody".to_owned(),
        false => account,
    };
    let organization = current.organization;
    anstream::println!(
        "{id} headed by {}, administered by {}",
        or_nobody(organization.management),
        or_nobody(organization.administrator)
    );
    for (region, scan_type) in current.auto_enable {
        anstream::println!("  {scan_type} is turned on for new members in {region}");
    }
    for member in current.members {
        let since = Timestamp::from_microsecond(member.changed_at)?;
        anstream::println!(
            "  {} {} since {since} {}",
            member.account,
            member.status.as_str(),
            member.name
        );
    }
    Ok(())
}
