//! Records in files: one JSON object a line, the newest in `calls.jsonl`, older ones beside it.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    thread::JoinHandle,
    time::Duration,
};

use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use super::{CallLog, CallRecord};
use assay_identity::{Cause, Pending};

/// The file that is written to.
const CURRENT: &str = "calls.jsonl";

/// Records that wait to be written; callers wait beyond that.
const WAITING: usize = 1024;

/// Bytes of records that are kept in memory while they cannot be written, as on a full disk; further ones are lost.
const KEPT: usize = 16 << 20;

/// How long to wait before what could not be written is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// How much of a log is kept.
#[derive(Clone, Copy, Debug)]
pub struct FileLimits {
    /// Bytes after which a file is set aside; it may be larger by a few records.
    pub bytes: u64,
    /// Files that are kept beside the newest; older ones are deleted.
    pub files: usize,
}

impl Default for FileLimits {
    /// 32 files of 32 MiB.
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            files: 32,
        }
    }
}

/// A call log in files. A record is taken once it waits for the thread that writes; [`FileCallLog::flush`] waits for that.
/// On a full disk records wait in memory, some 16 MiB of them, until there is room.
#[derive(Debug)]
pub struct FileCallLog {
    sender: mpsc::Sender<Command>,
    /// Ends when the sender is gone.
    _writer: JoinHandle<()>,
}

enum Command {
    Write(Box<CallRecord>),
    Flush(oneshot::Sender<()>),
}

/// The thread that writes is gone.
#[derive(Clone, Copy, Debug, Error)]
#[error("the call log's writer has stopped; restart the service")]
struct Stopped;

impl FileCallLog {
    /// Opens the log of a folder, which is made if there is none, and goes on where it ended. Blocks.
    ///
    /// # Errors
    ///
    /// A folder or file that cannot be made or written.
    pub fn open(folder: &Path, limits: FileLimits) -> io::Result<Self> {
        let mut files = Files::open(folder, limits)?;
        let (sender, mut receiver) = mpsc::channel(WAITING);
        let writer = std::thread::Builder::new()
            .name("call-log".to_owned())
            .spawn(move || write_all(&mut files, &mut receiver))?;
        Ok(Self {
            sender,
            _writer: writer,
        })
    }

    /// Waits until what was taken before is written, or was tried in vain.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.sender.send(Command::Flush(done)).await.is_ok() {
            let _ = written.await;
        }
    }
}

impl CallLog for FileCallLog {
    fn append(&self, record: CallRecord) -> Pending<'_, Result<(), Cause>> {
        Box::pin(async move {
            let command = Command::Write(Box::new(record));
            self.sender.send(command).await.map_err(|_| Stopped.into())
        })
    }
}

/// Writes what comes until nobody is left to send anything.
fn write_all(files: &mut Files, receiver: &mut mpsc::Receiver<Command>) {
    let (mut batch, mut lines) = (Vec::new(), Vec::new());
    loop {
        if lines.is_empty() {
            if receiver.blocking_recv_many(&mut batch, WAITING) == 0 {
                return;
            }
        } else {
            std::thread::sleep(PAUSE);
            while let Ok(command) = receiver.try_recv() {
                batch.push(command);
            }
        }
        let (mut flushed, mut lost) = (Vec::new(), 0);
        for command in batch.drain(..) {
            match command {
                Command::Write(_) if lines.len() > KEPT => lost += 1,
                Command::Write(record) => files.line(&record, &mut lines),
                Command::Flush(done) => flushed.push(done),
            }
        }
        if lost > 0 {
            tracing::error!(
                records = lost,
                "records of calls are lost: too many wait to be written"
            );
        }
        match files.write(&lines) {
            Ok(()) => lines.clear(),
            Err(error) => tracing::warn!(%error, path = %files.current.display(), "records of calls wait"),
        }
        for done in flushed {
            // Whoever waited may be gone.
            let _ = done.send(());
        }
        if receiver.is_closed() && receiver.is_empty() && !lines.is_empty() {
            tracing::error!("records of calls are lost: they could not be written before the end");
            return;
        }
    }
}

/// The files, as the thread that writes has them.
struct Files {
    folder: PathBuf,
    current: PathBuf,
    limits: FileLimits,
    file: File,
    bytes: u64,
    /// The number that the next file set aside gets.
    next: u64,
    /// Whether the file may end in half a record, because writing failed.
    is_torn: bool,
}

