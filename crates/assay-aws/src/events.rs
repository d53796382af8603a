//! What happens in AWS, as EventBridge puts it into a queue: whoever it is about is looked at at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use assay_collector::{Item, Queue, WatchError};
use serde_json::{Value, json};

use crate::{
    call::{AwsError, Place, SQS},
    configuration::queue_region,
    estate::{Estate, Site},
};

/// Messages that are taken at once, as SQS has it.
const MOST_AT_ONCE: u32 = 10;

/// How long SQS waits for one, in seconds.
const WAIT: u32 = 20;

/// After a failure.
const PAUSE: Duration = Duration::from_secs(10);

/// How often a network is looked at at most, however much of it changes.
const LEAST_BETWEEN_NETWORKS: Duration = Duration::from_secs(30);

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happened {
    /// `ACCOUNT/REGION`.
    pub(crate) site: String,
    pub(crate) what: What,
}

/// What it happened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// An instance.
    Instance(String),
    /// A machine image.
    MachineImage(String),
    /// Images of a repository.
    Repository(String),
    /// A function.
    Function(String),
    /// Something that traffic passes.
    Network,
}

/// Whoever looks at what something happened to; gives the number of the source and what of it is to be read.
pub(crate) type Notice<'a> =
    &'a (dyn Fn(&Site, &What) -> Result<Option<(usize, Vec<Item>)>, WatchError> + Sync);

/// Listens to a queue until the process ends.
pub(crate) fn listen(estate: &Arc<Estate>, address: &str, queue: &Queue, notice: Notice<'_>) {
    let place = place(estate, address);
    let mut networks = Networks::default();
    loop {
        match once(estate, &place, address, queue, notice, &mut networks) {
            Ok(()) => {}
            Err(error) => {
                tracing::warn!("{error}");
                thread::sleep(PAUSE);
            }
        }
        look_at_networks(estate, notice, &mut networks);
    }
}

fn place(estate: &Estate, address: &str) -> Place {
    match queue_region(address) {
        None | Some("") => estate.home().clone(),
        Some(region) => estate.home().in_region(region),
    }
}

/// Takes some messages, has looked at what they are about, and lets SQS forget them.
fn once(
    estate: &Estate,
    place: &Place,
    address: &str,
    queue: &Queue,
    notice: Notice<'_>,
    networks: &mut Networks,
) -> Result<(), AwsError> {
    let input = json!({
        "QueueUrl": address,
        "MaxNumberOfMessages": MOST_AT_ONCE,
        "WaitTimeSeconds": WAIT,
        "VisibilityTimeout": 300,
    });
    let answer = place.json(&SQS, "ReceiveMessage", &input)?;
    for message in answer["Messages"].as_array().into_iter().flatten() {
        let happened = read(message["Body"].as_str().unwrap_or_default());
        let is_done = happened.is_none_or(|happened| act(estate, &happened, queue, notice, networks));
        // What could not be looked at comes again.
        if is_done {
            let input = json!({ "QueueUrl": address, "ReceiptHandle": message["ReceiptHandle"] });
            place.json(&SQS, "DeleteMessage", &input)?;
        }
    }
    Ok(())
}

fn act(
    estate: &Estate,
    happened: &Happened,
    queue: &Queue,
    notice: Notice<'_>,
    networks: &mut Networks,
) -> bool {
    // One that is not watched is nobody's business here.
    let Some(site) = estate.site(&happened.site) else {
        return true;
    };
    if happened.what == What::Network {
        // One change seldom comes alone.
        networks.changed.insert(happened.site.clone());
        return true;
    }
    match notice(&site, &happened.what) {
        Ok(Some((source, items))) => queue.push(source, items),
        Ok(None) => {}
        Err(error) => {
            tracing::warn!("{error}");
            return false;
        }
    }
    true
}

/// Looks at networks of which something changed, each not too often.
fn look_at_networks(estate: &Estate, notice: Notice<'_>, networks: &mut Networks) {
    for name in networks.due(Instant::now()) {
        let Some(site) = estate.site(&name) else {
            continue;
        };
        if let Err(error) = notice(&site, &What::Network) {
            tracing::warn!("{error}");
            networks.changed.insert(name);
        }
    }
}

