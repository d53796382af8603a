//! Functions of Lambda: their versions, packages or images, and layers.

mod invocations;
mod packages;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use assay_collector::{
    Item, Looked, ReadError, Reader, Reported, Source, Unreadable, UnreadableReason, WatchError, Wish,
    describe_function,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{AwsError, LAMBDA},
    estate::{Estate, Site},
    images::Images,
    item::{item, parts},
    kept::Kept,
};

use invocations::Invocations;

const FUNCTION: &str = "AWS_LAMBDA_FUNCTION";

/// The versions of Lambda's API that its paths name.
const FUNCTIONS: [&str; 2] = ["2015-03-31", "functions"];
const TAGS: [&str; 2] = ["2017-03-31", "tags"];

/// How long ago a function was changed at most that is scanned anyway, in seconds: a day less than the service has it.
const CHANGED_LATELY: i64 = 89 * 24 * 3600;

/// The version that keeps being looked at.
const LATEST: &str = "$LATEST";

/// Functions that are watched.
pub(crate) struct Functions {
    estate: Arc<Estate>,
    /// Who knows how registries are spoken to, for functions that are images.
    images: Arc<Images>,
    invocations: Invocations,
    /// By `NAME:VERSION`.
    known: Kept<Function>,
}

/// A version of a function.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Function {
    /// As it was told of.
    resource: Value,
    /// The code and the layers that were read; null for none.
    #[serde(default)]
    read: Value,
}

impl Functions {
    pub(crate) fn open(estate: Arc<Estate>, images: Arc<Images>, state: &Path) -> Result<Functions> {
        Ok(Functions {
            estate,
            images,
            invocations: Invocations::default(),
            known: Kept::open(state, "functions")?,
        })
    }

    fn look_at(&self, site: &Site) -> Result<Vec<Item>, WatchError> {
        let parameters = [("FunctionVersion", "ALL"), ("MaxItems", "50")];
        let path = [FUNCTIONS[0], FUNCTIONS[1], ""];
        let listed = site
            .place
            .rest_pages(&LAMBDA, "ListFunctions", &path, &parameters, "Functions")?;
        if self.estate.configuration().functions.expire_unused {
            self.look_at_use(site, &listed);
        }
        self.take_up_all(site, &listed, |_| true)
    }

    /// Finds out when functions were last invoked that were not changed lately.
    fn look_at_use(&self, site: &Site, listed: &[Value]) {
        let now = Timestamp::now().as_second();
        let latest = listed.iter().filter(|function| function["Version"] == LATEST);
        let old = latest.filter(|function| !is_new(function, now));
        let names: Vec<&str> = old
            .filter_map(|function| function["FunctionName"].as_str())
            .collect();
        if let Err(error) = self.invocations.refresh(site, &names, now) {
            tracing::warn!(
                "{error}; functions of {} count as used where that is not known",
                site.name()
            );
        }
    }

    /// A function as the service takes it, of what AWS says of it.
    fn describe(&self, site: &Site, told: &Value, function: &str) -> Value {
        let mut resource = describe_function(&site.service, told, function, 0);
        if let Some(at) = self.invocations.of(site, function) {
            resource["invokedAt"] = json!(at);
        }
        resource
    }

    /// Looks at a function that something happened to; gives what is to be read.
    pub(crate) fn notice(&self, site: &Site, function: &str) -> Result<Vec<Item>, WatchError> {
        let path = [FUNCTIONS[0], FUNCTIONS[1], function, "versions"];
        let listed = site
            .place
            .rest_pages(&LAMBDA, "ListVersionsByFunction", &path, &[], "Versions");
        let listed = match listed {
            Err(error) if error.is_missing() => Vec::new(),
            other => other?,
        };
        self.take_up_all(site, &listed, |name| of_version(name).0 == function)
    }

    /// Takes up all versions that there are of functions by whose name something holds.
    fn take_up_all(
        &self,
        site: &Site,
        listed: &[Value],
        is_asked: impl Fn(&str) -> bool,
    ) -> Result<Vec<Item>, WatchError> {
        let names: BTreeSet<String> = listed.iter().filter_map(name).collect();
        for name in self
            .known
            .names(site, |name| is_asked(name) && !names.contains(name))
        {
            self.end(site, &name)?;
        }
        let mut tags = BTreeMap::new();
        let mut wanted = Vec::new();
        for configuration in listed {
            wanted.extend(self.take_up(site, configuration, &mut tags)?);
        }
        Ok(wanted)
    }

    /// Tells of a version of a function, where it is another than it was; gives what is to be read. Tags are asked for once a function.
    fn take_up(
        &self,
        site: &Site,
        configuration: &Value,
        tags: &mut BTreeMap<String, Value>,
    ) -> Result<Option<Item>, WatchError> {
        let Some(name) = name(configuration) else {
            return Ok(None);
        };
        let (function, _) = of_version(&name);
        let tags = match tags.get(function) {
            Some(known) => known.clone(),
            None => {
                let asked = tags_of(site, configuration);
                tags.insert(function.to_owned(), asked.clone());
                asked
            }
        };
        let mut note = configuration.clone();
        note["Tags"] = tags;
        let resource = self.describe(site, &note, function);
        let content = content(configuration);
        let known = self.known.get(site, &name).unwrap_or_default();
        let has_new_content = known.read != content;
        if known.resource == resource && !has_new_content {
            return Ok(None);
        }
        let wish = site.service.tell(&resource, None)?;
        self.known.note(site, &name, |kept| kept.resource = resource);
        // Of what was read before, the service does not know that it changed.
        let is_changed = has_new_content && !known.read.is_null();
        Ok((wish == Wish::Inventory || is_changed).then(|| item(site, &name)))
    }

