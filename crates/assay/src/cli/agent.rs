//! What keeps a service told of the host that it runs on.

use std::path::PathBuf;

use clap::Args;
use jiff::SignedDuration;

#[derive(Debug, Args)]
pub(crate) struct Agent {
    /// The service, as https://HOST:PORT [default: the one that the host is enrolled at]
    #[arg(long, value_name = "ADDRESS", env = "ASSAY_SERVER")]
    pub(crate) server: Option<String>,
    /// Enrol the host with a token of `assay admin create-enrolment-token`, where it is not; best given by the environment
    #[arg(
        long,
        value_name = "TOKEN",
        env = "ASSAY_ENROLMENT_TOKEN",
        hide_env_values = true
    )]
    pub(crate) enroll: Option<String>,
    /// The region to enrol the host in
    #[arg(long, value_name = "NAME", env = "AWS_REGION", default_value = "us-east-1")]
    pub(crate) region: String,
    /// Where the agent keeps its key and what the service has not taken yet
    #[arg(
        long,
        value_name = "DIR",
        env = "ASSAY_AGENT_STATE",
        default_value = "/var/lib/assay-agent"
    )]
    pub(crate) state: PathBuf,
    /// How often the host is read where nothing changes, such as 30m or 6h. A change of installed packages or
    /// of containers that run is told at once; what else changes is found this much later, and after 7 days of silence the host counts as stale
    /// [default: as the service says, which is 30m where nobody set it]
    #[arg(long, value_name = "TIME", value_parser = interval)]
    pub(crate) every: Option<SignedDuration>,
    /// The root of the host's files, for an agent in a container
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub(crate) root: PathBuf,
    /// The host's id [default: of an EC2 instance its own, else one made from the machine's id]
    #[arg(long, value_name = "ID")]
    pub(crate) host_id: Option<String>,
    /// A tag of the host; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) tag: Vec<String>,
    /// The cluster that the host is a node of, as an ARN or a name: images that run in its pods are told to be in use there
    #[arg(long, value_name = "CLUSTER", env = "ASSAY_CLUSTER")]
    pub(crate) cluster: Option<String>,
    /// Have a new key after so long
    #[arg(long, value_name = "TIME", value_parser = interval, default_value = "7d")]
    pub(crate) rotate_key_after: SignedDuration,
    /// Trust the authorities in this PEM file, and no others
    #[arg(long, value_name = "FILE", env = "AWS_CA_BUNDLE")]
    pub(crate) ca: Option<PathBuf>,
    /// Report once and end: with 0 when the service took it, with 1 when it is kept for later
    #[arg(long)]
    pub(crate) once: bool,
    /// Tell what an earlier report could not, else what runs, without reading the host again
    #[arg(long, requires = "once", hide = true)]
    pub(crate) spooled: bool,
    /// Tell that an agent stays on the host, and how often it reports
    #[arg(long, requires = "once", hide = true)]
    pub(crate) stays: bool,
}

/// The longest that something may be set to take.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Reads how long something takes: 90s, 30m, 6h, 7d.
pub(super) fn interval(text: &str) -> Result<SignedDuration, String> {
    const WHOLE_DAY: i64 = 24;
    let days = text
        .strip_suffix('d')
        .and_then(|days| days.parse::<i64>().ok())
        .filter(|days| (1..=365).contains(days));
    let read = match days {
        Some(days) => SignedDuration::from_hours(days * WHOLE_DAY),
        None => text
            .parse()
            .map_err(|_| "write it as 90s, 30m, 6h or 7d".to_owned())?,
    };
    match (SignedDuration::from_secs(1)..=LONGEST).contains(&read) {
        true => Ok(read),
        false => Err("must be from a second to a year".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_from_a_second_to_a_year() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("6h", 21_600), ("7d", 604_800)] {
            assert_eq!(interval(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
        }
        for wrong in [
            "",
            "soon",
            "0s",
            "-1s",
            "999ms",
            "366d",
            "9000h",
            "2562047788015215h",
            "99999999999999999999h",
        ] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
    }
}
