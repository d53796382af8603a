//! What was found in one artifact.

use crate::{Diagnostic, Distribution, Package};

/// What sort of thing was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArtifactKind {
    /// A directory, often the root of a file system.
    Directory,
    /// A checkout of source code, judged by its lock files.
    Repository,
    /// The root file system of the running host.
    Host,
    /// An image as `docker save` writes it.
    DockerArchive,
    /// An image in OCI layout, as directory or tar.
    OciLayout,
    /// An image in a registry.
    Image,
    /// An image in the storage of a container engine.
    ContainerStorage,
    /// A tar or zip of a tree of files.
    Archive,
    /// A serverless function with its layers.
    Function,
    /// The image of a disk.
    Disk,
    /// A single program, library or archive of a language.
    File,
    /// A software bill of materials.
    Sbom,
}

impl ArtifactKind {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ArtifactKind::Directory => "directory",
            ArtifactKind::Repository => "repository",
            ArtifactKind::Host => "host",
            ArtifactKind::DockerArchive => "docker-archive",
            ArtifactKind::OciLayout => "oci-layout",
            ArtifactKind::Image => "image",
            ArtifactKind::ContainerStorage => "container-storage",
            ArtifactKind::Archive => "archive",
            ArtifactKind::Function => "function",
            ArtifactKind::Disk => "disk",
            ArtifactKind::File => "file",
            ArtifactKind::Sbom => "sbom",
        }
    }
}

/// The thing that was opened, as far as it identifies itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// What the user called it.
    pub name: String,
    /// What sort of thing it is.
    pub kind: ArtifactKind,
    /// A digest that identifies the content, where the format has one (manifest or config digest).
    pub digest: Option<String>,
    /// Platform of an image, such as `linux/amd64`.
    pub platform: Option<String>,
    /// Tags that the archive carries.
    pub tags: Vec<String>,
    /// Digests of the layers from the base up.
    pub layers: Vec<String>,
    /// The command that made each layer, as the image's history has it; empty where it has none.
    pub commands: Vec<String>,
    /// The kernel that runs, as `uname -r` tells it, where this is a running machine.
    pub kernel: Option<String>,
    /// The image that this one was built from, as far as it can be told.
    pub base: Option<BaseImage>,
}

/// The image that another was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseImage {
    /// Its name, where the image states it or it was scanned before.
    pub name: Option<String>,
    /// The digest of its manifest, where the image states it.
    pub digest: Option<String>,
    /// How many of the layers are its own, from the lowest up; 0 where that is not known.
    pub layers: u32,
}

impl Artifact {
    /// An artifact known by name and kind only.
    pub fn new(name: impl Into<String>, kind: ArtifactKind) -> Artifact {
        Artifact {
            name: name.into(),
            kind,
            digest: None,
            platform: None,
            tags: Vec::new(),
            layers: Vec::new(),
            commands: Vec::new(),
            kernel: None,
            base: None,
        }
    }
}

/// Everything found in one artifact: packages in order of purl, and what could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// What was opened.
    pub artifact: Artifact,
    /// The operating system, when one could be told.
    pub distribution: Option<Distribution>,
    /// What is installed, sorted by purl.
    pub packages: Vec<Package>,
    /// What was unreadable, unknown or skipped, sorted.
    pub diagnostics: Vec<Diagnostic>,
}
