//! Functions of Lambda: their versions, packages or images, and layers.

mod packages;

use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Result;
use assay_collector::{
    Item, ReadError, Reader, Reported, Source, StateFile, Unreadable, UnreadableReason, WatchError, Wish,
    describe_function,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{AwsError, LAMBDA},
    estate::{Estate, Site, each, state_of},
    images::Images,
    item::{item, parts},
};

const FUNCTION: &str = "AWS_LAMBDA_FUNCTION";

/// The versions of Lambda's API that its paths name.
const FUNCTIONS: [&str; 2] = ["2015-03-31", "functions"];
const TAGS: [&str; 2] = ["2017-03-31", "tags"];

/// The version that keeps being looked at.
const LATEST: &str = "$LATEST";

/// Functions that are watched.
pub(crate) struct Functions {
    estate: Arc<Estate>,
    /// Who knows how registries are spoken to, for functions that are images.
    images: Arc<Images>,
    state: StateFile,
    known: Mutex<Known>,
}

/// What is known: by site, then by `NAME:VERSION`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Known(BTreeMap<String, BTreeMap<String, Function>>);

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
        let state = state_of(state, "functions")?;
        let known = state.read()?.unwrap_or_default();
        Ok(Functions {
            estate,
            images,
            state,
            known: Mutex::new(known),
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_at(&self, site: &Site) -> Result<Vec<Item>, WatchError> {
        let parameters = [("FunctionVersion", "ALL"), ("MaxItems", "50")];
        let path = [FUNCTIONS[0], FUNCTIONS[1], ""];
        let listed = site
            .place
            .rest_pages(&LAMBDA, "ListFunctions", &path, &parameters, "Functions")?;
        let names: Vec<String> = listed.iter().filter_map(name).collect();
        let gone: Vec<String> = {
            let known = self.known();
            let kept = known.0.get(&site.name()).into_iter().flat_map(BTreeMap::keys);
            kept.filter(|name| !names.contains(name)).cloned().collect()
        };
        for name in gone {
            self.end(site, &name)?;
        }
        let mut tags = BTreeMap::new();
        let mut wanted = Vec::new();
        for configuration in &listed {
            wanted.extend(self.take_up(site, configuration, &mut tags)?);
        }
        Ok(wanted)
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
        let names: Vec<String> = listed.iter().filter_map(name).collect();
        let gone: Vec<String> = {
            let known = self.known();
            let kept = known.0.get(&site.name()).into_iter().flat_map(BTreeMap::keys);
            kept.filter(|name| {
                let of_it = name.rsplit_once(':').is_some_and(|(name, _)| name == function);
                of_it && !names.contains(name)
            })
            .cloned()
            .collect()
        };
        for name in gone {
            self.end(site, &name)?;
        }
        let mut tags = BTreeMap::new();
        let mut wanted = Vec::new();
        for configuration in &listed {
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
        let function = name.rsplit_once(':').map_or(name.as_str(), |(name, _)| name);
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
        let resource = describe_function(&site.service, &note, function, 0);
        let content = content(configuration);
        let known = {
            let known = self.known();
            let kept = known
                .0
                .get(&site.name())
                .and_then(|kept| kept.get(&name).cloned());
            kept.unwrap_or_default()
        };
        let has_new_content = known.read != content;
        if known.resource == resource && !has_new_content {
            return Ok(None);
        }
        let wish = site.service.tell(&resource, None)?;
        let mut all = self.known();
        let functions = all.0.entry(site.name()).or_default();
        let kept = functions.entry(name.clone()).or_default();
        kept.resource = resource;
        // Of what was read before, the service does not know that it changed.
        let is_changed = has_new_content && !known.read.is_null();
        Ok((wish == Wish::Inventory || is_changed).then(|| item(site, &name)))
    }

    fn end(&self, site: &Site, name: &str) -> Result<(), WatchError> {
        let (function, version) = name.rsplit_once(':').unwrap_or((name, LATEST));
        let id = site.service.function_id(function, version);
        site.service.end(FUNCTION, &id)?;
        if let Some(functions) = self.known().0.get_mut(&site.name()) {
            functions.remove(name);
        }
        Ok(())
    }
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

    fn look(&self) -> Vec<Item> {
        each(&self.estate.sites(), |site| {
            self.look_at(site).unwrap_or_else(|error| {
                tracing::warn!("{error}");
                Vec::new()
            })
        })
    }

    fn ask(&self) -> Vec<Item> {
        self.estate.wanted(|site, id| {
            let (_, name) = id.split_once(":function:")?;
            let known = self.known();
            let functions = known.0.get(&site.name())?;
            functions.contains_key(name).then(|| item(site, name))
        })
    }

    fn read(&self, what: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        let Some((site, name)) = parts(&self.estate, what) else {
            return Ok(());
        };
        let (function, version) = name.rsplit_once(':').unwrap_or((name, LATEST));
        let path = [FUNCTIONS[0], FUNCTIONS[1], function];
        let qualifier = [("Qualifier", version)];
        let told = match site.place.rest(&LAMBDA, "GetFunction", &path, &qualifier) {
            Err(error) if error.is_missing() => return self.end(&site, name),
            other => other?,
        };
        let resource = describe_function(&site.service, &told, function, 0);
        let fetched = packages::fetch(&self.images, &site, &told);
        let read = match &fetched {
            Ok(fetched) => reader.read(&fetched.target),
            Err(error) if error.is_denied() => Err(unreadable(UnreadableReason::AccessDenied, error)),
            Err(error @ AwsError::TooLarge { .. }) => Err(unreadable(UnreadableReason::InternalError, error)),
            Err(error) => Err(ReadError::Passing(error.to_string())),
        };
        match site.service.report(&resource, read)? {
            Reported::Inventory | Reported::Unreadable(_) => {}
            Reported::Later | Reported::Gone => return Ok(()),
        }
        let mut known = self.known();
        let kept = known.0.get_mut(&site.name()).and_then(|kept| kept.get_mut(name));
        if let Some(kept) = kept {
            kept.read = content(&told["Configuration"]);
        }
        Ok(())
    }

    fn keep(&self) -> io::Result<()> {
        let known = self.known().clone();
        self.state.write(&known)
    }
}

fn unreadable(reason: UnreadableReason, error: &AwsError) -> ReadError {
    ReadError::Lasting(Unreadable {
        reason,
        message: error.to_string(),
    })
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
}
