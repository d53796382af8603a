//! Which accounts and regions there are: found out at first, and again from time to time.

use std::{
    collections::BTreeMap,
    env, fs,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use assay_client::Client;
use assay_collector::{Item, Looked, Service, WatchError};
use assay_sigv4::Credentials;
use serde_json::{Value, json};

use crate::{
    access::{Chain, Fixed, Role},
    call::{AwsError, EC2, Endpoints, Line, ORGANIZATIONS, Place, STS},
    configuration::Configuration,
    refreshed::Refreshed,
};

/// How often it is found out anew which accounts and regions there are.
const FIND_OUT: Duration = Duration::from_secs(3600);

/// Accounts or sites that are looked at at once.
const AT_ONCE: usize = 8;

/// The region that is asked for what is the same in all, where nobody says another.
const USUAL_REGION: &str = "us-east-1";

/// The role that is assumed in accounts of the service's organisation.
const ROLE_OF_SERVICE: &str = "AssayAgent";
const ADMINISTRATOR_OF_SERVICE: &str = "AssayAdministrator";

/// How often the service is asked what it still wants of a site.
const ASK: Duration = Duration::from_secs(60);

/// A region of an account: where it is asked, and who is told.
pub(crate) struct Site {
    pub(crate) place: Place,
    pub(crate) service: Service,
    /// What the service wanted when it was asked last.
    wanted: Mutex<Wanted>,
}

#[derive(Default)]
struct Wanted {
    ids: Vec<String>,
    asked_at: Option<Instant>,
}

impl Site {
    /// `111122223333/eu-west-1`.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.place.account, self.place.region)
    }

    /// The ids of resources that the service wants to know more of, asked not too often.
    fn wanted(&self) -> Vec<String> {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        if wanted.asked_at.is_none_or(|at| at.elapsed() > ASK) {
            wanted.ids = self.service.wanted().unwrap_or_else(|error| {
                tracing::warn!("{error}");
                Vec::new()
            });
            wanted.asked_at = Some(Instant::now());
        }
        wanted.ids.clone()
    }
}

/// The accounts and regions that are watched.
pub(crate) struct Estate {
    configuration: Configuration,
    /// The account of the keys.
    home: Place,
    told: Told,
    sites: Refreshed<Sites>,
    /// How many lists of accounts and regions could not be had when that was found out last.
    not_found_out: AtomicUsize,
}

/// Sites by their names.
type Sites = BTreeMap<String, Arc<Site>>;

/// The service, as it is reached.
struct Told {
    address: String,
    ca: Option<PathBuf>,
    keys: Credentials,
    /// The account of its key.
    account: String,
    line: Arc<Line>,
}

impl Estate {
    /// Finds out whose keys these are.
    ///
    /// # Errors
    ///
    /// Keys that are not there or not taken; a service that is not reached.
    pub(crate) fn open(configuration: Configuration) -> Result<Estate> {
        let told = Told::open(&configuration)?;
        let chain = Chain::open(configuration.accounts.profile.as_deref())?;
        let region = chain.region.clone();
        let region = region
            .or_else(|| configuration.accounts.regions.first().cloned())
            .unwrap_or_else(|| USUAL_REGION.to_owned());
        let line = Arc::new(Line::new(Endpoints::of_environment(), None)?);
        let mut home = Place::new("", &region, line, Arc::new(chain));
        let identity = home.query(&STS, "GetCallerIdentity", &[])?;
        home.account = identity["Account"].as_str().unwrap_or_default().to_owned();
        Ok(Estate {
            configuration,
            home,
            told,
            sites: Refreshed::new(FIND_OUT),
            not_found_out: AtomicUsize::new(0),
        })
    }

    pub(crate) fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Where the keys are from.
    pub(crate) fn home(&self) -> &Place {
        &self.home
    }

    /// The service for a site by the role of an administrator.
    pub(crate) fn administered(&self, site: &Site) -> Place {
        let (account, region) = (&site.place.account, &site.place.region);
        let own = Place::new(
            &self.told.account,
            region,
            Arc::clone(&self.told.line),
            Arc::new(Fixed(self.told.keys.clone())),
        );
        match *account == self.told.account {
            true => own,
            false => {
                let role = self.told.role(account, region, ADMINISTRATOR_OF_SERVICE);
                own.of(account, Arc::new(role))
            }
        }
    }

    /// The sites that there are. What cannot be found out stays as it was.
    pub(crate) fn sites(&self) -> Vec<Arc<Site>> {
        let sites = self.sites.get(|known| self.find_out(known));
        sites.values().cloned().collect()
    }

