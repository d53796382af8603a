//! What importers hand on: records, one at a time, into a sink.

use assay_model::{Advisory, Epss, KnownExploited};

/// Takes records as importers read them. Implemented by whatever compiles or counts them.
pub trait Sink {
    /// Takes an advisory.
    ///
    /// # Errors
    ///
    /// When it cannot be kept (no space left, for one); the import stops.
    fn advisory(&mut self, advisory: Advisory) -> std::io::Result<()>;

    /// Takes the EPSS figures of one CVE.
    fn epss(&mut self, id: &str, epss: Epss);

    /// Takes an entry of the catalogue of known exploited vulnerabilities.
    fn known_exploited(&mut self, entry: KnownExploited);
}

/// What an import found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records handed on.
    pub records: u64,
    /// The newest date that the content itself carries (RFC 3339).
    pub date: Option<String>,
    /// Records that were passed over, each with its reason; at most [`MOST_WARNINGS`], then a count.
    pub warnings: Vec<String>,
    /// How many records were passed over.
    pub passed_over: u64,
}

/// How many single warnings a summary keeps.
pub const MOST_WARNINGS: usize = 5;

impl Summary {
    /// Notes a record that was passed over.
    pub(crate) fn warn(&mut self, warning: String) {
        self.passed_over += 1;
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning);
        }
    }

    /// Notes a date that the content carries.
    pub(crate) fn saw(&mut self, date: Option<jiff::Timestamp>) {
        if let Some(date) = date.map(|date| date.to_string())
            && self.date.as_ref().is_none_or(|newest| *newest < date)
        {
            self.date = Some(date);
        }
    }

    /// Adds what another file of the same feed brought.
    pub fn merge(&mut self, other: Summary) {
        self.records += other.records;
        self.passed_over += other.passed_over;
        if other.date > self.date {
            self.date = other.date;
        }
        let room = MOST_WARNINGS.saturating_sub(self.warnings.len());
        self.warnings.extend(other.warnings.into_iter().take(room));
    }
}
