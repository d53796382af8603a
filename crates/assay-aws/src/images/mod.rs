//! Images in ECR: what each repository has, what of it was pulled, and what is in them.

mod listed;
mod settings;

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Result;
use assay_client::CallError;
use assay_collector::{
    Item, Looked, ReadError, Reader, Reported, Source, Target, Unreadable, WatchError, Wish,
};
use assay_registry::{ConnectOptions, Credentials};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    call::{AwsError, ECR},
    estate::{Estate, Site},
    item::{item, parts},
    kept::Kept,
};

use listed::{INDEXES, Index, Listed, is_index};
use settings::Settings;

const IMAGE: &str = "AWS_ECR_CONTAINER_IMAGE";

/// A token of a registry is not used when it ends sooner.
const LEFT_AT_LEAST: SignedDuration = SignedDuration::from_mins(30);

/// Images that are asked for at once.
const MOST_AT_ONCE: usize = 100;

/// Images that are watched.
pub(crate) struct Images {
    estate: Arc<Estate>,
    /// By name.
    known: Kept<Repository>,
    tokens: Mutex<HashMap<String, Token>>,
    settings: Settings,
}

/// What is known of a repository.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Repository {
    indexes: BTreeMap<String, Index>,
    images: BTreeMap<String, Image>,
}

/// What is known of an image.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Image {
    /// A digest of what was told.
    told: String,
    /// When we read it ourselves, in seconds since 1970: ECR records that as a pull.
    #[serde(default)]
    read_at: i64,
    /// The pull that we caused.
    #[serde(default)]
    own_pull: i64,
}

/// What lets us read from a registry.
#[derive(Clone)]
struct Token {
    /// Its host.
    host: String,
    password: String,
    ends: Timestamp,
}

impl Images {
    pub(crate) fn open(estate: Arc<Estate>, state: &Path) -> Result<Images> {
        Ok(Images {
            estate,
            known: Kept::open(state, "images")?,
            tokens: Mutex::default(),
            settings: Settings::default(),
        })
    }

    fn look_at(&self, site: &Site) -> Result<Looked, WatchError> {
        let mut looked = Looked::default();
        if self.estate.configuration().images.follow_scan_settings {
            let followed = self.settings.follow(&self.estate, site);
            looked.add(followed.map(|()| Vec::new()));
        }
        let input = json!({ "maxResults": 1000 });
        let repositories = site
            .place
            .json_pages(&ECR, "DescribeRepositories", input, "repositories")?;
        let names: Vec<&str> = repositories
            .iter()
            .filter_map(|repository| repository["repositoryName"].as_str())
            .collect();
        for name in self.known.names(site, |name| !names.contains(&name)) {
            self.take_up(site, &name, &[])?;
            self.known.remove(site, &name);
        }
        for name in names {
            match self.notice(site, name) {
                Err(error @ WatchError::Other(_)) => looked.miss(error),
                other => looked.wanted.extend(other?),
            }
        }
        Ok(looked)
    }

    /// Looks at a repository that something happened to; gives what is to be read.
    pub(crate) fn notice(&self, site: &Site, repository: &str) -> Result<Vec<Item>, WatchError> {
        let input = json!({ "repositoryName": repository, "maxResults": 1000 });
        let listed = site
            .place
            .json_pages(&ECR, "DescribeImages", input, "imageDetails");
        let listed = match listed {
            Err(error) if error.is_missing() => Vec::new(),
            other => other?,
        };
        self.take_up(site, repository, &listed)
    }