    /// Looks at all sites, some at once. What cannot be looked at is said, and the others go on.
    pub(crate) fn look<L>(&self, look: impl Fn(&Site) -> Result<L, WatchError> + Sync) -> Looked
    where
        L: Into<Looked> + Send,
    {
        let parts = each(&self.sites(), |site| {
            let part = look(site);
            vec![part.map_err(|error| format!("{}: {error}", site.name()))]
        });
        let mut looked = Looked {
            missed: self.not_found_out.load(Ordering::Relaxed),
            ..Looked::default()
        };
        for part in parts {
            looked.add(part);
        }
        looked
    }

    /// What the service wants of all sites, as far as somebody has it.
    pub(crate) fn wanted(&self, has: impl Fn(&Site, &str) -> Option<Item> + Sync) -> Vec<Item> {
        each(&self.sites(), |site| {
            let ids = site.wanted();
            ids.iter().filter_map(|id| has(site, id)).collect()
        })
    }

    /// A site, by account and region.
    pub(crate) fn site(&self, name: &str) -> Option<Arc<Site>> {
        self.sites.last().get(name).cloned()
    }

    fn find_out(&self, known: &Sites) -> Sites {
        self.not_found_out.store(0, Ordering::Relaxed);
        let accounts = match self.accounts() {
            Ok(accounts) => accounts,
            Err(error) => {
                tracing::warn!("{error}; the accounts are those that they were");
                self.not_found_out.fetch_add(1, Ordering::Relaxed);
                known.values().map(|site| site.place.account.clone()).collect()
            }
        };
        let found: Sites = each(&accounts, |account| self.sites_of(account, known))
            .into_iter()
            .map(|site| (site.name(), site))
            .collect();
        tracing::info!("watches {} regions of accounts", found.len());
        found
    }

    /// The regions of an account. What has keys keeps them.
    fn sites_of(&self, account: &str, known: &Sites) -> Vec<Arc<Site>> {
        let place = self.place(account);
        let regions = match self.configuration.accounts.regions.as_slice() {
            [] => regions(&place),
            told => Ok(told.to_vec()),
        };
        let regions = regions.unwrap_or_else(|error| {
            tracing::warn!("{error}; the regions of {account} are those that they were");
            self.not_found_out.fetch_add(1, Ordering::Relaxed);
            let of_account = known.values().filter(|site| site.place.account == account);
            of_account.map(|site| site.place.region.clone()).collect()
        });
        let mut sites = Vec::new();
        for region in regions {
            if let Some(site) = known.get(&format!("{account}/{region}")) {
                sites.push(Arc::clone(site));
                continue;
            }
            match self.told.service(account, &region) {
                Ok(service) => sites.push(Arc::new(Site {
                    place: place.in_region(&region),
                    service,
                    wanted: Mutex::default(),
                })),
                Err(error) => tracing::warn!("{account}/{region}: {error:#}"),
            }
        }
        sites
    }

    /// The accounts that are to be watched, each once.
    fn accounts(&self) -> Result<Vec<String>, AwsError> {
        let settings = &self.configuration.accounts;
        let mut accounts = match (settings.organization, settings.only.as_slice()) {
            (true, _) => organization(&self.home)?,
            (false, []) => vec![self.home.account.clone()],
            (false, told) => told.to_vec(),
        };
        accounts.retain(|account| !settings.exclude.contains(account));
        accounts.sort_unstable();
        accounts.dedup();
        Ok(accounts)
    }

    fn place(&self, account: &str) -> Place {
        let settings = &self.configuration.accounts;
        let Some(role) = settings.role.as_ref().filter(|_| account != self.home.account) else {
            return self.home.clone();
        };
        let partition = self.home.partition();
        let arn = format!("arn:{partition}:iam::{account}:role/{role}");
        let role = Role::new(self.home.clone(), arn, settings.external_id.clone());
        self.home.of(account, Arc::new(role))
    }
}

