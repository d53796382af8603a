//! What a connector watches, as a file in TOML says it.

use std::{fs, path::Path, path::PathBuf};

use anyhow::{Context, Result, bail};
use jiff::SignedDuration;
use serde::Deserialize;

/// The least time between two looks.
const LEAST_PERIOD: SignedDuration = SignedDuration::from_secs(10);

/// What a connector watches, and whom it tells.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Configuration {
    pub(crate) service: Service,
    pub(crate) accounts: Accounts,
    pub(crate) events: Option<Events>,
    pub(crate) hosts: Hosts,
    pub(crate) machine_images: MachineImages,
    pub(crate) images: Images,
    pub(crate) functions: Functions,
    pub(crate) network: Network,
}

/// The service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Service {
    /// `https://HOST:PORT`; else `ASSAY_SERVER`.
    pub(crate) address: Option<String>,
    /// Authorities in PEM form that are trusted for it, and no others.
    pub(crate) ca: Option<PathBuf>,
    /// The file that has its key: two lines, `ASSAY_ACCESS_KEY_ID=…` and `ASSAY_SECRET_ACCESS_KEY=…`; else the environment.
    pub(crate) key_file: Option<PathBuf>,
}

/// The accounts of AWS.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Accounts {
    /// Whether those of the organisation are watched.
    pub(crate) organization: bool,
    /// Accounts that are watched; left out, and without an organisation, that of the keys.
    pub(crate) only: Vec<String>,
    pub(crate) exclude: Vec<String>,
    /// The regions; left out, those that are turned on in an account.
    pub(crate) regions: Vec<String>,
    /// The role that is assumed in every account but that of the keys.
    pub(crate) role: Option<String>,
    pub(crate) external_id: Option<String>,
    /// The profile that has the keys; else the usual chain.
    pub(crate) profile: Option<String>,
}

/// A queue of SQS to which EventBridge sends what happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Events {
    /// Its address.
    pub(crate) queue: String,
}

macro_rules! watched {
    ($(#[$doc:meta])* $name:ident, $watch:literal, $period:expr, { $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        pub(crate) struct $name {
            /// Whether they are watched.
            pub(crate) watch: bool,
            /// How often all of them are looked at.
            pub(crate) every: SignedDuration,
            $($(#[$field_doc])* pub(crate) $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { watch: $watch, every: $period, $($field: $default,)* }
            }
        }
    };
}

watched!(
    /// Instances of EC2.
    Hosts,
    true,
    SignedDuration::from_mins(30),
    {
        /// Whether instances that no agent tells of are read by snapshots of their volumes, where the service wants that.
        snapshots: bool = true,
    }
);
watched!(
    /// Machine images of EC2. They are read block by block, each once, which whoever wants it says.
    MachineImages,
    false,
    SignedDuration::from_hours(1),
    {}
);
watched!(
    /// Images in ECR.
    Images,
    true,
    SignedDuration::from_mins(15),
    {
        /// Whether the service's settings of registries follow those of ECR. The key has to be an administrator's for it.
        follow_scan_settings: bool = false,
    }
);
watched!(
    /// Functions of Lambda.
    Functions,
    true,
    SignedDuration::from_mins(15),
    {
        /// Whether functions that nobody invoked for 90 days are told of as such. CloudWatch charges for what is asked.
        expire_unused: bool = false,
    }
);
watched!(
    /// Networks.
    Network,
    true,
    SignedDuration::from_hours(1),
    {}
);

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// They say which line or field, and what to do.
    pub(crate) fn open(path: &Path) -> Result<Configuration> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Configuration::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> Result<Configuration> {
        let configuration: Configuration = toml::from_str(text)?;
        configuration.check()?;
        Ok(configuration)
    }

    fn check(&self) -> Result<()> {
        let accounts = &self.accounts;
        for (field, listed) in [("only", &accounts.only), ("exclude", &accounts.exclude)] {
            if let Some(strange) = listed.iter().find(|account| !is_account(account)) {
                bail!("accounts.{field}: \"{strange}\" is no account: write its 12 digits, in quotes");
            }
        }
        if accounts.organization && !accounts.only.is_empty() {
            bail!("accounts.only goes without organization = true: exclude says which of it are left out");
        }
        if (accounts.organization || accounts.only.len() > 1) && accounts.role.is_none() {
            bail!("accounts.role is missing: the name of the role that is assumed in each account");
        }
        for region in &accounts.regions {
            if region.is_empty()
                || !region
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            {
                bail!("accounts.regions: \"{region}\" is no region, such as eu-west-1");
            }
        }
        if let Some(events) = &self.events
            && queue_region(&events.queue).is_none()
        {
            bail!(
                "events.queue: \"{}\" is no address of a queue: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME",
                events.queue
            );
        }
        let periods = [
            ("hosts", self.hosts.every),
            ("machine-images", self.machine_images.every),
            ("images", self.images.every),
            ("functions", self.functions.every),
            ("network", self.network.every),
        ];
        if let Some((name, _)) = periods.iter().find(|(_, every)| *every < LEAST_PERIOD) {
            bail!("{name}.every must be {LEAST_PERIOD:#} at least");
        }
        let watched = [
            self.hosts.watch,
            self.machine_images.watch,
            self.images.watch,
            self.functions.watch,
            self.network.watch,
        ];
        if watched == [false; 5] {
            bail!("nothing is watched: leave watch = false out of one of hosts, images, functions, network");
        }
        Ok(())
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The region of a queue, by its address; an empty one for a stand-in's, which does not tell.
pub(crate) fn queue_region(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let mut parts = host.split('.');
    match (parts.next(), parts.next()) {
        _ if path.split('/').count() != 2 => None,
        (Some("sqs"), Some(region)) => Some(region),
        _ => Some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_with_what_to_do() {
        for (text, expected) in [
            ("", ""),
            ("[accounts]\nonly = ['111122223333']", ""),
            ("[hosts]\nsnapshots = false\nevery = '1h'", ""),
            ("[accounts]\nonly = ['1']", "accounts.only: \"1\" is no account"),
            ("[accounts]\norganization = true", "accounts.role is missing"),
            (
                "[accounts]\norganization = true\nrole = 'r'\nonly = ['111122223333']",
                "accounts.only goes without",
            ),
            (
                "[accounts]\nregions = ['eu west']",
                "accounts.regions: \"eu west\"",
            ),
            ("[accounts]\nregion = 'eu-west-1'", "unknown field `region`"),
            ("[events]\nqueue = 'assay'", "events.queue: \"assay\""),
            ("[machine-images]\nwatch = true", ""),
            ("[images]\nevery = '1s'", "images.every must be 10s at least"),
            (
                "[hosts]\nwatch=false\n[images]\nwatch=false\n[functions]\nwatch=false\n[network]\nwatch=false",
                "nothing is watched",
            ),
        ] {
            match Configuration::parse(text) {
                Ok(_) => assert_eq!(expected, "", "{text}"),
                Err(error) => {
                    let message = format!("{error:#}");
                    assert!(
                        !expected.is_empty() && message.contains(expected),
                        "{text}: {message}"
                    );
                }
            }
        }
    }

    #[test]
    fn regions_of_queues() {
        for (address, expected) in [
            (
                "https://sqs.eu-west-1.amazonaws.com/111122223333/assay",
                Some("eu-west-1"),
            ),
            ("http://127.0.0.1:5000/111122223333/assay", Some("")),
            ("https://sqs.eu-west-1.amazonaws.com/assay", None),
            ("arn:aws:sqs:eu-west-1:111122223333:assay", None),
        ] {
            assert_eq!(queue_region(address), expected, "{address}");
        }
    }
}