    fn take_up(&self, site: &Site, repository: &str, listed: &[Value]) -> Result<Vec<Item>, WatchError> {
        let mut known = self.known.get(site, repository).unwrap_or_default();
        let indexes: Vec<&str> = listed
            .iter()
            .filter(|image| is_index(image))
            .filter_map(digest)
            .collect();
        known.indexes.retain(|index, _| indexes.contains(&index.as_str()));
        let unread: Vec<&str> = indexes
            .into_iter()
            .filter(|index| !known.indexes.contains_key(*index))
            .collect();
        for some in unread.chunks(MOST_AT_ONCE) {
            known.indexes.extend(children_of(site, repository, some)?);
        }
        let images = Listed::read(listed, &known.indexes);
        let gone: Vec<String> = known
            .images
            .keys()
            .filter(|digest| !images.contains_key(*digest))
            .cloned()
            .collect();
        for digest in gone {
            site.service.end(IMAGE, &site.service.id(repository, &digest))?;
            known.images.remove(&digest);
        }
        let mut wanted = Vec::new();
        for (digest, image) in images {
            let kept = known.images.entry(digest.clone()).or_default();
            if image.is_pulled_by(kept.read_at) {
                kept.own_pull = image.pulled_at;
            }
            let id = site.service.id(repository, &digest);
            let resource = image.resource(&id, repository, kept.own_pull);
            let problem = image.problem();
            let told = fingerprint(&resource, problem.as_ref());
            if kept.told == told {
                continue;
            }
            match site.service.tell(&resource, problem.as_ref()) {
                Ok(Wish::Inventory) => wanted.push(item(site, &format!("{repository}@{digest}"))),
                Ok(Wish::Nothing) => {}
                // It will not take it the next time either.
                Err(error @ CallError::Refused { status: 400, .. }) => tracing::warn!("{id}: {error}"),
                Err(error) => return Err(error.into()),
            }
            kept.told = told;
        }
        self.known.note(site, repository, |kept| {
            // Some may have been read meanwhile.
            for (digest, image) in &mut known.images {
                image.read_at = kept.images.get(digest).map_or(0, |image| image.read_at);
            }
            *kept = known;
        });
        Ok(wanted)
    }

    /// How an image is read: from the registry of a site, or another that takes the same token.
    fn target(&self, site: &Site, host: Option<&str>, image: &str) -> Result<Target, AwsError> {
        let token = self.token(site)?;
        Ok(Target::Image {
            reference: format!("{host}/{image}", host = host.unwrap_or(&token.host)),
            registry: ConnectOptions {
                credentials: Some(Credentials::Password {
                    username: "AWS".to_owned(),
                    password: token.password,
                }),
                ..ConnectOptions::default()
            },
        })
    }

    /// How the image of a function is read: `HOST/REPOSITORY@DIGEST`.
    pub(crate) fn of_function(&self, site: &Site, image: &str) -> Result<Target, AwsError> {
        // That of another account is read from there, where it lets this one.
        let own = format!("{}.dkr.ecr.{}.", site.place.account, site.place.region);
        let (host, image) = image.split_once('/').unwrap_or((own.as_str(), image));
        self.target(site, Some(host).filter(|host| !host.starts_with(&own)), image)
    }

    fn token(&self, site: &Site) -> Result<Token, AwsError> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = tokens.get(&site.name())
            && token.ends - LEFT_AT_LEAST > Timestamp::now()
        {
            return Ok(token.clone());
        }
        let answer = site.place.json(&ECR, "GetAuthorizationToken", &json!({}))?;
        let token = token(&answer)
            .ok_or_else(|| AwsError::Keys("GetAuthorizationToken gives no token of a registry".to_owned()))?;
        tokens.insert(site.name(), token.clone());
        Ok(token)
    }
}

/// Reads an answer of `get-authorization-token`.
fn token(answer: &Value) -> Option<Token> {
    let told = answer["authorizationData"].get(0)?;
    let pair = STANDARD.decode(told["authorizationToken"].as_str()?).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (_, password) = pair.split_once(':')?;
    let host = told["proxyEndpoint"].as_str()?;
    let host = host.split_once("://").map_or(host, |(_, host)| host);
    let ends = told["expiresAt"].as_f64().unwrap_or_default();
    Some(Token {
        host: host.trim_end_matches('/').to_owned(),
        password: password.to_owned(),
        ends: Timestamp::from_second(ends as i64).unwrap_or_default(),
    })
}

fn digest(image: &Value) -> Option<&str> {
    image["imageDigest"].as_str()
}

/// The images of indexes, by their manifests.
fn children_of(site: &Site, repository: &str, indexes: &[&str]) -> Result<BTreeMap<String, Index>, AwsError> {
    let ids: Vec<Value> = indexes
        .iter()
        .map(|digest| json!({ "imageDigest": digest }))
        .collect();
    let input = json!({
        "repositoryName": repository,
        "imageIds": ids,
        "acceptedMediaTypes": INDEXES,
    });
    let answer = site.place.json(&ECR, "BatchGetImage", &input)?;
    let images = answer["images"].as_array().into_iter().flatten();
    Ok(images
        .filter_map(|image| {
            let digest = image["imageId"]["imageDigest"].as_str()?;
            let manifest = image["imageManifest"].as_str()?;
            Some((digest.to_owned(), Index::read(manifest)))
        })
        .collect())
}

