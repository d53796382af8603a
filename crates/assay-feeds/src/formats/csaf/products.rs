//! Composed products: a component in a platform, and which package of which release that is.

use std::{collections::HashMap, str::FromStr};

use assay_model::{Ecosystem, Purl};

use super::schema::{Branch, Product, Tree};
use crate::formats::rpm::Nevra;

/// The products of a document by id.
pub(super) struct Products<'a> {
    products: HashMap<&'a str, &'a Product<'a>>,
    /// Composed product → component and platform.
    composed: HashMap<&'a str, (&'a str, &'a str)>,
    platforms: HashMap<&'a str, Ecosystem>,
}

/// A package as a document speaks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) name: String,
    /// Epoch, version and release; absent where every build is meant.
    pub(super) version: Option<String>,
    /// The module stream, `name:stream`.
    pub(super) module: Option<String>,
    pub(super) build: Build,
}

/// Whether a source package is meant, or what is built from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Build {
    Source,
    Binary,
}

impl<'a> Products<'a> {
    pub(super) fn of(tree: &'a Tree<'a>) -> Products<'a> {
        let mut products = HashMap::new();
        let mut open: Vec<&'a Branch<'a>> = tree.branches.iter().collect();
        while let Some(branch) = open.pop() {
            if let Some(product) = &branch.product {
                products.insert(product.product_id.as_ref(), product);
            }
            open.extend(&branch.branches);
        }
        let composed = tree.relationships.iter().map(|relationship| {
            let parts = (
                relationship.product_reference.as_ref(),
                relationship.relates_to_product_reference.as_ref(),
            );
            (relationship.full_product_name.product_id.as_ref(), parts)
        });
        let platforms = products.iter().filter_map(|(id, product)| {
            let cpe = product.product_identification_helper.as_ref()?.cpe.as_deref()?;
            Some((*id, release_of(cpe)?))
        });
        Products {
            composed: composed.collect(),
            platforms: platforms.collect(),
            products,
        }
    }

    /// The release and package behind a composed product; `None` for a product of another kind: an image, a Java
    /// archive, a package of an extended stream or of a layered product.
    pub(super) fn package(&self, id: &str) -> Option<(&Ecosystem, Component)> {
        let (component, platform) = self.composed.get(id)?;
        let release = self.platforms.get(platform)?;
        let product = self.products.get(component);
        let helper = product.and_then(|product| product.product_identification_helper.as_ref());
        let purl = helper.and_then(|helper| helper.purl.as_deref());
        let component = match purl {
            Some(purl) => component_of_purl(purl)?,
            None => component_of_name(component)?,
        };
        Some((release, component))
    }
}

/// The release that a platform's CPE names; `None` for products and streams beside the general release.
fn release_of(cpe: &str) -> Option<Ecosystem> {
    let parts = cpe
        .strip_prefix("cpe:/o:redhat:")
        .or_else(|| cpe.strip_prefix("cpe:/a:redhat:"))?;
    let ecosystem = Ecosystem::new(&format!("Red Hat:{parts}"));
    let is_release = ecosystem
        .release()
        .is_some_and(|release| release.bytes().all(|byte| byte.is_ascii_digit()));
    is_release.then_some(ecosystem)
}

fn component_of_purl(purl: &str) -> Option<Component> {
    // Most products of some documents are no packages of the system; those need no parsing.
    let purl = Purl::from_str(purl.starts_with("pkg:rpm/").then_some(purl)?).ok()?;
    let version = purl
        .version
        .as_deref()
        .map(|version| match purl.qualifier("epoch") {
            Some(epoch) if epoch != "0" => format!("{epoch}:{version}"),
            _ => version.to_owned(),
        });
    let module = purl
        .qualifier("rpmmod")
        .map(|label| label.splitn(3, ':').take(2).collect::<Vec<_>>().join(":"));
    let build = match purl.qualifier("arch") {
        Some("src") => Build::Source,
        _ => Build::Binary,
    };
    Some(Component {
        name: purl.name,
        version,
        module,
        build,
    })
}

/// Reads a component that is known by its id only: `openssl`, `postgresql:15/postgresql` (a package of a module's
/// stream) or `openssl-1:1.1.1k-7.el8.x86_64`.
fn component_of_name(id: &str) -> Option<Component> {
    let (module, name) = match id.split_once('/') {
        Some((module, name)) if module.contains(':') => (Some(module), name),
        // The name of an image: `rhel8/postgresql-13`.
        Some(_) => return None,
        None => (None, id),
    };
    let (name, stream) = name
        .split_once("::")
        .map_or((name, None), |(name, stream)| (name, Some(stream)));
    let module = stream.or(module).map(str::to_owned);
    if name.is_empty() || name.contains('/') {
        return None;
    }
    Some(match Nevra::parse(name) {
        Some(nevra) if name.contains(':') => Component {
            build: if nevra.architecture == "src" {
                Build::Source
            } else {
                Build::Binary
            },
            version: Some(nevra.version()),
            name: nevra.name,
            module,
        },
        _ if name.contains(':') => return None,
        _ => Component {
            name: name.strip_suffix(".src").unwrap_or(name).to_owned(),
            version: None,
            module,
            build: Build::Binary,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, expected: Option<(&str, Option<&str>, Option<&str>)>) {
        let component = if id.starts_with("pkg:") {
            component_of_purl(id)
        } else {
            component_of_name(id)
        };
        let told = component.as_ref().map(|component| {
            (
                component.name.as_str(),
                component.version.as_deref(),
                component.module.as_deref(),
            )
        });
        assert_eq!(told, expected, "{id}");
    }

    #[test]
    fn components() {
        check(
            "pkg:rpm/redhat/perl-FCGI@0.78-12.module%2Bel8.10.0?arch=x86_64&epoch=1&rpmmod=perl-FCGI:0.78:8100:69ef",
            Some((
                "perl-FCGI",
                Some("1:0.78-12.module+el8.10.0"),
                Some("perl-FCGI:0.78"),
            )),
        );
        check("pkg:rpm/redhat/samba", Some(("samba", None, None)));
        check("pkg:maven/io.netty/netty@4", None);
        check("openssl", Some(("openssl", None, None)));
        check(
            "postgresql:15/postgresql",
            Some(("postgresql", None, Some("postgresql:15"))),
        );
        check("rhel8/postgresql-13", None);
        check(
            "openssl-1:1.1.1k-7.el8_6.x86_64",
            Some(("openssl", Some("1:1.1.1k-7.el8_6"), None)),
        );
        check("", None);
    }

    #[test]
    fn platforms() {
        for (cpe, release) in [
            ("cpe:/o:redhat:enterprise_linux:8", Some("Red Hat:8")),
            ("cpe:/a:redhat:enterprise_linux:9::appstream", Some("Red Hat:9")),
            ("cpe:/o:redhat:enterprise_linux:10.1", Some("Red Hat:10")),
            ("cpe:/o:redhat:rhel_eus:9.2::baseos", None),
            ("cpe:/a:redhat:openshift:4", None),
            ("cpe:/o:suse:sles:15", None),
        ] {
            let told = release_of(cpe);
            assert_eq!(told.as_ref().map(Ecosystem::as_str), release, "{cpe}");
        }
    }
}