/// Networks by their sites.
#[derive(Default)]
struct Networks {
    /// Those of which something changed since they were looked at.
    changed: BTreeSet<String>,
    looked_at: BTreeMap<String, Instant>,
}

impl Networks {
    /// Takes those that are to be looked at now.
    fn due(&mut self, now: Instant) -> Vec<String> {
        self.looked_at
            .retain(|_, at| now.duration_since(*at) < LEAST_BETWEEN_NETWORKS);
        let due: Vec<String> = self
            .changed
            .iter()
            .filter(|name| !self.looked_at.contains_key(*name))
            .cloned()
            .collect();
        for name in &due {
            self.changed.remove(name);
            self.looked_at.insert(name.clone(), now);
        }
        due
    }
}

/// Calls of EC2 and load balancers that change what traffic passes begin with one of these and go on with one of those.
const CHANGES: [&str; 16] = [
    "Accept",
    "Add",
    "Allocate",
    "Associate",
    "Attach",
    "Authorize",
    "Create",
    "Delete",
    "Deregister",
    "Detach",
    "Disable",
    "Disassociate",
    "Enable",
    "Modify",
    "Register",
    "Revoke",
];
const PASSED: [&str; 15] = [
    "Address",
    "Gateway",
    "Interface",
    "Listener",
    "LoadBalancer",
    "NetworkAcl",
    "Peering",
    "PrefixList",
    "Route",
    "Rule",
    "SecurityGroup",
    "Subnet",
    "Target",
    "Vpc",
    "Vpn",
];
const REPLACES: &str = "Replace";

/// What an event of EventBridge tells; `None` for what nobody here asks for.
///
/// Source: the user guides of EC2, "Monitor with EventBridge"; of ECR, "Amazon ECR events"; of CloudTrail, for calls.
fn read(body: &str) -> Option<Happened> {
    let event: Value = serde_json::from_str(body).ok()?;
    let detail = &event["detail"];
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let what = match event["detail-type"].as_str()? {
        "EC2 Instance State-change Notification" => What::Instance(text(&detail["instance-id"])?),
        "EC2 AMI State Change" => What::MachineImage(text(&detail["ImageId"])?),
        "ECR Image Action" => What::Repository(text(&detail["repository-name"])?),
        "AWS API Call via CloudTrail" => call(detail)?,
        _ => return None,
    };
    let (account, region) = (text(&event["account"])?, text(&event["region"])?);
    Some(Happened {
        site: format!("{account}/{region}"),
        what,
    })
}

/// What a call changed.
fn call(detail: &Value) -> Option<What> {
    if detail["errorCode"].is_string() {
        return None;
    }
    let parameters = &detail["requestParameters"];
    let name = detail["eventName"].as_str()?;
    match detail["eventSource"].as_str()? {
        "lambda.amazonaws.com" => {
            let arn = parameters["functionName"]
                .as_str()
                .or(parameters["resource"].as_str())?;
            Some(What::Function(function(arn).to_owned()))
        }
        "ec2.amazonaws.com" if matches!(name, "CreateTags" | "DeleteTags") => {
            let tagged = parameters["resourcesSet"]["items"].as_array()?;
            let mut ids = tagged.iter().filter_map(|item| item["resourceId"].as_str());
            ids.find_map(|id| match id.split_once('-')?.0 {
                "i" => Some(What::Instance(id.to_owned())),
                "ami" => Some(What::MachineImage(id.to_owned())),
                _ => None,
            })
        }
        "ec2.amazonaws.com" | "elasticloadbalancing.amazonaws.com" => {
            let rest = CHANGES
                .iter()
                .chain([&REPLACES])
                .find_map(|change| name.strip_prefix(change))?;
            PASSED
                .iter()
                .any(|passed| rest.contains(passed))
                .then_some(What::Network)
        }
        _ => None,
    }
}

