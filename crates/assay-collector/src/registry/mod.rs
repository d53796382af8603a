//! One registry: what it tells and what is found there becomes what is told to the service.

mod known;
mod manifest;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use assay_client::CallError;
use assay_registry::{ConnectOptions, Connection, ImageReference, RegistryError, repositories};
use jiff::Timestamp;

use crate::{
    configuration::Registry,
    notification::{Event, Happening},
    reading::{Reader, Target, Unreadable, UnreadableReason},
    service::{Reported, Service, Wish},
    source::{Item, Looked, Source, WatchError},
    state::StateFile,
};

use known::{Description, Image, Known, Refused, Root};
use manifest::{Configuration, Manifest, is_referrers_tag};

/// Bytes of an image's configuration.
const LARGEST_CONFIGURATION: u64 = 8 << 20;

/// Images whose builders left out the time have one from before containers.
const FIRST_CREATED: i64 = 1_262_304_000;

/// A registry that is watched.
pub(crate) struct Watched {
    settings: Registry,
    options: ConnectOptions,
    service: Arc<Service>,
    known: Mutex<Known>,
    connections: Mutex<HashMap<String, Arc<Connection>>>,
    state: StateFile,
}

/// When something was pushed that is found.
#[derive(Clone, Copy, Debug)]
enum Since {
    /// Then.
    Pushed(Timestamp),
    /// Some time before: when it was built is the best that is known.
    Built(Timestamp),
}

/// The type of images.
const IMAGE: &str = "AWS_ECR_CONTAINER_IMAGE";

