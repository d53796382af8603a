//! What one file contributes, before anything is known of the tree around it.

use assay_model::{Diagnostic, DiagnosticCode, Distribution, Purl};

use crate::{OwnedPaths, projects::Project};

/// A package that a file shows to be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPackage {
    pub(crate) purl: Purl,
    pub(crate) licences: Vec<String>,
    pub(crate) inside: Option<String>,
    pub(crate) scope: Scope,
}

/// Who judges a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The distribution, whose name and release go into the package URL when they are known.
    System,
    /// The language's ecosystem.
    Language,
}

impl FoundPackage {
    /// A package of a language's ecosystem.
    pub fn language(purl: Purl) -> FoundPackage {
        FoundPackage {
            purl,
            licences: Vec::new(),
            inside: None,
            scope: Scope::Language,
        }
    }

    /// A package of the distribution. Namespace and `distro` qualifier are added once the distribution is known.
    pub fn system(purl: Purl) -> FoundPackage {
        FoundPackage {
            scope: Scope::System,
            ..FoundPackage::language(purl)
        }
    }

    /// The same under licences as recorded.
    #[must_use]
    pub fn with_licences(mut self, licences: Vec<String>) -> FoundPackage {
        self.licences = licences;
        self
    }

    /// The same found at a path inside the file, which is an archive: `lib/inner.jar` makes `app.jar!/lib/inner.jar`.
    #[must_use]
    pub fn inside(mut self, path: &str) -> FoundPackage {
        self.inside = (!path.is_empty()).then(|| path.to_owned());
        self
    }
}

/// Names an operating-system package that owns files. What is empty is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The package URL's type: `deb`, `rpm`, `apk`.
    pub kind: &'static str,
    /// The package's name.
    pub name: String,
    /// Its version, where several of a name can be installed.
    pub version: String,
    /// Its architecture, where several of a name can be installed.
    pub architecture: String,
}

impl Owner {
    /// Whether it names this package.
    pub(crate) fn names(&self, purl: &Purl) -> bool {
        self.kind == purl.kind
            && self.name == purl.name
            && (self.version.is_empty() || purl.version.as_deref() == Some(self.version.as_str()))
            && (self.architecture.is_empty() || purl.qualifier("arch") == Some(self.architecture.as_str()))
    }
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    Package {
        analyser: &'static str,
        found: FoundPackage,
    },
    /// The lower the rank, the more the source is trusted.
    Distribution {
        rank: u8,
        distribution: Distribution,
    },
    /// Paths that a package owns.
    Owned {
        owner: Owner,
        paths: OwnedPaths,
    },
    Licences {
        owner: Owner,
        licences: Vec<String>,
    },
    /// Part of a project, to be settled with the rest of the tree.
    Project {
        analyser: &'static str,
        project: Project,
    },
    Diagnostic {
        code: DiagnosticCode,
        message: String,
    },
}

/// Diagnostics of one kind about one file that are kept; a broken database need not say so a million times.
const MOST_DIAGNOSTICS: usize = 20;
/// Packages of one file that are kept; the largest distribution has a third of it.
const MOST_PACKAGES: usize = 250_000;

/// Takes down what an analyser finds in one file.
#[derive(Debug)]
pub struct Facts {
    analyser: &'static str,
    pub(crate) list: Vec<Fact>,
    diagnostics: usize,
    packages: usize,
}

impl Facts {
    /// None yet.
    pub(crate) fn new(analyser: &'static str) -> Facts {
        Facts {
            analyser,
            list: Vec::new(),
            diagnostics: 0,
            packages: 0,
        }
    }

    /// A package is installed.
    pub fn package(&mut self, found: FoundPackage) {
        self.packages += 1;
        match self.packages {
            1..=MOST_PACKAGES => self.list.push(Fact::Package {
                analyser: self.analyser,
                found,
            }),
            count if count == MOST_PACKAGES + 1 => {
                let message = format!("more than {MOST_PACKAGES} packages in one file; the rest is left out");
                self.diagnostic(DiagnosticCode::LimitReached, message);
            }
            _ => {}
        }
    }

    /// The tree is of this distribution. Of several, the one of lowest rank counts.
    pub fn distribution(&mut self, rank: u8, distribution: Distribution) {
        self.list.push(Fact::Distribution { rank, distribution });
    }

    /// A system package owns these paths.
    pub fn owned(&mut self, owner: Owner, paths: OwnedPaths) {
        if !paths.is_empty() {
            self.list.push(Fact::Owned { owner, paths });
        }
    }

    /// A system package is under these licences, as another file than the database has it.
    pub fn licences(&mut self, owner: Owner, licences: Vec<String>) {
        if !licences.is_empty() {
            self.list.push(Fact::Licences { owner, licences });
        }
    }

    /// The file describes a project that only the whole tree tells the needs of.
    pub(crate) fn project(&mut self, project: Project) {
        self.list.push(Fact::Project {
            analyser: self.analyser,
            project,
        });
    }

    /// Something of the file could not be read or understood.
    pub fn diagnostic(&mut self, code: DiagnosticCode, message: impl Into<String>) {
        self.diagnostics += 1;
        match self.diagnostics {
            1..=MOST_DIAGNOSTICS => self.list.push(Fact::Diagnostic {
                code,
                message: message.into(),
            }),
            count if count == MOST_DIAGNOSTICS + 1 => {
                let message = "more of the same is not listed".to_owned();
                self.list.push(Fact::Diagnostic { code, message });
            }
            _ => {}
        }
    }

    /// The content could not be had.
    pub fn failed(&mut self, error: &assay_artifacts::ContentError) {
        let Diagnostic { code, message, .. } = error.diagnostic("");
        self.diagnostic(code, message);
    }

    /// Reading failed midway.
    pub fn broke_off(&mut self, error: &std::io::Error) {
        self.diagnostic(
            DiagnosticCode::Unreadable,
            format!("reading stopped midway: {error}"),
        );
    }
}
