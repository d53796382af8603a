//! Waiting until something that tells of installed packages or of containers changes.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    ffi::OsString,
    fs, io,
    mem::MaybeUninit,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags},
    io::Errno,
};

/// Where package managers keep what is installed, below the root.
const PACKAGE_DATABASES: [&str; 10] = [
    "var/lib/dpkg",
    "var/lib/dpkg/status.d",
    "var/lib/rpm",
    "usr/lib/sysimage/rpm",
    "usr/share/rpm",
    "lib/apk/db",
    "usr/lib/apk/db",
    "var/lib/pacman/local",
    "var/lib/portage",
    "var/lib/flatpak",
];

/// The most directories that are watched below those that somebody named; the rest is read when the time comes.
const MOST_DIRECTORIES: usize = 4096;

/// How often the way to a place is looked for where it comes to be meanwhile.
const MOST_LOOKS: usize = 10;

/// Watches of directories.
#[derive(Debug)]
pub struct Watch {
    watches: OwnedFd,
    /// What each is for, by its number.
    aims: HashMap<i32, Aim>,
    /// The root of the host whose containers are watched.
    containers: Option<PathBuf>,
}

/// What a directory is watched for.
#[derive(Debug, Default)]
struct Aim {
    /// What it tells of, whatever changes in it.
    subject: Option<Changed>,
    /// Names in it that lead to places of containers, which are not there yet.
    awaited: BTreeSet<OsString>,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// Which containers run.
    Containers,
    /// What is installed, and maybe which containers run.
    Packages,
}

/// Why waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Something changed.
    Changed(Changed),
    /// The time passed.
    Waited,
}

/// The directories of package managers below a root.
pub fn package_databases(root: &Path) -> Vec<PathBuf> {
    PACKAGE_DATABASES.iter().map(|path| root.join(path)).collect()
}

impl Watch {
    /// Watches some directories, and others with all that is below them but for one: that of the agent itself, which its
    /// reports change. Those that are not there cost nothing; links are not followed.
    ///
    /// # Errors
    ///
    /// When the kernel has no more watches to give.
    pub fn new(directories: &[PathBuf], trees: &[PathBuf], own: &Path) -> io::Result<Watch> {
        let mut watch = Watch {
            watches: inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?,
            aims: HashMap::new(),
            containers: None,
        };
        for directory in directories {
            watch.packages(directory)?;
        }
        let own = fs::canonicalize(own).ok();
        let is_own = |directory: &Path| own.is_some() && fs::canonicalize(directory).ok() == own;
        let mut open: VecDeque<PathBuf> = trees.iter().cloned().collect();
        let mut left = MOST_DIRECTORIES;
        while let Some(directory) = open.pop_front() {
            if left == 0 {
                tracing::warn!("only the first {MOST_DIRECTORIES} directories of those named are watched");
                break;
            }
            if is_own(&directory) {
                continue;
            }
            left -= 1;
            watch.packages(&directory)?;
            let below = fs::read_dir(&directory).into_iter().flatten().flatten();
            open.extend(
                below
                    .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
                    .map(|entry| entry.path()),
            );
        }
        Ok(watch)
    }

    /// Watches the places where containers of a host come and go as well, and where these will be.
    ///
    /// # Errors
    ///
    /// When the kernel has no more watches to give.
    pub fn containers(&mut self, root: &Path) -> io::Result<()> {
        self.containers = Some(root.to_owned());
        self.look_for_containers()?;
        Ok(())
    }

    /// How many directories are watched.
    pub fn directories(&self) -> usize {
        self.aims.len()
    }