    fn end(&self, site: &Site, name: &str) -> Result<(), WatchError> {
        let (function, version) = of_version(name);
        let id = site.service.function_id(function, version);
        site.service.end(FUNCTION, &id)?;
        self.known.remove(site, name);
        Ok(())
    }
}

/// Whether a function was changed so lately that it does not matter whether anybody uses it.
fn is_new(configuration: &Value, now: i64) -> bool {
    let changed = configuration["LastModified"].as_str().unwrap_or_default();
    // A zone without a colon is Lambda's.
    let changed = changed
        .parse::<Timestamp>()
        .or_else(|_| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", changed));
    changed.is_ok_and(|at| now - at.as_second() < CHANGED_LATELY)
}

/// The function and the version of `NAME:VERSION`.
fn of_version(name: &str) -> (&str, &str) {
    name.rsplit_once(':').unwrap_or((name, LATEST))
}

/// `NAME:VERSION` of a configuration.
fn name(configuration: &Value) -> Option<String> {
    let name = configuration["FunctionName"].as_str()?;
    let version = configuration["Version"].as_str().unwrap_or(LATEST);
    Some(format!("{name}:{version}"))
}

/// What tells that there is something else to read.
fn content(configuration: &Value) -> Value {
    let layers = configuration["Layers"].as_array().into_iter().flatten();
    let layers: Vec<&Value> = layers.map(|layer| &layer["Arn"]).collect();
    json!([configuration["CodeSha256"], layers])
}

/// The tags of a function; none where they cannot be had.
fn tags_of(site: &Site, configuration: &Value) -> Value {
    let arn = configuration["FunctionArn"].as_str().unwrap_or_default();
    let version = configuration["Version"].as_str().unwrap_or(LATEST);
    // Tags are the function's, not a version's.
    let arn = arn.strip_suffix(&format!(":{version}")).unwrap_or(arn);
    match site
        .place
        .rest(&LAMBDA, "ListTags", &[TAGS[0], TAGS[1], arn], &[])
    {
        Ok(answer) => answer["Tags"].clone(),
        Err(error) => {
            tracing::warn!("{error}");
            Value::Null
        }
    }
}

impl Source for Functions {
    fn name(&self) -> String {
        "functions of Lambda".to_owned()
    }

    fn period(&self) -> Duration {
        self.estate.configuration().functions.every.unsigned_abs()
    }

    fn look(&self) -> Looked {
        self.estate.look(|site| self.look_at(site))
    }

    fn ask(&self) -> Vec<Item> {
        self.estate.wanted(|site, id| {
            let (_, name) = id.split_once(":function:")?;
            self.known.has(site, name).then(|| item(site, name))
        })
    }

    fn read(&self, what: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        let Some((site, name)) = parts(&self.estate, what) else {
            return Ok(());
        };
        let (function, version) = of_version(name);
        let path = [FUNCTIONS[0], FUNCTIONS[1], function];
        let qualifier = [("Qualifier", version)];
        let told = match site.place.rest(&LAMBDA, "GetFunction", &path, &qualifier) {
            Err(error) if error.is_missing() => return self.end(&site, name),
            other => other?,
        };
        let resource = self.describe(&site, &told, function);
        let fetched = packages::fetch(&self.images, &site, &told);
        let read = match &fetched {
            Ok(fetched) => reader.read(&fetched.target),
            Err(error @ AwsError::TooLarge { .. }) => Err(ReadError::Lasting(Unreadable {
                reason: UnreadableReason::InternalError,
                message: error.to_string(),
            })),
            Err(error) => Err(match ReadError::from(error) {
                // The function is there, if what it consists of is not.
                ReadError::Gone(message) => ReadError::Passing(message),
                other => other,
            }),
        };
        match site.service.report(&resource, read)? {
            Reported::Inventory | Reported::Unreadable(_) => {}
            Reported::Later | Reported::Gone => return Ok(()),
        }
        self.known.change(&site, name, |kept| {
            kept.read = content(&told["Configuration"]);
        });
        Ok(())
    }

    fn keep(&self) -> io::Result<()> {
        self.known.keep()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_content() {
        let configuration =
            json!({"FunctionName": "f", "Version": "2", "CodeSha256": "c", "Layers": [{"Arn": "l:1"}]});
        assert_eq!(name(&configuration).unwrap(), "f:2");
        assert_eq!(content(&configuration), json!(["c", ["l:1"]]));
        assert_eq!(name(&json!({"FunctionName": "f"})).unwrap(), "f:$LATEST");
        assert_eq!(name(&json!({})), None);
    }

    #[test]
    fn what_was_changed_lately() {
        let now = "2026-11-29T00:00:00Z".parse::<Timestamp>().unwrap().as_second();
        for (changed, expected) in [
            ("2026-11-28T10:00:00.000+0000", true),
            ("2026-11-28T10:00:00Z", true),
            ("2026-08-01T10:00:00.000+0000", false),
            ("yesterday", false),
        ] {
            assert_eq!(
                is_new(&json!({"LastModified": changed}), now),
                expected,
                "{changed}"
            );
        }
    }
}
