//! A collector that keeps a service told.

use std::{
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use super::{World, serving::Serving};

/// What notifications are authorised by.
pub(crate) const SECRET: &str = "Bearer of-news";

/// A collector that runs until it is dropped.
pub(crate) struct Collecting(Child);

impl Drop for Collecting {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Collecting {
    /// Starts it by `collector.toml`, and waits until it receives at an address.
    pub(crate) fn start(world: &World, serving: &Serving, receiver: &str) -> Collecting {
        let process = command(world, serving, &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let collecting = Collecting(process.unwrap());
        while ureq::get(format!("http://{receiver}/healthz")).call().is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        collecting
    }
}

/// A collector by `collector.toml`.
pub(crate) fn command(world: &World, serving: &Serving, more: &[&str]) -> Command {
    let usual = [
        "collect",
        "collector.toml",
        "--server",
        &serving.url,
        "--state",
        "collector",
    ];
    let mut command = world.command(&[&usual[..], more].concat());
    command
        .env("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        .env_remove("AWS_ACCESS_KEY_ID");
    command
}

/// Looks around once.
pub(crate) fn once(world: &World, serving: &Serving) {
    let output = command(world, serving, &["--once"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

/// Lines of a registry's configuration that have it notify a collector.
pub(crate) fn notifications(receiver: &str) -> String {
    format!(
        "notifications:\n  endpoints:\n    - name: assay\n      url: http://{receiver}/notifications\n      headers:\n        \
         Authorization: [{SECRET}]\n      timeout: 2s\n      threshold: 3\n      backoff: 1s\n"
    )
}