impl Watched {
    /// A registry, with what was kept of it in a directory.
    pub(crate) fn open(
        settings: &Registry,
        options: ConnectOptions,
        service: Arc<Service>,
        state: &Path,
    ) -> io::Result<Watched> {
        let state = StateFile::of(state, "registry", &settings.address)?;
        let known: Option<Known> = state.read()?;
        Ok(Watched {
            settings: settings.clone(),
            options,
            service,
            known: Mutex::new(known.and_then(Known::of_this_version).unwrap_or_default()),
            connections: Mutex::default(),
            state,
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn repositories(&self, looked: &mut Looked) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = self.settings.named().cloned().collect();
        // What it told of and does not list, and what it had and has no more.
        names.extend(self.known().repositories());
        if self.settings.needs_catalogue() {
            match repositories(&self.settings.address, &self.options) {
                Ok(listed) => names.extend(listed),
                Err(error) => looked.miss(format!(
                    "{error}; name its repositories, where it does not list them"
                )),
            }
        }
        names.retain(|name| self.settings.watches(name));
        names
    }

    fn look_at(&self, repository: &str) -> Result<Vec<Item>, WatchError> {
        let now = Timestamp::now();
        let tags = match self.connection(repository)?.tags() {
            Ok(tags) => tags,
            // Nothing was pushed there yet, or all is deleted.
            Err(RegistryError::NotFound { .. }) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let is_first = !self.known().has_repository(repository);
        let since = if is_first {
            Since::Built(now)
        } else {
            Since::Pushed(now)
        };
        let gone: BTreeSet<String> = self.known().tags(repository).into_iter().collect();
        let gone = gone.iter().filter(|tag| !tags.contains(tag));
        for tag in tags.iter().filter(|tag| !is_referrers_tag(tag)).chain(gone) {
            match self.look_at_tag_since(repository, tag, since) {
                Err(error @ WatchError::Registry(_)) => tracing::warn!("{error}"),
                other => other?,
            }
        }
        let untagged = self.known().untagged(repository);
        for digest in untagged {
            self.look_at_manifest(repository, &digest)?;
        }
        self.known().look_at(repository);
        let mut wanted = self.tell(repository)?;
        // Who was refused may be let in now.
        let refused = self.known().refused(repository);
        wanted.extend(refused.iter().map(|image| item(repository, image)));
        Ok(wanted)
    }

    fn look_at_tag(&self, repository: &str, tag: &str, at: Timestamp) -> Result<(), WatchError> {
        self.look_at_tag_since(repository, tag, Since::Pushed(at))
    }

    fn look_at_tag_since(&self, repository: &str, tag: &str, since: Since) -> Result<(), WatchError> {
        match self.connection(repository)?.digest_of(tag) {
            Ok(digest) if self.known().of_tag(repository, tag) == Some(&digest) => Ok(()),
            Ok(digest) => {
                let found = self.known().root(repository, &digest).cloned();
                match found {
                    // Only its tag is new.
                    Some(root) => {
                        self.known().add(repository, Some(tag), &digest, root);
                        Ok(())
                    }
                    None => self.take_up(repository, &digest, Some(tag), since),
                }
            }
            Err(RegistryError::NotFound { .. }) => {
                self.known().remove_tag(repository, tag);
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Looks whether a manifest is still there.
    fn look_at_manifest(&self, repository: &str, digest: &str) -> Result<(), WatchError> {
        match self.connection(repository)?.digest_of(digest) {
            Err(RegistryError::NotFound { .. }) => self.end(repository, digest),
            other => Ok(other.map(|_| ())?),
        }
    }

    fn end(&self, repository: &str, digest: &str) -> Result<(), WatchError> {
        let gone = self.known().remove(repository, digest);
        for image in gone {
            self.service
                .end(IMAGE, &self.service.id(&self.name(repository), &image))?;
        }
        Ok(())
    }

    /// Finds out what a manifest is and takes it up.
    fn take_up(
        &self,
        repository: &str,
        name: &str,
        tag: Option<&str>,
        since: Since,
    ) -> Result<(), WatchError> {
        let connection = self.connection(repository)?;
        let document = connection.manifest(name)?;
        let mut images = BTreeMap::new();
        let mut built = None;
        match Manifest::read(&document.bytes) {
            Some(Manifest::Referrer) => return Ok(()),
            Some(Manifest::Image { configuration }) => {
                let (image, created) = configured(&connection, &configuration)?;
                built = built.max(created);
                images.insert(document.digest.clone(), image);
            }
            Some(Manifest::Index(digests)) => {
                for digest in digests {
                    let part = match connection.manifest(&digest) {
                        Ok(part) => part,
                        // Registries take indexes of which not all is there.
                        Err(RegistryError::NotFound { .. }) => continue,
                        Err(error) => return Err(error.into()),
                    };
                    if let Some(Manifest::Image { configuration }) = Manifest::read(&part.bytes) {
                        let (image, created) = configured(&connection, &configuration)?;
                        built = built.max(created);
                        images.insert(part.digest, image);
                    }
                }
            }
            Some(Manifest::Other(kind)) => {
                images.insert(document.digest.clone(), other(kind));
            }
            None => {
                images.insert(document.digest.clone(), other("unknown".to_owned()));
            }
        }
        let pushed_at = match since {
            Since::Pushed(at) => at,
            Since::Built(now) => built.unwrap_or(now).min(now),
        };
        let root = Root { pushed_at, images };
        self.known().add(repository, tag, &document.digest, root);
        Ok(())
    }

    /// Tells what was not told yet of a repository; gives the images that are to be read.
    fn tell(&self, repository: &str) -> Result<Vec<Item>, WatchError> {
        let untold = self.known().untold(repository);
        let mut wanted = Vec::new();
        for description in untold {
            if self.tell_one(repository, &description)? == Wish::Inventory {
                wanted.push(item(repository, &description.digest));
            }
        }
        Ok(wanted)
    }

    fn tell_one(&self, repository: &str, description: &Description) -> Result<Wish, WatchError> {
        let name = self.name(repository);
        let resource = description.resource(&self.service.id(&name, &description.digest), &name);
        let problem = (!description.image.other.is_empty()).then(|| Unreadable {
            reason: UnreadableReason::UnsupportedMediaType,
            message: format!("it is no image but {}", description.image.other),
        });
        match self.service.tell(&resource, problem.as_ref()) {
            Ok(wish) => {
                self.known().note_told(repository, description);
                Ok(wish)
            }
            // It will not take it the next time either.
            Err(error @ CallError::Refused { status: 400, .. }) => {
                tracing::warn!("{name}@{}: {error}", description.digest);
                self.known().note_told(repository, description);
                Ok(Wish::Nothing)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn read_image(&self, repository: &str, digest: &str, reader: &dyn Reader) -> Result<(), WatchError> {
        let Some(before) = self.known().description(repository, digest) else {
            return Ok(());
        };
        let target = Target::Image {
            reference: format!("{}/{repository}@{digest}", self.settings.address),
            registry: self.options.clone(),
        };
        let outcome = match before.image.other.is_empty() {
            true => reader.read(&target),
            false => return self.tell_one(repository, &before).map(|_| ()),
        };
        // Tags may have moved meanwhile.
        let Some(description) = self.known().description(repository, digest) else {
            return Ok(());
        };
        let name = self.name(repository);
        let resource = description.resource(&self.service.id(&name, digest), &name);
        let refused = match self.service.report(&resource, outcome)? {
            Reported::Gone => return self.look_at_manifest(repository, digest),
            Reported::Later => return Ok(()),
            Reported::Unreadable(UnreadableReason::AccessDenied) => Refused::Yes,
            Reported::Inventory | Reported::Unreadable(_) => Refused::No,
        };
        let mut known = self.known();
        known.note_told(repository, &description);
        known.note_refused(repository, digest, refused);
        let has_changed = known.description(repository, digest).as_ref() != Some(&description);
        drop(known);
        if has_changed {
            self.tell(repository)?;
        }
        Ok(())
    }

    /// What a repository is called in the service.
    fn name(&self, repository: &str) -> String {
        format!("{}{repository}", self.settings.prefix)
    }

    fn connection(&self, repository: &str) -> Result<Arc<Connection>, RegistryError> {
        let lock = || self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(repository) {
            return Ok(Arc::clone(known));
        }
        let reference = ImageReference::parse(&format!("{}/{repository}", self.settings.address))?;
        let connection = Arc::new(Connection::open(&reference, &self.options)?);
        lock().insert(repository.to_owned(), Arc::clone(&connection));
        Ok(connection)
    }
}

impl Source for Watched {
    fn name(&self) -> String {
        self.settings.address.clone()
    }

    fn period(&self) -> Duration {
        self.settings.period()
    }

    fn hear(&self, event: &Event) -> Result<Vec<Item>, WatchError> {
        let repository = &event.repository;
        if !self.settings.watches(repository) {
            return Ok(Vec::new());
        }
        match &event.what {
            Happening::Pushed { digest, tag } => {
                if tag.as_deref().is_some_and(is_referrers_tag) {
                    return Ok(Vec::new());
                }
                let name = digest.as_deref().or(tag.as_deref()).unwrap_or("latest");
                // Of a whole repository that was pushed to nothing more is known.
                let tag = tag.as_deref().or(digest.is_none().then_some("latest"));
                match self.take_up(repository, name, tag, Since::Pushed(event.at)) {
                    // It is gone already.
                    Err(WatchError::Registry(RegistryError::NotFound { .. })) => Ok(Vec::new()),
                    other => other.and_then(|()| self.tell(repository)),
                }
            }
            // We ourselves, in a registry that does not tell by what program.
            Happening::Pulled { by, .. } if by.is_some() && *by == self.settings.username => Ok(Vec::new()),
            Happening::Pulled { digest, .. } => {
                let name = self.name(repository);
                self.service.pulled(&name, digest, event.at)?;
                Ok(Vec::new())
            }
            Happening::Deleted { digest, tag } => {
                // Notifications may be forged, or late: the registry knows.
                if let Some(tag) = tag {
                    self.look_at_tag(repository, tag, event.at)?;
                }
                if let Some(digest) = digest {
                    self.look_at_manifest(repository, digest)?;
                }
                self.tell(repository)
            }
        }
    }

    fn look(&self) -> Looked {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let mut looked = Looked::default();
        for repository in self.repositories(&mut looked) {
            looked.add(self.look_at(&repository));
        }
        looked
    }

    fn read(&self, item: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        match item.split_once('@') {
            Some((repository, digest)) => self.read_image(repository, digest, reader),
            None => Ok(()),
        }
    }

    fn item(&self, id: &str) -> Option<Item> {
        let (name, digest) = self.service.image(id)?;
        let repository = name.strip_prefix(&self.settings.prefix)?;
        let is_known = self.known().has_repository(repository);
        is_known.then(|| item(repository, digest))
    }

    fn keep(&self) -> io::Result<()> {
        let known = self.known().clone();
        self.state.write(&known)
    }
}

/// An image of a repository, as something to read.
fn item(repository: &str, digest: &str) -> Item {
    format!("{repository}@{digest}")
}

fn other(kind: String) -> Image {
    Image {
        other: kind,
        ..Image::default()
    }
}

/// What the configuration of an image says, and when it was built.
fn configured(connection: &Connection, digest: &str) -> Result<(Image, Option<Timestamp>), RegistryError> {
    let bytes = connection.blob(digest, LARGEST_CONFIGURATION)?;
    let configuration: Configuration = serde_json::from_slice(&bytes).unwrap_or_default();
    let created = configuration.created.and_then(|created| created.parse().ok());
    let image = Image {
        architecture: configuration.architecture,
        other: String::new(),
    };
    Ok((
        image,
        created.filter(|at: &Timestamp| at.as_second() >= FIRST_CREATED),
    ))
}
