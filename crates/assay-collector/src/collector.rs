//! Watching: a thread a source, some that read, one that asks what is wanted.

use std::{
    collections::{HashSet, VecDeque},
    io,
    path::Path,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        mpsc::{self, Receiver},
    },
    thread,
    time::{Duration, Instant},
};

use thiserror::Error;

use crate::{
    configuration::{Configuration, ConfigurationError},
    files::{BucketFolder, DirectoryFolder, Disks, Files, Folder, Functions},
    hosts::WatchedHost,
    kubernetes::WatchedCluster,
    notification::Event,
    reading::Reader,
    receiver::{Inbox, Letterbox},
    registry::Watched,
    service::Service,
    source::{Item, Source},
};

/// Events of a registry that wait. Beyond these it is told to come again.
const MOST_WAITING: usize = 10_000;

/// How often the service is asked what it still wants.
const ASK: Duration = Duration::from_secs(30);

/// How often what is known is kept at most.
const KEEP: Duration = Duration::from_secs(2);

/// A collector that cannot begin.
#[derive(Debug, Error)]
pub enum CollectorError {
    /// Its configuration.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// Its directory.
    #[error("cannot use the directory {directory}: {source}")]
    State {
        /// The directory.
        directory: String,
        /// Why.
        source: io::Error,
    },
}

/// What a source told; `None` for one that tells nothing by itself.
type Letters = Option<Receiver<Event>>;

/// Watches the sources of a configuration.
pub struct Collector {
    shared: Shared,
    letterboxes: Vec<Letters>,
    inbox: Inbox,
}

struct Shared {
    sources: Vec<Box<dyn Source>>,
    /// Whoever is asked what is wanted; none where the sources ask.
    service: Option<Arc<Service>>,
    queue: Arc<Queue>,
}

/// What is to be read, each once. Who finds something beside the collector puts it there.
#[derive(Default)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    comes: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// The number of the source, and what of it.
    items: VecDeque<(usize, Item)>,
    /// Those that wait or are being read.
    begun: HashSet<(usize, Item)>,
}

impl Queue {
    /// Has something read, of the source of a number: their order is that in which the collector got them.
    pub fn push(&self, source: usize, wanted: impl IntoIterator<Item = Item>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for item in wanted {
            if waiting.begun.insert((source, item.clone())) {
                waiting.items.push_back((source, item));
            }
        }
        drop(waiting);
        self.comes.notify_all();
    }

    fn next(&self) -> (usize, Item) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(next) = waiting.items.pop_front() {
                return next;
            }
            waiting = self.comes.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn try_next(&self) -> Option<(usize, Item)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.items.pop_front()
    }

    fn done(&self, item: &(usize, Item)) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.begun.remove(item);
    }
}

impl Collector {
    /// Takes up a configuration, and what was kept in a directory.
    ///
    /// # Errors
    ///
    /// Passwords that cannot be read; a directory that cannot be used.
    pub fn new(
        configuration: &Configuration,
        service: Service,
        state: &Path,
    ) -> Result<Collector, CollectorError> {
        let service = Arc::new(service);
        let unusable = |source| CollectorError::State {
            directory: state.display().to_string(),
            source,
        };
        let mut inbox = Inbox::default();
        let mut sources: Vec<(Box<dyn Source>, Letters)> = Vec::new();
        for settings in &configuration.registries {
            let (sender, letterbox) = mpsc::sync_channel(MOST_WAITING);
            inbox.add(Letterbox::new(settings, sender));
            let watched = Watched::open(settings, settings.options()?, Arc::clone(&service), state);
            sources.push((Box::new(watched.map_err(unusable)?), Some(letterbox)));
        }
        for settings in &configuration.disks {
            let folder = DirectoryFolder::new(&settings.directory);
            let every = settings.every.unsigned_abs();
            let files = Files::<Disks>::open(Box::new(folder), every, Arc::clone(&service), state);
            sources.push((Box::new(files.map_err(unusable)?), None));
        }
        for settings in &configuration.hosts {
            sources.push((Box::new(WatchedHost::new(settings, Arc::clone(&service))), None));
        }
        for settings in &configuration.functions {
            let folder: Box<dyn Folder> = match (&settings.directory, &settings.bucket) {
                (Some(directory), _) => Box::new(DirectoryFolder::new(directory)),
                (None, bucket) => Box::new(BucketFolder::open(
                    bucket.as_deref().unwrap_or_default(),
                    settings,
                )?),
            };
            let every = settings.every.unsigned_abs();
            let files = Files::<Functions>::open(folder, every, Arc::clone(&service), state);
            sources.push((Box::new(files.map_err(unusable)?), None));
        }
        for settings in &configuration.clusters {
            sources.push((
                Box::new(WatchedCluster::new(settings, Arc::clone(&service))),
                None,
            ));
        }
        let (sources, letterboxes) = sources.into_iter().unzip();
        Ok(Collector {
            shared: Shared {
                sources,
                service: Some(service),
                queue: Arc::default(),
            },
            letterboxes,
            inbox,
        })
    }

