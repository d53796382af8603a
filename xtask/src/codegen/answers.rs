//! The shapes of answers of AWS's services that answer in XML, as data: which element is which member, and of which type.
//!
//! With these, `assay-aws` reads an answer as the AWS CLI shows it, without a type for each of hundreds of shapes.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

use super::model;

/// A service that answers in XML, and what it is asked.
struct Source {
    /// As `assay-aws` calls it.
    name: &'static str,
    /// The folder of the model below botocore's data.
    folder: &'static str,
    operations: &'static [&'static str],
}

const SOURCES: [Source; 4] = [
    Source {
        name: "ec2",
        folder: "ec2/2016-11-15",
        operations: &[
            "CreateSnapshots",
            "DescribeEgressOnlyInternetGateways",
            "DescribeImages",
            "DescribeInstances",
            "DescribeInternetGateways",
            "DescribeManagedPrefixLists",
            "DescribeNatGateways",
            "DescribeNetworkAcls",
            "DescribeNetworkInterfaces",
            "DescribeRegions",
            "DescribeRouteTables",
            "DescribeSecurityGroups",
            "DescribeSnapshots",
            "DescribeSubnets",
            "DescribeTransitGatewayAttachments",
            "DescribeTransitGatewayRouteTables",
            "DescribeTransitGateways",
            "DescribeVolumes",
            "DescribeVpcEndpoints",
            "DescribeVpcPeeringConnections",
            "DescribeVpcs",
            "DescribeVpnGateways",
            "GetManagedPrefixListEntries",
            "SearchTransitGatewayRoutes",
        ],
    },
    Source {
        name: "elb",
        folder: "elb/2012-06-01",
        operations: &["DescribeLoadBalancers"],
    },
    Source {
        name: "elbv2",
        folder: "elbv2/2015-12-01",
        operations: &[
            "DescribeListeners",
            "DescribeLoadBalancers",
            "DescribeRules",
            "DescribeTargetGroups",
            "DescribeTargetHealth",
        ],
    },
    Source {
        name: "sts",
        folder: "sts/2011-06-15",
        operations: &["AssumeRole", "GetCallerIdentity"],
    },
];

const DESTINATION: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/assay-aws/src/call/answers.json"
);

/// Writes the shapes anew from a folder of models, as botocore's `data`.
pub(super) fn write(models: &Path) -> anyhow::Result<()> {
    let mut services = Map::new();
    for source in &SOURCES {
        let model = model::document(&models.join(source.folder), "service-2.json")?;
        let shapes = shapes(&model, source.operations).with_context(|| source.name)?;
        services.insert(source.name.to_owned(), shapes);
    }
    let mut text = String::from("{\n");
    let count = services.len();
    for (number, (name, service)) in services.into_iter().enumerate() {
        text.push_str(&format!("{}: {{\n", json!(name)));
        let version = &service["version"];
        text.push_str(&format!("\"version\": {version},\n"));
        for (part, end) in [("operations", ","), ("shapes", "")] {
            text.push_str(&format!("\"{part}\": {{\n"));
            let entries: BTreeMap<&String, &Value> =
                service[part].as_object().into_iter().flatten().collect();
            let lines: Vec<String> = entries
                .into_iter()
                .map(|(name, entry)| format!("{}: {entry}", json!(name)))
                .collect();
            text.push_str(&lines.join(",\n"));
            text.push_str(&format!("\n}}{end}\n"));
        }
        text.push_str(if number + 1 < count { "},\n" } else { "}\n" });
    }
    text.push_str("}\n");
    fs::write(DESTINATION, text).context(DESTINATION)
}

/// The shapes of the answers of operations: `{"Shape": {"element": "Member type"}}`, with `[type]` for a list and no type for a
/// text.
fn shapes(model: &Value, names: &[&str]) -> anyhow::Result<Value> {
    let mut operations = BTreeMap::new();
    let mut waiting = Vec::new();
    for name in names {
        let output = &model["operations"][name]["output"];
        let shape = output["shape"]
            .as_str()
            .with_context(|| format!("{name} answers nothing"))?;
        // The element around the answer of the Query protocol; EC2's has none.
        let wrapper = output["resultWrapper"].as_str().unwrap_or_default();
        operations.insert(*name, json!([shape, wrapper]));
        waiting.push(shape.to_owned());
    }
    let mut shapes: BTreeMap<String, Value> = BTreeMap::new();
    while let Some(name) = waiting.pop() {
        if shapes.contains_key(&name) {
            continue;
        }
        let mut members = Map::new();
        let described = model["shapes"][&name]["members"].as_object();
        for (member, described) in described.with_context(|| format!("{name} is no structure"))? {
            let shape = described["shape"].as_str().context("no shape")?;
            let Some(kind) = kind(model, shape, &mut waiting)? else {
                continue;
            };
            let element = described["locationName"].as_str().unwrap_or(member);
            let space = if kind.is_empty() { "" } else { " " };
            members.insert(element.to_owned(), json!(format!("{member}{space}{kind}")));
        }
        members.sort_keys();
        shapes.insert(name, Value::Object(members));
    }
    Ok(json!({
        "version": model["metadata"]["apiVersion"],
        "operations": operations,
        "shapes": shapes,
    }))
}

/// The type of a shape in a word; none for what nobody asks for.
fn kind(model: &Value, shape: &str, waiting: &mut Vec<String>) -> anyhow::Result<Option<String>> {
    let described = &model["shapes"][shape];
    Ok(match described["type"].as_str().unwrap_or_default() {
        "structure" => {
            waiting.push(shape.to_owned());
            Some(shape.to_owned())
        }
        "list" if described["flattened"].is_null() => {
            let item = described["member"]["shape"].as_str().context("no item")?;
            kind(model, item, waiting)?.map(|item| format!("[{item}]"))
        }
        "string" | "timestamp" => Some(String::new()),
        "integer" | "long" => Some("integer".to_owned()),
        "double" | "float" => Some("number".to_owned()),
        "boolean" => Some("boolean".to_owned()),
        // Parameters of log-ins at load balancers.
        "map" => None,
        other => bail!("{shape} is of the type {other}, which is not read"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_answers() {
        let model = json!({
            "metadata": {"apiVersion": "2016-11-15"},
            "operations": {"DescribeVpcs": {"output": {"shape": "Result", "resultWrapper": "W"}}, "DeleteVpc": {}},
            "shapes": {
                "Result": {"type": "structure", "members": {
                    "Vpcs": {"shape": "Vpcs", "locationName": "vpcSet"}, "NextToken": {"shape": "Text"}
                }},
                "Vpcs": {"type": "list", "member": {"shape": "Vpc"}},
                "Vpc": {"type": "structure", "members": {
                    "IsDefault": {"shape": "Truth", "locationName": "isDefault"},
                    "Names": {"shape": "Names"}, "Peer": {"shape": "Vpc"}, "Odd": {"shape": "Map"}
                }},
                "Names": {"type": "list", "member": {"shape": "Text"}},
                "Text": {"type": "string"}, "Truth": {"type": "boolean"}, "Map": {"type": "map"}
            }
        });
        let expected = json!({
            "version": "2016-11-15",
            "operations": {"DescribeVpcs": ["Result", "W"]},
            "shapes": {
                "Result": {"vpcSet": "Vpcs [Vpc]", "NextToken": "NextToken"},
                "Vpc": {"isDefault": "IsDefault boolean", "Names": "Names []", "Peer": "Peer Vpc"}
            }
        });
        assert_eq!(shapes(&model, &["DescribeVpcs"]).unwrap(), expected);
        assert!(shapes(&model, &["DeleteVpc"]).is_err());
    }
}