/// A digest of what is told.
fn fingerprint(resource: &Value, problem: Option<&Unreadable>) -> String {
    let digest = Sha256::digest(json!([resource, problem]).to_string());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

impl Source for Images {
    fn name(&self) -> String {
        "images in ECR".to_owned()
    }

    fn period(&self) -> Duration {
        self.estate.configuration().images.every.unsigned_abs()
    }

    fn look(&self) -> Looked {
        self.estate.look(|site| self.look_at(site))
    }

    fn ask(&self) -> Vec<Item> {
        self.estate.wanted(|site, id| {
            let (repository, digest) = site.service.image(id)?;
            let is_known = |known: &Repository| known.images.contains_key(digest);
            let is_known = self.known.look(site, repository, is_known)?;
            is_known.then(|| item(site, &format!("{repository}@{digest}")))
        })
    }

    fn read(&self, what: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        let Some((site, image)) = parts(&self.estate, what) else {
            return Ok(());
        };
        let Some((repository, digest)) = image.split_once('@') else {
            return Ok(());
        };
        // What AWS says of it was told; the service keeps that.
        let resource = json!({
            "type": "image",
            "id": site.service.id(repository, digest),
            "details": {},
        });
        let described = self.describe(&site, repository, digest)?.unwrap_or(resource);
        let read = match self.target(&site, None, image) {
            Ok(target) => reader.read(&target),
            Err(error) => match ReadError::from(&error) {
                lasting @ ReadError::Lasting(_) => Err(lasting),
                _ => return Err(error.into()),
            },
        };
        if site.service.report(&described, read)? == Reported::Gone {
            self.notice(&site, repository)?;
            return Ok(());
        }
        self.known.change(&site, repository, |known| {
            if let Some(image) = known.images.get_mut(digest) {
                image.read_at = Timestamp::now().as_second();
            }
        });
        Ok(())
    }

    fn keep(&self) -> io::Result<()> {
        self.known.keep()
    }
}

impl Images {
    /// An image as it is told of, asked anew.
    fn describe(&self, site: &Site, repository: &str, digest: &str) -> Result<Option<Value>, AwsError> {
        let known = self.known.look(site, repository, |known| {
            let own_pull = known.images.get(digest).map_or(0, |image| image.own_pull);
            let indexes = known.indexes.iter();
            let of_it = indexes.filter(|(_, index)| index.images.iter().any(|image| image == digest));
            let of_it: BTreeMap<String, Index> = of_it
                .map(|(digest, index)| (digest.clone(), index.clone()))
                .take(MOST_AT_ONCE - 1)
                .collect();
            (own_pull, of_it)
        });
        let (own_pull, indexes) = known.unwrap_or_default();
        let mut asked: Vec<Value> = vec![json!({ "imageDigest": digest })];
        asked.extend(indexes.keys().map(|index| json!({ "imageDigest": index })));
        let input = json!({ "repositoryName": repository, "imageIds": asked });
        let answer = match site.place.json(&ECR, "DescribeImages", &input) {
            Err(error) if error.is_missing() => return Ok(None),
            other => other?,
        };
        let listed = answer["imageDetails"].as_array().cloned().unwrap_or_default();
        let images = Listed::read(&listed, &indexes);
        let id = site.service.id(repository, digest);
        Ok(images
            .get(digest)
            .map(|image| image.resource(&id, repository, own_pull)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let answer = |token: &str, endpoint: &str| {
            json!({"authorizationData": [{
                "authorizationToken": token, "expiresAt": 1_796_000_000.5, "proxyEndpoint": endpoint
            }]})
        };
        let pair = STANDARD.encode("AWS:secret:1");
        let read = token(&answer(&pair, "https://1.dkr.ecr.eu-west-1.amazonaws.com")).unwrap();
        assert_eq!(read.password, "secret:1");
        assert_eq!(read.host, "1.dkr.ecr.eu-west-1.amazonaws.com");
        assert_eq!(read.ends.as_second(), 1_796_000_000);
        for strange in [
            json!({}),
            answer("not base64!", "https://x"),
            answer(&STANDARD.encode("AWS"), "x"),
        ] {
            assert!(token(&strange).is_none(), "{strange}");
        }
    }
}