    /// A collector of sources that know whom to tell.
    pub fn of(sources: Vec<Box<dyn Source>>) -> Collector {
        Collector {
            letterboxes: sources.iter().map(|_| None).collect(),
            shared: Shared {
                sources,
                service: None,
                queue: Arc::default(),
            },
            inbox: Inbox::default(),
        }
    }

    /// What is to be read.
    pub fn queue(&self) -> Arc<Queue> {
        Arc::clone(&self.shared.queue)
    }

    /// Where notifications go.
    pub fn inbox(&self) -> Inbox {
        self.inbox.clone()
    }

    /// Looks at everything once, reads what is wanted, and ends. Gives how much of it could not be looked at, or read for now; each is
    /// in the log.
    pub fn once(self, reader: &dyn Reader) -> usize {
        let mut missed = 0;
        for (number, source) in self.shared.sources.iter().enumerate() {
            let looked = source.look();
            missed += looked.missed;
            self.shared.queue.push(number, looked.wanted);
        }
        self.shared.ask();
        while let Some(item) = self.shared.queue.try_next() {
            missed += usize::from(!self.shared.read(&item, reader));
        }
        for source in &self.shared.sources {
            keep(source.as_ref());
        }
        missed
    }

    /// Watches until the process ends, with so many things read at once.
    pub fn run(self, reader: &dyn Reader, readers: usize) {
        let shared = &self.shared;
        thread::scope(|scope| {
            for _ in 0..readers.max(1) {
                scope.spawn(|| {
                    loop {
                        let item = shared.queue.next();
                        shared.read(&item, reader);
                    }
                });
            }
            for (number, letterbox) in self.letterboxes.into_iter().enumerate() {
                scope.spawn(move || shared.watch(number, letterbox.as_ref()));
            }
            loop {
                thread::sleep(ASK);
                shared.ask();
            }
        });
    }
}

impl Shared {
    fn watch(&self, number: usize, letterbox: Option<&Receiver<Event>>) {
        let source = self.sources[number].as_ref();
        let mut look_at = Instant::now();
        let mut keep_at = None;
        loop {
            if look_at <= Instant::now() {
                self.queue.push(number, source.look().wanted);
                look_at = Instant::now() + source.period().mul_f64(0.9 + fastrand::f64() / 5.0);
                keep_at = Some(Instant::now());
            }
            if keep_at.is_some_and(|at| at <= Instant::now()) {
                keep(source);
                keep_at = None;
            }
            let next = keep_at.map_or(look_at, |at: Instant| at.min(look_at));
            let pause = next.saturating_duration_since(Instant::now());
            let Some(event) = letterbox.and_then(|letterbox| letterbox.recv_timeout(pause).ok()) else {
                // Nobody told, or can.
                thread::sleep(next.saturating_duration_since(Instant::now()));
                continue;
            };
            match source.hear(&event) {
                Ok(wanted) => self.queue.push(number, wanted),
                Err(error) => {
                    tracing::warn!("{error}; all is looked at again soon");
                    look_at = look_at.min(Instant::now() + ASK);
                }
            }
            keep_at = keep_at.or(Some(Instant::now() + KEEP));
        }
    }

    /// Asks the service what it wants, of the sources that are here.
    fn ask(&self) {
        for (number, source) in self.sources.iter().enumerate() {
            self.queue.push(number, source.ask());
        }
        let Some(service) = &self.service else {
            return;
        };
        let wanted = match service.wanted() {
            Ok(wanted) => wanted,
            Err(error) => {
                tracing::warn!("{error}");
                return;
            }
        };
        for id in &wanted {
            for (number, source) in self.sources.iter().enumerate() {
                self.queue.push(number, source.item(id));
            }
        }
    }

    /// Reads something; gives whether that went well.
    fn read(&self, item: &(usize, Item), reader: &dyn Reader) -> bool {
        let (number, what) = item;
        let read = self.sources[*number].read(what, reader);
        if let Err(error) = &read {
            tracing::warn!("{error}");
        }
        self.queue.done(item);
        read.is_ok()
    }
}

fn keep(source: &dyn Source) {
    if let Err(error) = source.keep() {
        tracing::error!("cannot keep what is known of {}: {error}", source.name());
    }
}
