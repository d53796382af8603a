//! What a backup has.

use serde::{Deserialize, Serialize};

/// The form of backups that this program writes and reads.
pub(crate) const SCHEMA: &str = "assay.backup/1";

/// The name of the manifest, the first entry.
pub(crate) const NAME: &str = "manifest.json";

/// Bytes that a manifest may have; one has some thousand.
pub(crate) const LARGEST: u64 = 1 << 20;

/// The database in the directory of a service.
pub(crate) const DATABASE: &str = "assay.db";
/// The key that secrets are sealed with.
pub(crate) const MASTER_KEY: &str = "master.key";
/// Where generations of the intelligence are.
pub(crate) const INTELLIGENCE: &str = "intelligence";
/// Where the certificate is that the service made.
pub(crate) const CERTIFICATE: &str = "tls";

/// What a backup has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    pub(crate) schema: String,
    /// When it was made.
    pub(crate) made_at: String,
    /// The version of the program that made it.
    pub(crate) program: String,
    pub(crate) files: Vec<Listed>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listed {
    /// Its place in the directory.
    pub(crate) path: String,
    /// How many bytes it has.
    pub(crate) size: u64,
    /// The SHA-256 of its content, in hexadecimal digits.
    pub(crate) sha256: String,
}

/// Whether a backup may have a file of this name: those of a service's directory, and nothing that leads out of it.
pub(crate) fn is_ours(path: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with('.')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    match path.split_once('/') {
        None => [DATABASE, MASTER_KEY].contains(&path),
        Some((folder, name)) => [INTELLIGENCE, CERTIFICATE].contains(&folder) && is_name(name),
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn nothing_leads_out_of_the_directory() {
        for (path, expected) in [
            ("assay.db", true),
            ("master.key", true),
            ("intelligence/0a1b.idx", true),
            ("tls/certificate.pem", true),
            ("assay.db-wal", false),
            ("../assay.db", false),
            ("tls/../master.key", false),
            ("tls/.hidden", false),
            ("tls/", false),
            ("/etc/passwd", false),
            ("calls/2026.json", false),
            ("", false),
        ] {
            assert_eq!(is_ours(path), expected, "{path}");
        }
    }
}
