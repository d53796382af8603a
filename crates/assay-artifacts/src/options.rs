//! What to open of an artifact, how far to go, and whom to tell.

use std::path::PathBuf;

use assay_registry::ConnectOptions;

/// Which image of several, on which platform, within which limits.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Platform to choose from an image index; `None` means Linux on this machine's processor.
    pub platform: Option<Platform>,
    /// Tag to choose from an archive or storage that holds several images; `None` means the first of an archive and
    /// the only one of a storage.
    pub reference: Option<String>,
    /// What an image in a registry is judged by.
    pub judge_by: Judge,
    /// How to speak to a registry.
    pub registry: ConnectOptions,
    /// Zip archives that are layers below a serverless function, the lowest first.
    pub function_layers: Vec<PathBuf>,
    /// Whether a file of this path is something by itself, such as a lock file; for files of no form that is known here.
    pub is_readable_alone: fn(&str) -> bool,
    /// Paths of a directory or host to leave out, relative to its root, without a leading slash.
    pub exclude: Vec<String>,
    /// Where reading stops.
    pub limits: Limits,
    /// Layers read at once; 0 means as many as the machine has processors.
    pub threads: usize,
}

impl Default for OpenOptions {
    fn default() -> OpenOptions {
        OpenOptions {
            platform: None,
            reference: None,
            judge_by: Judge::Layers,
            registry: ConnectOptions::default(),
            function_layers: Vec::new(),
            is_readable_alone: |_| false,
            exclude: Vec::new(),
            limits: Limits::default(),
            threads: 0,
        }
    }
}

/// What an image in a registry is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// By what is in its layers.
    Layers,
    /// By the bill of materials that its publisher attached to it.
    AttachedSbom,
}

/// A platform in OCI's words: `linux/arm64/v8`.
///
/// Source: OCI image specification, "Image Index", property `platform`; the values are those of Go's GOOS and GOARCH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// Operating system: `linux`, `windows`.
    pub os: String,
    /// Processor: `amd64`, `arm64`.
    pub architecture: String,
    /// Processor variant: `v7`, where it matters.
    pub variant: Option<String>,
}

impl Platform {
    /// Reads `os/architecture[/variant]`; a single word is an architecture on Linux.
    pub fn parse(text: &str) -> Option<Platform> {
        let mut parts = text.split('/').map(str::trim);
        let first = parts.next().filter(|part| !part.is_empty())?;
        let (os, architecture) = match parts.next() {
            Some(architecture) if !architecture.is_empty() => (first, architecture),
            Some(_) => return None,
            None => ("linux", first),
        };
        let variant = parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        if parts.next().is_some() {
            return None;
        }
        Some(Platform {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant,
        })
    }

    /// Linux on the processor that this program was built for.
    pub fn of_this_machine() -> Platform {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "x86" => "386",
            "aarch64" => "arm64",
            "powerpc64" => "ppc64le",
            other => other,
        };
        Platform {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: None,
        }
    }

    /// Whether `other` is the same, a variant counting only where this one names one.
    pub fn accepts(&self, other: &Platform) -> bool {
        self.os == other.os
            && self.architecture == other.architecture
            && (self.variant.is_none() || self.variant == other.variant)
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(f, "/{variant}"),
            None => Ok(()),
        }
    }
}

/// Where reading stops, so that no input can take more than the machine gives.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one layer after decompression.
    pub layer_bytes: u64,
    /// Decompressed bytes for each compressed one, counted once [`Limits::ratio_from`] bytes were produced.
    pub ratio: u64,
    /// Decompressed bytes below which no ratio is held against a layer.
    pub ratio_from: u64,
    /// Entries of one layer, or files and directories of a directory.
    pub entries: u64,
    /// Bytes of one path.
    pub path_bytes: usize,
    /// Directories above a file.
    pub depth: usize,
    /// Bytes of one file from a compressed layer that are held in memory for random access; more goes to an
    /// unlinked temporary file.
    pub spool_memory: u64,
    /// Bytes of one file that can be read at random.
    pub random_access: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            layer_bytes: 64 << 30,
            ratio: 200,
            ratio_from: 64 << 20,
            entries: 10_000_000,
            path_bytes: 16 << 10,
            depth: 256,
            spool_memory: 16 << 20,
            random_access: 1 << 30,
        }
    }
}

/// Is told how far reading has come. Called from several threads at once, so it counts and returns.
pub trait Progress: Sync {
    /// Reading begins; `layers` is known except for a compressed archive.
    fn begin(&self, layers: Option<usize>) {
        let _ = layers;
    }
    /// So many more bytes of the artifact were read or passed over.
    fn bytes(&self, count: u64) {
        let _ = count;
    }
    /// So many more entries were seen.
    fn entries(&self, count: u64) {
        let _ = count;
    }
    /// One more layer is done.
    fn layer_done(&self) {}
}

/// Progress that nobody follows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms() {
        for (text, shown) in [
            ("linux/amd64", Some("linux/amd64")),
            ("arm64", Some("linux/arm64")),
            ("linux/arm/v7", Some("linux/arm/v7")),
            ("", None),
            ("linux/", None),
            ("a/b/c/d", None),
        ] {
            assert_eq!(
                Platform::parse(text).map(|p| p.to_string()).as_deref(),
                shown,
                "{text}"
            );
        }
        let arm = Platform::parse("linux/arm").unwrap();
        let arm7 = Platform::parse("linux/arm/v7").unwrap();
        assert!(arm.accepts(&arm7) && !arm7.accepts(&arm));
    }
}
