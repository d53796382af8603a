//! What a registry has: its repositories, their tags, and what a tag stands for now.
//!
//! Source: OCI distribution specification 1.1, "Content Discovery"; the catalogue is that of the `distribution` reference
//! implementation. Pages are followed by their query alone, so that no registry sends us to another host.

use serde::Deserialize;

use crate::{
    ConnectOptions, Connection, ImageReference, RegistryError,
    connection::{MANIFEST_TYPES, Part, Wish, header},
};

/// Bytes of one page.
const LARGEST_PAGE: u64 = 8 << 20;
/// Names that are asked for at once.
const PAGE: usize = 1000;
/// Names that are listed in all.
const MOST_NAMES: usize = 200_000;
/// Bytes of one name that is taken.
const LONGEST_NAME: usize = 512;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    repositories: Option<Vec<String>>,
    tags: Option<Vec<String>>,
}

/// The repositories of a registry, `host` or `host:port`, as far as it tells.
///
/// # Errors
///
/// When the registry cannot be reached, or does not let us see its catalogue.
pub fn repositories(registry: &str, options: &ConnectOptions) -> Result<Vec<String>, RegistryError> {
    // A connection is about an image; which one makes no difference here.
    let any = ImageReference::parse(&format!("{registry}/catalogue"))?;
    let connection = Connection::open(&any, options)?;
    connection.names("_catalog", "the catalogue", |page| page.repositories)
}

impl Connection {
    /// The tags of the repository.
    ///
    /// # Errors
    ///
    /// When the registry has no such repository or does not let us see it.
    pub fn tags(&self) -> Result<Vec<String>, RegistryError> {
        let what = format!("{}, its tags", self.reference().repository());
        self.names(&self.within("tags/list"), &what, |page| page.tags)
    }

    /// The digest of the manifest that a tag or digest stands for now.
    ///
    /// # Errors
    ///
    /// When the registry has none or refuses it.
    pub fn digest_of(&self, name: &str) -> Result<String, RegistryError> {
        let what = format!("{}, manifest {name}", self.reference().repository());
        let wish = Wish {
            path: self.within(&format!("manifests/{name}")),
            part: Part::Head,
            accept: MANIFEST_TYPES,
            from: 0,
            most: 0,
            what: &what,
        };
        let response = self.get(&wish)?;
        match header(&response, "docker-content-digest") {
            Some(digest) => Ok(digest.to_owned()),
            // Registries need not say it.
            None => Ok(self.manifest(name)?.digest),
        }
    }

    fn names(
        &self,
        path: &str,
        what: &str,
        of: impl Fn(Page) -> Option<Vec<String>>,
    ) -> Result<Vec<String>, RegistryError> {
        let mut names = Vec::new();
        let mut query = format!("n={PAGE}");
        loop {
            let wish = Wish {
                path: format!("{path}?{query}"),
                part: Part::Whole,
                accept: "application/json",
                from: 0,
                most: LARGEST_PAGE,
                what,
            };
            let mut response = self.get(&wish)?;
            let next = header(&response, "link").and_then(next_query);
            let body = response
                .body_mut()
                .with_config()
                .limit(LARGEST_PAGE)
                .read_to_vec();
            let bytes = body.map_err(|error| self.malformed(what, error.to_string()))?;
            let page: Page =
                serde_json::from_slice(&bytes).map_err(|error| self.malformed(what, error.to_string()))?;
            let before = names.len();
            let listed = of(page).unwrap_or_default();
            names.extend(listed.into_iter().filter(|name| name.len() <= LONGEST_NAME));
            match next {
                // A registry that brings nothing new would be asked for ever.
                Some(next) if names.len() > before && names.len() < MOST_NAMES && next != query => {
                    query = next;
                }
                _ => break,
            }
        }
        names.truncate(MOST_NAMES);
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }
}

/// The query of the next page, as a `Link` header has it: `</v2/_catalog?last=b&n=1000>; rel="next"`.
fn next_query(link: &str) -> Option<String> {
    let (target, parameters) = link.strip_prefix('<')?.split_once('>')?;
    if !parameters.contains("next") {
        return None;
    }
    let (_, query) = target.split_once('?')?;
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'<' | b'>' | b'"');
    (query.len() <= 4096 && query.bytes().all(is_plain)).then(|| query.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_followed_by_their_query() {
        for (link, expected) in [
            (r#"</v2/_catalog?last=b&n=2>; rel="next""#, Some("last=b&n=2")),
            (
                r#"<https://elsewhere.example/v2/_catalog?last=b>; rel="next""#,
                Some("last=b"),
            ),
            (r#"</v2/_catalog?last=b>; rel="prev""#, None),
            (r#"</v2/_catalog>; rel="next""#, None),
            ("last=b", None),
            ("<?a b>; rel=next", None),
        ] {
            assert_eq!(next_query(link).as_deref(), expected, "{link}");
        }
    }
}
