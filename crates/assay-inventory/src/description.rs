//! What an analyser says of itself: for evidence, for documentation, and for finding the files it reads.

/// What an analyser's facts are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What is there: read in every image, host and function.
    Installed,
    /// What a build would install: read in checkouts alone.
    Lock,
}

impl Kind {
    /// The word in documentation.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Installed => "installed",
            Kind::Lock => "lock",
        }
    }
}

/// An analyser in a few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// The word that stands in evidence, such as `dpkg`.
    pub name: &'static str,
    /// Whose packages it finds, for people, such as `Debian packages`.
    pub ecosystem: &'static str,
    /// The files that it reads, as patterns: `*` stands for any characters of one part of a path, a leading `**/` for
    /// any directory. An analyser is asked about no other file. A pattern that ends in `/` is of a folder that tells
    /// by its own name.
    pub reads: &'static [&'static str],
    /// Whether that is installed.
    pub kind: Kind,
    /// The types of the package URLs that it gives.
    pub types: &'static [&'static str],
}
