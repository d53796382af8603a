//! Progress on a terminal, for what takes longer than a second; nothing when standard error is no terminal.

use std::{
    io::IsTerminal,
    sync::Mutex,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner shows no progress at all.
const QUIET: Duration = Duration::from_secs(1);

/// A bar on standard error.
pub(crate) struct Bar {
    bar: ProgressBar,
    started: Instant,
    name: Mutex<String>,
}

impl Bar {
    pub(crate) fn new() -> Bar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Bar {
            bar,
            started: Instant::now(),
            name: Mutex::new(String::new()),
        }
    }

    /// Shows the bar once the work has taken long enough.
    fn show(&self) {
        if self.bar.is_hidden() && self.started.elapsed() >= QUIET && std::io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let style = if self.bar.length().is_some() {
            "{spinner} {msg} {bytes}/{total_bytes} {bar:24}"
        } else {
            "{spinner} {msg} {bytes}"
        };
        if let Ok(style) = ProgressStyle::with_template(style) {
            self.bar.set_style(style);
        }
    }

    /// What is being worked on.
    pub(crate) fn say(&self, name: &str) {
        if let Ok(mut known) = self.name.lock() {
            name.clone_into(&mut known);
        }
        self.bar.set_message(name.to_owned());
        self.show();
        self.bar.tick();
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
        self.say(name);
    }

    fn length(&self, bytes: Option<u64>) {
        if let Some(bytes) = bytes {
            self.bar.set_length(bytes);
        }
        self.show();
    }

    fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        self.show();
    }

    fn end(&self) {}
}