/// Does something for each, some at once; gives what came of it.
fn each<I: Sync, T: Send>(all: &[I], work: impl Fn(&I) -> Vec<T> + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(all.len()) {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let came = work(one);
                    done.lock().unwrap_or_else(PoisonError::into_inner).extend(came);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Told {
    fn open(configuration: &Configuration) -> Result<Told> {
        let settings = &configuration.service;
        let address = settings.address.clone().or_else(|| env::var("ASSAY_SERVER").ok());
        let address = address.context("who is told? set ASSAY_SERVER, or address in [service]")?;
        let keys = match &settings.key_file {
            Some(path) => key_of(&fs::read_to_string(path).with_context(|| path.display().to_string())?)
                .with_context(|| {
                    format!(
                        "{} has no key: write what `assay admin create-user` says into it",
                        path.display()
                    )
                })?,
            None => key_of_environment()?,
        };
        let line = Arc::new(Line::new(Endpoints::of_one(&address), settings.ca.as_deref())?);
        let place = Place::new("", USUAL_REGION, Arc::clone(&line), Arc::new(Fixed(keys.clone())));
        let identity = place
            .query(&STS, "GetCallerIdentity", &[])
            .with_context(|| format!("the service at {address} does not take the key"))?;
        Ok(Told {
            account: identity["Account"].as_str().unwrap_or_default().to_owned(),
            address,
            ca: settings.ca.clone(),
            keys,
            line,
        })
    }

    /// The service for a region of an account: by the key itself, or by the role that it may assume there.
    fn service(&self, account: &str, region: &str) -> Result<Service> {
        let client = Client::new(&self.address, region, self.ca.as_deref())?;
        let keys: Box<dyn assay_collector::Keys> = match self.account == account {
            true => Box::new(self.keys.clone()),
            false => Box::new(self.role(account, region, ROLE_OF_SERVICE)),
        };
        Ok(Service::of(client, keys, account, region))
    }

    fn role(&self, account: &str, region: &str, name: &str) -> Role {
        let keys = Arc::new(Fixed(self.keys.clone()));
        let from = Place::new(&self.account, region, Arc::clone(&self.line), keys);
        Role::new(from, format!("arn:aws:iam::{account}:role/{name}"), None)
    }
}

const KEY_ID: &str = "ASSAY_ACCESS_KEY_ID";
const SECRET: &str = "ASSAY_SECRET_ACCESS_KEY";

fn key_of_environment() -> Result<Credentials> {
    match (env::var(KEY_ID), env::var(SECRET)) {
        (Ok(access_key), Ok(secret)) => Ok(Credentials {
            access_key,
            secret,
            session_token: None,
        }),
        _ => bail!("no key of the service: set {KEY_ID} and {SECRET}, or key-file in [service]"),
    }
}

/// The key of a file of lines `NAME=VALUE`, as `assay admin create-user` writes them.
fn key_of(text: &str) -> Option<Credentials> {
    let value = |name: &str| {
        let mut lines = text.lines().filter_map(|line| {
            let (told, value) = line.trim().split_once('=')?;
            let told = told.strip_prefix("export ").unwrap_or(told).trim();
            let told = told.strip_prefix("ASSAY_").or(told.strip_prefix("AWS_"))?;
            (told == name).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
        });
        lines.next().filter(|value| !value.is_empty())
    };
    Some(Credentials {
        access_key: value("ACCESS_KEY_ID")?,
        secret: value("SECRET_ACCESS_KEY")?,
        session_token: None,
    })
}

/// The accounts of an organisation that are not being closed.
fn organization(home: &Place) -> Result<Vec<String>, AwsError> {
    let listed = home.json_pages(&ORGANIZATIONS, "ListAccounts", json!({}), "Accounts")?;
    let active = listed.iter().filter(|account| {
        // `Status` goes in 2026, `State` came in 2025.
        account["State"] == "ACTIVE" || account["Status"] == "ACTIVE"
    });
    let ids = active.filter_map(|account| account["Id"].as_str());
    Ok(ids.map(str::to_owned).collect())
}

/// The regions that are turned on in an account.
fn regions(place: &Place) -> Result<Vec<String>, AwsError> {
    let answer = place.query(&EC2, "DescribeRegions", &[])?;
    let listed = answer["Regions"].as_array().into_iter().flatten();
    let names = listed.filter_map(|region: &Value| region["RegionName"].as_str());
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_files() {
        for (text, expected) in [
            (
                "ASSAY_ACCESS_KEY_ID=A\nASSAY_SECRET_ACCESS_KEY=S=\n",
                Some("A S="),
            ),
            (
                "# key\nexport ASSAY_ACCESS_KEY_ID='A'\nexport ASSAY_SECRET_ACCESS_KEY=\"S\"",
                Some("A S"),
            ),
            ("AWS_ACCESS_KEY_ID=A\nAWS_SECRET_ACCESS_KEY=S", Some("A S")),
            ("ASSAY_ACCESS_KEY_ID=A", None),
            ("ASSAY_ACCESS_KEY_ID=\nASSAY_SECRET_ACCESS_KEY=S", None),
        ] {
            let found = key_of(text).map(|keys| format!("{} {}", keys.access_key, keys.secret));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
