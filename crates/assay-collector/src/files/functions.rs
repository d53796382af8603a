//! Packages of serverless functions. What stands beside one is what `aws lambda get-function` says of it; its layers lie below
//! `layers`.

use std::path::Path;

use jiff::{Timestamp, fmt::strtime};
use serde_json::{Map, Value, json};

use super::{Sort, When, stem};
use crate::{
    reading::{FunctionLayer, Target},
    service::Service,
};

/// Packages of functions: `NAME.zip`, with `NAME.json` beside it. The layer `arn:aws:lambda:…:layer:LIBS:3` is
/// `layers/LIBS-3.zip`.
pub(crate) struct Functions;

/// Layers that the API shows.
const MOST_LAYERS: usize = 5;

impl Sort for Functions {
    const RESOURCE_TYPE: &'static str = "AWS_LAMBDA_FUNCTION";
    const NAME: &'static str = "functions";
    const READ_WHEN: When = When::Changed;

    fn is_one(name: &str) -> bool {
        name.ends_with(".zip")
    }

    fn resource(service: &Service, path: &Path, note: &Value, modified: i64) -> Value {
        describe(service, note, &stem(path), modified)
    }

    fn target(path: &Path, note: &Value) -> Target {
        let folder = path.parent().unwrap_or(Path::new(".")).join("layers");
        let layer = |arn: String| -> Option<FunctionLayer> {
            let (rest, version) = arn.rsplit_once(':')?;
            let (_, name) = rest.rsplit_once(':')?;
            let is_name = |text: &str| !text.contains(['/', '\\']) && !text.starts_with('.');
            let file = folder.join(format!("{name}-{version}.zip"));
            (is_name(name) && is_name(version)).then_some(FunctionLayer { file, arn })
        };
        Target::Function {
            package: path.to_owned(),
            layers: layers(note).into_iter().filter_map(layer).collect(),
        }
    }
}

/// A version of a function as the service takes it, by what `get-function` or its `Configuration` says of it. Where that has no name
/// or time, they are these.
pub fn describe(service: &Service, note: &Value, name: &str, modified: i64) -> Value {
    let told = configuration(note);
    let text = |name: &str| told[name].as_str().filter(|text| !text.is_empty());
    let name = text("FunctionName").unwrap_or(name);
    let version = text("Version").unwrap_or("$LATEST");
    let mut details = Map::new();
    let mut say = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            details.insert(name.to_owned(), value);
        }
    };
    say("functionName", Some(json!(name)));
    say("version", Some(json!(version)));
    say(
        "runtime",
        text("Runtime").map(|runtime| json!(assay_inspector::runtime(runtime).as_str())),
    );
    say("codeSha256", text("CodeSha256").map(Value::from));
    say("executionRoleArn", text("Role").map(Value::from));
    say(
        "packageType",
        text("PackageType").map(|kind| json!(kind.to_uppercase())),
    );
    let at = text("LastModified").and_then(time).unwrap_or(modified);
    say("lastModifiedAt", Some(json!(at)));
    let architectures = told["Architectures"].as_array().into_iter().flatten();
    let architectures: Vec<String> = architectures
        .filter_map(|architecture| Some(architecture.as_str()?.to_uppercase()))
        .take(1)
        .collect();
    say(
        "architectures",
        (!architectures.is_empty()).then(|| json!(architectures)),
    );
    let layers = layers(note);
    say("layers", (!layers.is_empty()).then(|| json!(layers)));
    let mut resource = json!({
        "type": "function",
        "id": service.function_id(name, version),
        "details": { "awsLambdaFunction": details },
    });
    for tags in [&note["Tags"], &told["Tags"]] {
        if tags.is_object() {
            resource["tags"] = tags.clone();
        }
    }
    resource
}

/// `Configuration` of the answer of `get-function`, or that itself.
fn configuration(note: &Value) -> &Value {
    match &note["Configuration"] {
        Value::Null => note,
        told => told,
    }
}

/// The layers of a function by their ARNs, the lowest first.
pub fn layers(note: &Value) -> Vec<String> {
    let layers = configuration(note)["Layers"].as_array().into_iter().flatten();
    let arns = layers.filter_map(|layer| layer["Arn"].as_str().or(layer.as_str()));
    arns.take(MOST_LAYERS).map(str::to_owned).collect()
}

/// `2026-01-02T03:04:05.000+0000` in seconds since 1970.
fn time(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_second());
    }
    let read = strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()?;
    Some(read.to_timestamp().ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn times() {
        for (text, expected) in [
            ("2026-01-02T03:04:05.000+0000", Some(1_767_323_045)),
            ("2026-01-02T03:04:05Z", Some(1_767_323_045)),
            ("yesterday", None),
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
    }

    #[test]
    fn layers_lie_beside() {
        let arn = |name: &str| json!({"Arn": format!("arn:aws:lambda:eu-west-1:111122223333:layer:{name}")});
        let note = json!({"Configuration": {"Layers": [arn("libs:3"), arn("../up:1"), arn("more:12")]}});
        let Target::Function { package, layers } = Functions::target(Path::new("/srv/f/shop.zip"), &note)
        else {
            panic!("it is a function");
        };
        assert_eq!(package, Path::new("/srv/f/shop.zip"));
        let expected = ["/srv/f/layers/libs-3.zip", "/srv/f/layers/more-12.zip"].map(PathBuf::from);
        let files: Vec<PathBuf> = layers.into_iter().map(|layer| layer.file).collect();
        assert_eq!(files, expected);
    }
}
