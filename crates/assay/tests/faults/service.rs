//! The program as a service, to be started, killed and looked at.

use std::{
    fs::OpenOptions,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use super::support::World;

/// How long it may take to start, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A service that runs until it is dropped.
pub(crate) struct Service {
    process: Child,
    pub(crate) url: String,
}

/// How it is started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Start {
    /// `postgres://…`; SQLite without.
    pub(crate) database: Option<String>,
    /// The folder of feeds; none without.
    pub(crate) feeds: Option<String>,
    /// The folder of data; `data` without.
    pub(crate) data: Option<String>,
    /// More arguments.
    pub(crate) more: Vec<String>,
}

impl Start {
    /// The command; its log goes to `service.log`.
    pub(crate) fn command(&self, world: &World) -> Command {
        let data = self.data.as_deref().unwrap_or("data");
        let mut command = world.command(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
        command.args(["--feeds", self.feeds.as_deref().unwrap_or("none")]);
        command.args(["--write-credentials", "credentials"]);
        if let Some(database) = &self.database {
            command.args(["--database", database]);
        }
        command.args(&self.more);
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(world.path("service.log"))
            .unwrap();
        command.stdout(Stdio::piped()).stderr(log).process_group(0);
        command
    }

    /// Starts it and waits until it listens.
    pub(crate) fn start(&self, world: &World) -> Service {
        let process = self.command(world).spawn().unwrap();
        Service::listening(process, world)
    }
}

impl Service {
    fn listening(mut process: Child, world: &World) -> Service {
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (told, listens) = mpsc::channel();
        // What is printed later goes nowhere, but must not block it.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(url) = line.strip_prefix("listening on ") {
                    let _ = told.send(url.to_owned());
                }
            }
        });
        let Ok(url) = listens.recv_timeout(PATIENCE) else {
            let _ = process.kill();
            let _ = process.wait();
            panic!("it does not start: {}", log(world));
        };
        Service { process, url }
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// SIGTERM; tells whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        self.signal("-TERM");
        self.process.wait().is_ok_and(|status| status.success())
    }

    /// Sends a signal, as `-HUP`.
    pub(crate) fn signal(&self, signal: &str) {
        let _ = Command::new("kill")
            .args([signal, &self.id().to_string()])
            .status();
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The end of the service's log.
pub(crate) fn log(world: &World) -> String {
    let text = std::fs::read_to_string(world.path("service.log")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