    /// Waits for a change, so long at most.
    ///
    /// # Errors
    ///
    /// When the kernel does not let us wait.
    pub fn wait(&mut self, most: Duration) -> io::Result<Woken> {
        let end = Instant::now() + most;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let timeout = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(left.subsec_nanos()),
            };
            let mut waiting = [PollFd::new(&self.watches, PollFlags::IN)];
            match poll(&mut waiting, Some(&timeout)) {
                Ok(0) => return Ok(Woken::Waited),
                Ok(_) => {
                    if let Some(changed) = self.drain()? {
                        return Ok(Woken::Changed(changed));
                    }
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Watches a directory that tells of packages, where it is there.
    fn packages(&mut self, directory: &Path) -> io::Result<()> {
        let what = WatchFlags::CLOSE_WRITE | WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::MOVE;
        if let Some(aim) = self.add(directory, what)? {
            aim.subject = Some(Changed::Packages);
        }
        Ok(())
    }

    /// Watches every place of containers that is there, and of others the last directory on the way. Gives whether there is a
    /// place that was not watched before.
    fn look_for_containers(&mut self) -> io::Result<bool> {
        let Some(root) = self.containers.clone() else {
            return Ok(false);
        };
        for aim in self.aims.values_mut() {
            aim.awaited.clear();
        }
        let mut is_new = false;
        for place in assay_containers::places_of_change(&root) {
            is_new |= self.place(&root, &place)?;
        }
        Ok(is_new)
    }

    fn place(&mut self, root: &Path, place: &Path) -> io::Result<bool> {
        let come_and_go = WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::MOVE;
        let come = WatchFlags::CREATE | WatchFlags::MOVED_TO;
        // What is looked for may come while we look.
        for _ in 0..MOST_LOOKS {
            if let Some(aim) = self.add(place, come_and_go)? {
                let is_new = aim.subject.is_none();
                aim.subject.get_or_insert(Changed::Containers);
                return Ok(is_new);
            }
            let mut missing = place;
            let watched = loop {
                let Some((parent, name)) = missing.parent().zip(missing.file_name()) else {
                    return Ok(false);
                };
                if !parent.starts_with(root) {
                    return Ok(false);
                }
                if let Some(aim) = self.add(parent, come)? {
                    aim.awaited.insert(name.to_owned());
                    break parent.join(name);
                }
                missing = parent;
            };
            if !watched.is_dir() {
                break;
            }
        }
        Ok(false)
    }

    /// Watches a directory for this, beside what it is watched for; `None` where it is not there.
    fn add(&mut self, directory: &Path, what: WatchFlags) -> io::Result<Option<&mut Aim>> {
        let how = WatchFlags::ONLYDIR | WatchFlags::DONT_FOLLOW | WatchFlags::MASK_ADD;
        match inotify::add_watch(&self.watches, directory, what | how) {
            Ok(number) => Ok(Some(self.aims.entry(number).or_default())),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS | Errno::LOOP) => Ok(None),
            Err(error) => {
                let reason = format!("cannot watch {}: {error}", directory.display());
                Err(io::Error::new(io::Error::from(error).kind(), reason))
            }
        }
    }

    /// Takes all that is told, and gives what of it matters.
    fn drain(&mut self) -> io::Result<Option<Changed>> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(&self.watches, &mut buffer);
        let (mut changed, mut is_way_changed) = (None, false);
        loop {
            match events.next() {
                Ok(event) if event.events().contains(ReadFlags::QUEUE_OVERFLOW) => {
                    (changed, is_way_changed) = (Some(Changed::Packages), true);
                }
                // The directory is gone; where it comes again, it is another.
                Ok(event) if event.events().contains(ReadFlags::IGNORED) => {
                    let aim = self.aims.remove(&event.wd()).unwrap_or_default();
                    changed = changed.max(aim.subject);
                    is_way_changed = true;
                }
                Ok(event) => {
                    let Some(aim) = self.aims.get(&event.wd()) else {
                        continue;
                    };
                    let name = event.file_name().map(|name| name.to_string_lossy());
                    if name.as_ref().is_none_or(|name| !is_lock(name)) {
                        changed = changed.max(aim.subject);
                    }
                    // A place may have others below it.
                    is_way_changed |= aim.subject == Some(Changed::Containers)
                        || name.is_some_and(|name| aim.awaited.contains(OsString::from(&*name).as_os_str()));
                }
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if is_way_changed {
            match self.look_for_containers() {
                Ok(true) => changed = changed.max(Some(Changed::Containers)),
                Ok(false) => {}
                Err(error) => tracing::warn!("{error}; containers are found when the time comes"),
            }
        }
        Ok(changed)
    }
}

/// Files that package managers hold while they look, and change nothing.
fn is_lock(name: &str) -> bool {
    name.starts_with("lock")
        || name.starts_with(".lock")
        || name.starts_with(".rpm.lock")
        || name.ends_with(".lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);
    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn changes_wake_and_locks_do_not() {
        let root = tempfile::tempdir().unwrap();
        let dpkg = root.path().join("var/lib/dpkg");
        fs::create_dir_all(&dpkg).unwrap();
        let shop = root.path().join("opt/shop");
        fs::create_dir_all(shop.join("lib/deep")).unwrap();
        let own = shop.join("agent");
        fs::create_dir(&own).unwrap();
        let trees = std::slice::from_ref(&shop);
        let mut watch = Watch::new(&package_databases(root.path()), trees, &own).unwrap();
        assert_eq!(watch.directories(), 4);
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
        fs::write(dpkg.join("lock-frontend"), "").unwrap();
        fs::read_dir(&dpkg).unwrap();
        fs::write(own.join("report.json"), "").unwrap();
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
        // A package manager writes beside and then renames.
        fs::write(dpkg.join("status-new"), "Package: a\n").unwrap();
        assert_eq!(watch.wait(LONG).unwrap(), Woken::Changed(Changed::Packages));
        fs::rename(dpkg.join("status-new"), dpkg.join("status")).unwrap();
        assert_eq!(watch.wait(LONG).unwrap(), Woken::Changed(Changed::Packages));
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
        fs::write(shop.join("lib/deep/a.jar"), "").unwrap();
        assert_eq!(watch.wait(LONG).unwrap(), Woken::Changed(Changed::Packages));
    }

    #[test]
    fn containers_that_come_and_go_wake() {
        let containers = Woken::Changed(Changed::Containers);
        let root = tempfile::tempdir().unwrap();
        let below = |path: &str| root.path().join(path);
        fs::create_dir_all(below("run")).unwrap();
        fs::create_dir_all(below("var/lib/dpkg")).unwrap();
        let mut watch = Watch::new(&package_databases(root.path()), &[], root.path()).unwrap();
        watch.containers(root.path()).unwrap();
        assert_eq!(watch.directories(), 3);
        // What comes beside the way to a place, and the way itself, are nothing.
        fs::write(below("run/utmp"), "").unwrap();
        fs::create_dir(below("run/lock")).unwrap();
        fs::create_dir(below("run/containerd")).unwrap();
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
        // A place that comes may hold something by now; then what comes to it and goes, also below a namespace that came.
        let tasks = below("run/containerd/io.containerd.runtime.v2.task");
        let wakes = |watch: &mut Watch, change: &dyn Fn()| {
            change();
            assert_eq!(watch.wait(LONG).unwrap(), containers);
            while watch.wait(SHORT).unwrap() != Woken::Waited {}
        };
        wakes(&mut watch, &|| {
            fs::create_dir_all(tasks.join("k8s.io/one")).unwrap();
        });
        wakes(&mut watch, &|| fs::create_dir(tasks.join("k8s.io/two")).unwrap());
        wakes(&mut watch, &|| fs::remove_dir(tasks.join("k8s.io/one")).unwrap());
        fs::write(tasks.join("k8s.io/two/log"), "x").unwrap();
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
        // All of it goes and comes again, as when a runtime is started anew.
        wakes(&mut watch, &|| {
            fs::remove_dir_all(below("run/containerd")).unwrap();
        });
        wakes(&mut watch, &|| fs::create_dir_all(tasks.join("k8s.io")).unwrap());
        wakes(&mut watch, &|| {
            fs::create_dir(tasks.join("k8s.io/three")).unwrap();
        });
        wakes(&mut watch, &|| fs::create_dir_all(below("run/crun")).unwrap());
        wakes(&mut watch, &|| fs::create_dir(below("run/crun/four")).unwrap());
        fs::write(below("var/lib/dpkg/status"), "").unwrap();
        fs::create_dir(below("run/crun/five")).unwrap();
        assert_eq!(watch.wait(LONG).unwrap(), Woken::Changed(Changed::Packages));
    }

    #[test]
    fn nothing_there_is_nothing_watched() {
        let mut watch = Watch::new(
            &package_databases(Path::new("/nowhere")),
            &[],
            Path::new("/nowhere"),
        )
        .unwrap();
        assert_eq!(watch.directories(), 0);
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
    }
}
