//! Packages of serverless functions. What stands beside one is what `aws lambda get-function` says of it; its layers lie below
//! `layers`.

use std::path::Path;

use assay_artifacts::ConnectOptions;
use jiff::{Timestamp, fmt::strtime};
use serde_json::{Map, Value, json};

use super::{Listing, Sort, When, stem};
use crate::{
    reading::{FunctionLayer, Target},
    service::Service,
};

/// Packages of functions: `NAME.zip`, with `NAME.json` beside it. The layer `arn:aws:lambda:…:layer:LIBS:3` is
/// `layers/LIBS-3.zip`. A function that is an image has `NAME.json` alone, which says where the image is.
pub(crate) struct Functions;

/// Layers that the API shows.
const MOST_LAYERS: usize = 5;

/// How packages and what is said of them end.
const PACKAGE: &str = ".zip";
const NOTE: &str = ".json";

impl Sort for Functions {
    const RESOURCE_TYPE: &'static str = "AWS_LAMBDA_FUNCTION";
    const NAME: &'static str = "functions";
    const READ_WHEN: When = When::Changed;

    fn is_one(name: &str, all: &Listing) -> bool {
        let is_alone = || {
            name.strip_suffix(NOTE)
                .is_some_and(|stem| !all.contains_key(&format!("{stem}{PACKAGE}")))
        };
        !name.contains('/') && (name.ends_with(PACKAGE) || is_alone())
    }

    fn resource(service: &Service, name: &str, note: &Value, modified: i64) -> Option<Value> {
        // What is said of a package may be there before the package.
        let is_one = name.ends_with(PACKAGE) || image(note).is_some();
        is_one.then(|| describe(service, note, stem(name), modified))
    }

    fn parts(name: &str, note: &Value) -> Vec<String> {
        if !name.ends_with(PACKAGE) {
            return Vec::new();
        }
        let layers = layers(note).into_iter().filter_map(|arn| layer_file(&arn));
        layers.chain([name.to_owned()]).collect()
    }

    fn target(directory: &Path, name: &str, note: &Value) -> Target {
        if let (false, Some(image)) = (name.ends_with(PACKAGE), image(note)) {
            return Target::Image {
                reference: image.to_owned(),
                registry: ConnectOptions::default(),
            };
        }
        let layer = |arn: String| -> Option<FunctionLayer> {
            let file = directory.join(layer_file(&arn)?);
            Some(FunctionLayer { file, arn })
        };
        Target::Function {
            package: directory.join(name),
            layers: layers(note).into_iter().filter_map(layer).collect(),
        }
    }
}

/// Where a layer lies.
fn layer_file(arn: &str) -> Option<String> {
    let (rest, version) = arn.rsplit_once(':')?;
    let (_, name) = rest.rsplit_once(':')?;
    let is_name = |text: &str| !text.contains(['/', '\\']) && !text.starts_with('.');
    (is_name(name) && is_name(version)).then(|| format!("layers/{name}-{version}{PACKAGE}"))
}

/// The image that a function is, by digest where that is told; `None` for one that is a package.
fn image(note: &Value) -> Option<&str> {
    (configuration(note)["PackageType"] == "Image").then_some(())?;
    let code = &note["Code"];
    code["ResolvedImageUri"].as_str().or(code["ImageUri"].as_str())
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

    use super::{super::Stamp, *};

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
        let Target::Function { package, layers } = Functions::target(Path::new("/srv/f"), "shop.zip", &note)
        else {
            panic!("it is a function");
        };
        assert_eq!(package, Path::new("/srv/f/shop.zip"));
        let expected = ["/srv/f/layers/libs-3.zip", "/srv/f/layers/more-12.zip"].map(PathBuf::from);
        let files: Vec<PathBuf> = layers.into_iter().map(|layer| layer.file).collect();
        assert_eq!(files, expected);
        let parts = Functions::parts("shop.zip", &note);
        assert_eq!(parts, ["layers/libs-3.zip", "layers/more-12.zip", "shop.zip"]);
    }

    #[test]
    fn images_stand_alone() {
        let note = json!({"Configuration": {"PackageType": "Image"},
            "Code": {"ImageUri": "r.example/shop:1", "ResolvedImageUri": "r.example/shop@sha256:1"}});
        let Target::Image { reference, .. } = Functions::target(Path::new("/srv"), "shop.json", &note) else {
            panic!("it is an image");
        };
        assert_eq!(reference, "r.example/shop@sha256:1");
        assert!(Functions::parts("shop.json", &note).is_empty());
        assert_eq!(
            image(&json!({"Configuration": {"PackageType": "Zip"}, "Code": {"ImageUri": "x"}})),
            None
        );
        let stamp = Stamp {
            bytes: 1,
            modified: 1,
            tag: None,
        };
        let names = ["shop.json", "cart.json", "cart.zip", "layers/a-1.zip"];
        let all: Listing = names
            .iter()
            .map(|name| ((*name).to_owned(), stamp.clone()))
            .collect();
        let ones: Vec<&&str> = names
            .iter()
            .filter(|name| Functions::is_one(name, &all))
            .collect();
        assert_eq!(ones, [&"shop.json", &"cart.zip"]);
    }
}