impl Files {
    fn open(folder: &Path, limits: FileLimits) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let current = folder.join(CURRENT);
        let (file, bytes, is_torn) = append_to(&current)?;
        let next = numbers(folder)?.last().map_or(1, |number| number + 1);
        Ok(Self {
            folder: folder.to_owned(),
            current,
            limits,
            file,
            bytes,
            next,
            is_torn,
        })
    }

    fn line(&self, record: &CallRecord, lines: &mut Vec<u8>) {
        let start = lines.len();
        match serde_json::to_writer(&mut *lines, record) {
            Ok(()) => lines.push(b'\n'),
            Err(error) => {
                lines.truncate(start);
                tracing::error!(%error, "a record of a call cannot be written as JSON");
            }
        }
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        if self.bytes >= self.limits.bytes {
            self.rotate()?;
        }
        if self.is_torn {
            self.file.write_all(b"\n")?;
            self.bytes = self.file.metadata()?.len();
            self.is_torn = false;
        }
        if let Err(error) = self.file.write_all(lines) {
            // All of it is tried again; what was written of it would be there twice.
            self.is_torn = self.file.set_len(self.bytes).is_err();
            return Err(error);
        }
        self.bytes += lines.len() as u64;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        match fs::rename(&self.current, self.folder.join(aside(self.next))) {
            Ok(()) => self.next += 1,
            // It is aside already, and there was no room for the next.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        (self.file, self.bytes, self.is_torn) = append_to(&self.current)?;
        let numbers = numbers(&self.folder)?;
        let superfluous = numbers.len().saturating_sub(self.limits.files);
        for number in &numbers[..superfluous] {
            fs::remove_file(self.folder.join(aside(*number)))?;
        }
        Ok(())
    }
}

/// The name of a file that was set aside.
fn aside(number: u64) -> String {
    format!("calls-{number:08}.jsonl")
}

/// The numbers of the files that were set aside, in order.
fn numbers(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix("calls-")?.strip_suffix(".jsonl"));
        numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Opens a file to append to, readable by its owner alone, with its length and whether it ends in half a line.
fn append_to(path: &Path) -> io::Result<(File, u64, bool)> {
    let mut options = fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let bytes = file.metadata()?.len();
    let mut last = *b"\n";
    if bytes > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    Ok((file, bytes, last != *b"\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::call_log::UserIdentity;

    fn record(name: &str) -> CallRecord {
        CallRecord {
            event_version: "1.11".to_owned(),
            user_identity: UserIdentity::default(),
            event_time: "2026-11-24T20:00:00.7Z".parse().unwrap(),
            event_source: "assay".to_owned(),
            event_name: name.to_owned(),
            aws_region: "eu-west-1".to_owned(),
            source_ip_address: "127.0.0.1".to_owned(),
            user_agent: None,
            error_code: None,
            error_message: None,
            request_parameters: None,
            response_elements: None,
            request_id: String::new(),
            event_id: String::new(),
            read_only: true,
            event_type: "AwsApiCall".to_owned(),
            management_event: true,
            recipient_account_id: None,
            event_category: "Management".to_owned(),
        }
    }

    async fn append(log: &FileCallLog, names: std::ops::Range<usize>) {
        for name in names {
            log.append(record(&format!("call {name}"))).await.unwrap();
            log.flush().await;
        }
    }

    fn names(path: &Path) -> Vec<String> {
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().filter_map(|line| {
            let record: Value = serde_json::from_str(line).ok()?;
            assert_eq!(record["eventTime"], "2026-11-24T20:00:00Z");
            Some(record["eventName"].as_str().unwrap().to_owned())
        });
        lines.collect()
    }

    #[tokio::test]
    async fn files_are_set_aside_and_bounded() {
        let folder = tempfile::tempdir().unwrap();
        // Two records a file.
        let limits = FileLimits { bytes: 700, files: 2 };
        let log = FileCallLog::open(folder.path(), limits).unwrap();
        append(&log, 0..7).await;
        drop(log);
        let log = FileCallLog::open(folder.path(), limits).unwrap();
        append(&log, 7..11).await;
        let mut kept: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        kept.sort();
        assert_eq!(
            kept,
            ["calls-00000004.jsonl", "calls-00000005.jsonl", "calls.jsonl"]
        );
        assert_eq!(names(&folder.path().join(&kept[0])), ["call 6", "call 7"]);
        assert_eq!(names(&folder.path().join(&kept[1])), ["call 8", "call 9"]);
        assert_eq!(names(&folder.path().join(&kept[2])), ["call 10"]);
    }

    #[tokio::test]
    async fn half_a_record_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CURRENT);
        fs::write(&path, "{\"eventName\": \"ha").unwrap();
        let log = FileCallLog::open(folder.path(), FileLimits::default()).unwrap();
        append(&log, 0..2).await;
        assert_eq!(names(&path), ["call 0", "call 1"]);
    }
}