/// The name of a function that is called by its name or its ARN, with a version or without.
fn function(name: &str) -> &str {
    let name = name.split_once(":function:").map_or(name, |(_, name)| name);
    name.split(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_looked_at_now_and_then_however_much_changes() {
        let mut networks = Networks::default();
        let now = Instant::now();
        let mut change = |seconds: u64| {
            networks.changed.insert("a".to_owned());
            networks.due(now + Duration::from_secs(seconds))
        };
        for (seconds, expected) in [(0, 1), (1, 0), (29, 0), (30, 1), (31, 0)] {
            assert_eq!(change(seconds).len(), expected, "{seconds}");
        }
        // What changed last is looked at, though nothing more changes.
        assert_eq!(networks.due(now + Duration::from_secs(60)), ["a"]);
        assert_eq!(networks.due(now + Duration::from_secs(120)), [""; 0]);
    }

    #[test]
    fn what_events_tell() {
        let event = |kind: &str, detail: Value| {
            json!({"detail-type": kind, "account": "111122223333", "region": "eu-west-1", "detail": detail})
                .to_string()
        };
        let call = |source: &str, name: &str, parameters: Value| {
            let source = format!("{source}.amazonaws.com");
            event(
                "AWS API Call via CloudTrail",
                json!({"eventSource": source, "eventName": name, "requestParameters": parameters}),
            )
        };
        let tagged = json!({"resourcesSet": {"items": [{"resourceId": "vpc-1"}, {"resourceId": "i-1"}]}});
        for (body, expected) in [
            (
                event(
                    "EC2 Instance State-change Notification",
                    json!({"instance-id": "i-1", "state": "running"}),
                ),
                Some(What::Instance("i-1".to_owned())),
            ),
            (
                event(
                    "EC2 AMI State Change",
                    json!({"ImageId": "ami-1", "State": "available"}),
                ),
                Some(What::MachineImage("ami-1".to_owned())),
            ),
            (
                call(
                    "ec2",
                    "DeleteTags",
                    json!({"resourcesSet": {"items": [{"resourceId": "ami-1"}]}}),
                ),
                Some(What::MachineImage("ami-1".to_owned())),
            ),
            (
                event(
                    "ECR Image Action",
                    json!({"repository-name": "shop/web", "action-type": "PUSH", "result": "SUCCESS"}),
                ),
                Some(What::Repository("shop/web".to_owned())),
            ),
            (
                call(
                    "lambda",
                    "UpdateFunctionCode20150331v2",
                    json!({"functionName": "arn:aws:lambda:eu-west-1:111122223333:function:pay:1"}),
                ),
                Some(What::Function("pay".to_owned())),
            ),
            (
                call("lambda", "DeleteFunction20150331", json!({"functionName": "pay"})),
                Some(What::Function("pay".to_owned())),
            ),
            (
                call("ec2", "CreateTags", tagged),
                Some(What::Instance("i-1".to_owned())),
            ),
            (
                call("ec2", "AuthorizeSecurityGroupIngress", json!({})),
                Some(What::Network),
            ),
            (call("ec2", "ReplaceRoute", json!({})), Some(What::Network)),
            (
                call("elasticloadbalancing", "RegisterTargets", json!({})),
                Some(What::Network),
            ),
            (call("ec2", "DescribeVpcs", json!({})), None),
            (call("ec2", "CreateSnapshot", json!({})), None),
            (event("Scheduled Event", json!({})), None),
            ("no event".to_owned(), None),
        ] {
            let read = read(&body);
            let is_ours = read
                .as_ref()
                .is_none_or(|read| read.site == "111122223333/eu-west-1");
            assert!(is_ours, "{body}");
            assert_eq!(read.map(|read| read.what), expected, "{body}");
        }
        let failed = json!({"eventSource": "lambda.amazonaws.com", "eventName": "DeleteFunction20150331",
            "errorCode": "AccessDenied", "requestParameters": {"functionName": "pay"}});
        assert_eq!(super::read(&event("AWS API Call via CloudTrail", failed)), None);
    }
}
