//! Waiting until something that tells of installed packages changes.

use std::{
    collections::VecDeque,
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

/// Watches of directories.
#[derive(Debug)]
pub struct Watch {
    watches: OwnedFd,
    /// How many directories are watched.
    directories: usize,
}

/// Why waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Something changed.
    Changed,
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
            directories: 0,
        };
        for directory in directories {
            watch.add(directory)?;
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
            watch.add(&directory)?;
            let below = fs::read_dir(&directory).into_iter().flatten().flatten();
            open.extend(
                below
                    .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
                    .map(|entry| entry.path()),
            );
        }
        Ok(watch)
    }

    /// How many directories are watched.
    pub fn directories(&self) -> usize {
        self.directories
    }

    /// Waits for a change, so long at most.
    ///
    /// # Errors
    ///
    /// When the kernel does not let us wait.
    pub fn wait(&self, most: Duration) -> io::Result<Woken> {
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
                Ok(_) if self.drain()? => return Ok(Woken::Changed),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn add(&mut self, directory: &Path) -> io::Result<()> {
        let of = WatchFlags::CLOSE_WRITE
            | WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVE
            | WatchFlags::ONLYDIR
            | WatchFlags::DONT_FOLLOW;
        match inotify::add_watch(&self.watches, directory, of) {
            Ok(_) => self.directories += 1,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS) => {}
            Err(error) => {
                let reason = format!("cannot watch {}: {error}", directory.display());
                return Err(io::Error::new(io::Error::from(error).kind(), reason));
            }
        }
        Ok(())
    }

    /// Takes all that is told, and tells whether any of it matters.
    fn drain(&self) -> io::Result<bool> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(&self.watches, &mut buffer);
        let mut matters = false;
        loop {
            match events.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| name.to_string_lossy().into_owned());
                    let is_lost = event.events().contains(ReadFlags::QUEUE_OVERFLOW);
                    matters |= is_lost || name.is_none_or(|name| !is_lock(&name));
                }
                Err(Errno::AGAIN) => return Ok(matters),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
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
        let watch = Watch::new(&package_databases(root.path()), trees, &own).unwrap();
        assert_eq!(watch.directories(), 4);
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
        fs::write(dpkg.join("lock-frontend"), "").unwrap();
        fs::read_dir(&dpkg).unwrap();
        fs::write(own.join("report.json"), "").unwrap();
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
        // A package manager writes beside and then renames.
        fs::write(dpkg.join("status-new"), "Package: a\n").unwrap();
        assert_eq!(watch.wait(LONG).unwrap(), Woken::Changed);
        fs::rename(dpkg.join("status-new"), dpkg.join("status")).unwrap();
        assert_eq!(watch.wait(LONG).unwrap(), Woken::Changed);
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
        fs::write(shop.join("lib/deep/a.jar"), "").unwrap();
        assert_eq!(watch.wait(LONG).unwrap(), Woken::Changed);
    }

    #[test]
    fn nothing_there_is_nothing_watched() {
        let watch = Watch::new(
            &package_databases(Path::new("/nowhere")),
            &[],
            Path::new("/nowhere"),
        )
        .unwrap();
        assert_eq!(watch.directories(), 0);
        assert_eq!(watch.wait(SHORT).unwrap(), Woken::Waited);
    }
}
