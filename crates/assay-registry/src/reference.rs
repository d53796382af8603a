//! The name of an image in a registry.

use std::fmt;

use oci_spec::distribution::Reference;

use crate::RegistryError;

/// `registry/repository:tag@digest` with everything filled in that a user may leave out.
///
/// Source: the grammar of the `distribution` reference implementation, of which OCI's names are a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageReference(Reference);

impl ImageReference {
    /// Reads the name of an image.
    ///
    /// # Errors
    ///
    /// When it breaks the grammar, such as by an upper-case letter in the repository.
    pub fn parse(text: &str) -> Result<ImageReference, RegistryError> {
        match Reference::try_from(text) {
            Ok(reference) => Ok(ImageReference(reference)),
            Err(error) => Err(RegistryError::InvalidReference {
                text: text.chars().take(200).collect(),
                reason: error.to_string(),
            }),
        }
    }

    /// Reads what can only be meant as the name of an image: it says its registry, its tag or its digest, and does not
    /// look like a path.
    pub fn recognise(text: &str) -> Option<ImageReference> {
        if text.starts_with(['.', '/', '~']) || text.contains(['\\', ' ']) || text.contains("://") {
            return None;
        }
        let first = text.split('/').next().unwrap_or_default();
        let names_registry = text.contains('/') && (first.contains(['.', ':']) || first == "localhost");
        let last = text.rsplit('/').next().unwrap_or_default();
        let names_tag = last.contains(':') || text.contains("@sha256:") || text.contains("@sha512:");
        if !names_registry && !names_tag {
            return None;
        }
        ImageReference::parse(text).ok()
    }

    /// Host and port as the user knows them.
    pub fn registry(&self) -> &str {
        self.0.registry()
    }

    /// Host and port that are spoken to.
    pub(crate) fn host(&self) -> &str {
        match self.0.registry() {
            "docker.io" | "index.docker.io" => "registry-1.docker.io",
            registry => registry,
        }
    }

    /// The repository.
    pub fn repository(&self) -> &str {
        self.0.repository()
    }

    /// The tag, unless only a digest was given.
    pub fn tag(&self) -> Option<&str> {
        self.0.tag()
    }

    /// The digest, if one was given.
    pub fn digest(&self) -> Option<&str> {
        self.0.digest()
    }

    /// What a manifest is asked for by: the digest where there is one, since a tag moves.
    pub fn manifest_name(&self) -> &str {
        self.digest().or(self.tag()).unwrap_or("latest")
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (text, host, repository, name) in [
            ("debian", "registry-1.docker.io", "library/debian", "latest"),
            ("debian:12", "registry-1.docker.io", "library/debian", "12"),
            ("ghcr.io/a/b:v1", "ghcr.io", "a/b", "v1"),
            ("localhost:5000/a", "localhost:5000", "a", "latest"),
            ("127.0.0.1:5000/a/b/c:x", "127.0.0.1:5000", "a/b/c", "x"),
        ] {
            let reference = ImageReference::parse(text).unwrap();
            let actual = (
                reference.host(),
                reference.repository(),
                reference.manifest_name(),
            );
            assert_eq!(actual, (host, repository, name), "{text}");
        }
        let digest = format!("sha256:{}", "a".repeat(64));
        let reference = ImageReference::parse(&format!("r.example/x:1@{digest}")).unwrap();
        assert_eq!(reference.manifest_name(), digest);
        assert!(ImageReference::parse("Debian").is_err());
        assert!(ImageReference::parse("").is_err());
    }

    #[test]
    fn only_what_looks_like_one() {
        for (text, expected) in [
            ("debian:12", true),
            ("ghcr.io/a/b", true),
            ("localhost/a", true),
            ("localhost:5000/a", true),
            ("debian", false),
            ("images/debian.tar", false),
            ("./debian:12", false),
            ("/srv/x:1", false),
            ("dir:/srv/root", false),
            ("https://example.org/x:1", false),
            ("Debian:12", false),
        ] {
            assert_eq!(ImageReference::recognise(text).is_some(), expected, "{text}");
        }
    }
}
