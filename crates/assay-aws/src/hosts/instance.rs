//! What EC2 says of an instance.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Addresses of an instance that are told.
const MOST_ADDRESSES: usize = 32;

/// An instance, as it was seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) life: Life,
    instance: Value,
}

/// Whether an instance runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    Runs,
    Stopped,
    Gone,
}

impl Life {
    fn of(state: &str) -> Life {
        match state {
            "shutting-down" | "terminated" => Self::Gone,
            "stopping" | "stopped" => Self::Stopped,
            _ => Self::Runs,
        }
    }
}

impl Seen {
    /// Reads an instance of the answer of `describe-instances`.
    pub(super) fn read(instance: &Value) -> Option<Seen> {
        Some(Seen {
            id: instance["InstanceId"].as_str()?.to_owned(),
            life: Life::of(instance["State"]["Name"].as_str().unwrap_or_default()),
            instance: instance.clone(),
        })
    }

    /// Whether it runs Windows, whose disks are not read.
    pub(super) fn is_windows(&self) -> bool {
        let platform = self.instance["Platform"].as_str().unwrap_or_default();
        platform.eq_ignore_ascii_case("windows")
    }

    /// As the service takes it.
    pub(super) fn resource(&self, scan_mode: &str) -> Value {
        let instance = &self.instance;
        let mut details = Map::new();
        for (name, told) in [
            ("type", &instance["InstanceType"]),
            ("imageId", &instance["ImageId"]),
            ("keyName", &instance["KeyName"]),
            ("vpcId", &instance["VpcId"]),
            ("subnetId", &instance["SubnetId"]),
            ("iamInstanceProfileArn", &instance["IamInstanceProfile"]["Arn"]),
        ] {
            if let Some(text) = told.as_str().filter(|text| !text.is_empty()) {
                details.insert(name.to_owned(), json!(text));
            }
        }
        let launched = instance["LaunchTime"].as_str();
        if let Some(at) = launched.and_then(|at| at.parse::<Timestamp>().ok()) {
            details.insert("launchedAt".to_owned(), json!(at.as_second()));
        }
        let (v4, v6) = addresses(instance);
        details.insert("ipV4Addresses".to_owned(), json!(v4));
        details.insert("ipV6Addresses".to_owned(), json!(v6));
        json!({
            "type": "host",
            "id": self.id,
            "state": match self.life {
                Life::Runs => "active",
                Life::Stopped => "stopped",
                Life::Gone => "terminated",
            },
            "scanMode": scan_mode,
            "tags": tags(&instance["Tags"]),
            "details": { "awsEc2Instance": details },
        })
    }
}

/// Tags as EC2 lists them, as a map.
pub(crate) fn tags(listed: &Value) -> Map<String, Value> {
    let listed = listed.as_array().into_iter().flatten();
    listed
        .filter_map(|tag| {
            let key = tag["Key"].as_str()?;
            Some((key.to_owned(), json!(tag["Value"].as_str().unwrap_or_default())))
        })
        .collect()
}

/// The addresses of all interfaces, public ones too, each once, in their order.
fn addresses(instance: &Value) -> (Vec<String>, Vec<String>) {
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    let add = |to: &mut Vec<String>, address: &Value| {
        if let Some(address) = address.as_str().filter(|address| !address.is_empty())
            && to.len() < MOST_ADDRESSES
            && !to.iter().any(|known| known == address)
        {
            to.push(address.to_owned());
        }
    };
    for name in ["PrivateIpAddress", "PublicIpAddress"] {
        add(&mut v4, &instance[name]);
    }
    add(&mut v6, &instance["Ipv6Address"]);
    for interface in instance["NetworkInterfaces"].as_array().into_iter().flatten() {
        for private in interface["PrivateIpAddresses"].as_array().into_iter().flatten() {
            add(&mut v4, &private["PrivateIpAddress"]);
            add(&mut v4, &private["Association"]["PublicIp"]);
        }
        for address in interface["Ipv6Addresses"].as_array().into_iter().flatten() {
            add(&mut v6, &address["Ipv6Address"]);
        }
    }
    (v4, v6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_described() {
        let instance = json!({
            "InstanceId": "i-1", "InstanceType": "t3.micro", "ImageId": "ami-1", "State": {"Code": 16, "Name": "running"},
            "LaunchTime": "2026-11-01T00:00:00.000Z", "PrivateIpAddress": "10.0.0.1", "PublicIpAddress": "203.0.113.1",
            "NetworkInterfaces": [{
                "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.1"}, {"PrivateIpAddress": "10.0.0.2"}],
                "Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}]
            }],
            "Tags": [{"Key": "Name", "Value": "web"}, {"Key": "InspectorEc2Exclusion"}]
        });
        let expected = json!({
            "type": "host", "id": "i-1", "state": "active", "scanMode": "EC2_AGENTLESS",
            "tags": {"Name": "web", "InspectorEc2Exclusion": ""},
            "details": {"awsEc2Instance": {
                "type": "t3.micro", "imageId": "ami-1", "launchedAt": 1_793_491_200,
                "ipV4Addresses": ["10.0.0.1", "203.0.113.1", "10.0.0.2"], "ipV6Addresses": ["2001:db8::1"]
            }}
        });
        let seen = Seen::read(&instance).unwrap();
        assert_eq!(seen.resource("EC2_AGENTLESS"), expected);
        assert!(!seen.is_windows());
        let windows = json!({"InstanceId": "i-2", "Platform": "windows"});
        assert!(Seen::read(&windows).unwrap().is_windows());
        assert!(Seen::read(&json!({})).is_none());
    }

    #[test]
    fn lives() {
        for (state, expected) in [
            ("pending", Life::Runs),
            ("running", Life::Runs),
            ("stopping", Life::Stopped),
            ("stopped", Life::Stopped),
            ("shutting-down", Life::Gone),
            ("terminated", Life::Gone),
        ] {
            assert_eq!(Life::of(state), expected, "{state}");
        }
    }
}
