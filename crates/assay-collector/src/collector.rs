//! Watching: a thread a registry, some that read, one that asks what is wanted.

use std::{
    collections::{HashSet, VecDeque},
    io,
    path::Path,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use thiserror::Error;

use crate::{
    configuration::{Configuration, ConfigurationError},
    notification::Event,
    reading::Reader,
    receiver::{Inbox, Letterbox},
    registry::{Wanted, Watched},
    service::Service,
    state::File,
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

/// Watches the registries of a configuration.
pub struct Collector {
    shared: Shared,
    letterboxes: Vec<Receiver<Event>>,
    files: Vec<File>,
    inbox: Inbox,
}

struct Shared {
    registries: Vec<Watched>,
    service: Arc<Service>,
    queue: Queue,
}

/// What is to be read, each once.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    comes: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// The number of the registry, and the image.
    images: VecDeque<(usize, Wanted)>,
    /// Those that wait or are being read.
    begun: HashSet<(usize, Wanted)>,
}

impl Queue {
    fn push(&self, registry: usize, wanted: impl IntoIterator<Item = Wanted>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for image in wanted {
            if waiting.begun.insert((registry, image.clone())) {
                waiting.images.push_back((registry, image));
            }
        }
        drop(waiting);
        self.comes.notify_all();
    }

    fn next(&self) -> (usize, Wanted) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(next) = waiting.images.pop_front() {
                return next;
            }
            waiting = self.comes.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn try_next(&self) -> Option<(usize, Wanted)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.images.pop_front()
    }

    fn done(&self, image: &(usize, Wanted)) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.begun.remove(image);
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
        let (mut registries, mut letterboxes, mut files) = (Vec::new(), Vec::new(), Vec::new());
        let mut inbox = Inbox::default();
        for settings in &configuration.registries {
            let unusable = |source| CollectorError::State {
                directory: state.display().to_string(),
                source,
            };
            let file = File::of(state, &settings.address).map_err(unusable)?;
            let known = file.read().map_err(unusable)?;
            let (sender, letterbox) = mpsc::sync_channel(MOST_WAITING);
            inbox.add(Letterbox::new(settings, sender));
            letterboxes.push(letterbox);
            files.push(file);
            let options = settings.options()?;
            registries.push(Watched::new(
                settings.clone(),
                options,
                Arc::clone(&service),
                known,
            ));
        }
        Ok(Collector {
            shared: Shared {
                registries,
                service,
                queue: Queue::default(),
            },
            letterboxes,
            files,
            inbox,
        })
    }

    /// Where notifications go.
    pub fn inbox(&self) -> Inbox {
        self.inbox.clone()
    }

    /// Looks at everything once, reads what is wanted, and ends.
    pub fn once(self, reader: &dyn Reader) {
        for (number, registry) in self.shared.registries.iter().enumerate() {
            self.shared.queue.push(number, registry.look());
        }
        self.shared.ask();
        while let Some(image) = self.shared.queue.try_next() {
            self.shared.read(&image, reader);
        }
        for (registry, file) in self.shared.registries.iter().zip(&self.files) {
            keep(registry, file);
        }
    }

    /// Watches until the process ends, with so many images read at once.
    pub fn run(self, reader: &dyn Reader, readers: usize) {
        let shared = &self.shared;
        thread::scope(|scope| {
            for _ in 0..readers.max(1) {
                scope.spawn(|| {
                    loop {
                        let image = shared.queue.next();
                        shared.read(&image, reader);
                    }
                });
            }
            for (number, (letterbox, file)) in self.letterboxes.into_iter().zip(self.files).enumerate() {
                scope.spawn(move || shared.watch(number, &letterbox, &file));
            }
            loop {
                thread::sleep(ASK);
                shared.ask();
            }
        });
    }
}

impl Shared {
    fn watch(&self, number: usize, letterbox: &Receiver<Event>, file: &File) {
        let registry = &self.registries[number];
        let mut look_at = Instant::now();
        // What is known already is looked at a moment later, so that many collectors do not come at once.
        let mut keep_at = None;
        loop {
            let now = Instant::now();
            if look_at <= now {
                self.queue.push(number, registry.look());
                look_at = Instant::now() + registry.settings.period().mul_f64(0.9 + fastrand::f64() / 5.0);
                keep_at = Some(Instant::now());
            }
            if keep_at.is_some_and(|at| at <= Instant::now()) {
                keep(registry, file);
                keep_at = None;
            }
            let next = keep_at.map_or(look_at, |at: Instant| at.min(look_at));
            match letterbox.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(event) => {
                    match registry.hear(&event) {
                        Ok(wanted) => self.queue.push(number, wanted),
                        Err(error) => tracing::warn!("{error}; it is looked at again later"),
                    }
                    keep_at = keep_at.or(Some(Instant::now() + KEEP));
                }
                Err(RecvTimeoutError::Timeout) => {}
                // Nobody can tell any more; time goes on.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_secs(1)),
            }
        }
    }

    /// Asks the service what it wants, of the registries that are here.
    fn ask(&self) {
        let wanted = match self.service.wanted() {
            Ok(wanted) => wanted,
            Err(error) => {
                tracing::warn!("{error}");
                return;
            }
        };
        for id in &wanted {
            let Some((name, digest)) = self.service.image(id) else {
                continue;
            };
            for (number, registry) in self.registries.iter().enumerate() {
                if let Some(repository) = registry.repository(name) {
                    self.queue
                        .push(number, [(repository.to_owned(), digest.to_owned())]);
                }
            }
        }
    }

    fn read(&self, image: &(usize, Wanted), reader: &dyn Reader) {
        let (number, (repository, digest)) = image;
        if let Err(error) = self.registries[*number].read(repository, digest, reader) {
            tracing::warn!("{error}");
        }
        self.queue.done(image);
    }
}

fn keep(registry: &Watched, file: &File) {
    let known = registry.known().clone();
    if let Err(error) = file.write(&known) {
        tracing::error!(
            "cannot keep what is known of {}: {error}",
            registry.settings.address
        );
    }
}
