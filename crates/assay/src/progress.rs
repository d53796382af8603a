//! Progress on a terminal, for what takes longer than a second; nothing when standard error is no terminal.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner shows no progress at all.
const QUIET: Duration = Duration::from_secs(1);

/// A bar on standard error.
pub(crate) struct Bar {
    bar: ProgressBar,
    started: Instant,
    /// Whether there is still a decision to make about showing it.
    undecided: AtomicBool,
}

impl Bar {
    pub(crate) fn new() -> Bar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let progress = Bar {
            bar,
            started: Instant::now(),
            undecided: AtomicBool::new(std::io::stderr().is_terminal()),
        };
        progress.style("{spinner} {msg} {bytes}");
        progress
    }

    fn style(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }

    /// Shows the bar once the work has taken long enough.
    fn show(&self) {
        // Several threads may decide at once; they decide alike.
        if self.undecided.load(Ordering::Relaxed) && self.started.elapsed() >= QUIET {
            self.undecided.store(false, Ordering::Relaxed);
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// What is being worked on.
    pub(crate) fn say(&self, name: &str) {
        self.bar.set_message(name.to_owned());
        self.show();
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl assay_feeds::Progress for Bar {
    fn begin(&self, name: &str) {
        self.bar.unset_length();
        self.bar.set_position(0);
        self.style("{spinner} {msg}");
        self.say(name);
    }

    fn length(&self, bytes: Option<u64>) {
        if let Some(bytes) = bytes {
            self.bar.set_length(bytes);
            self.style("{spinner} {msg} {bytes}/{total_bytes} {bar:24}");
        } else {
            self.style("{spinner} {msg} {bytes}");
        }
        self.show();
    }

    fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        self.show();
    }

    fn end(&self) {}
}

impl assay_artifacts::Progress for Bar {
    fn bytes(&self, count: u64) {
        self.bar.inc(count);
        self.show();
    }
}
