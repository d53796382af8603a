//! The facts of a layer as bytes, to be kept and read back.
//!
//! Layout: `ALF`, a version byte, the registry's fingerprint and the XXH3 of what follows (eight bytes each, the low one
//! first), then the facts in the encoding of `postcard`. Lists of hashes are byte strings: as numbers they would take a
//! quarter more. A record that is of another version or registry, or damaged, is as good as none.

use assay_model::{Diagnostic, DiagnosticCode, Distribution, Purl, SYSTEM_KINDS};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::{
    FoundPackage, LayerFacts, OwnedPaths, Owner, Registry,
    facts::{Fact, Scope},
    layer::{FileFacts, Place},
};

const MAGIC: &[u8; 3] = b"ALF";
const VERSION: u8 = 1;
const HEADER: usize = 20;

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    files: Vec<FileRecord<'a>>,
    replaced: Hashes<'a>,
    hidden: Hashes<'a>,
    emptied: Hashes<'a>,
    #[serde(borrow)]
    diagnostics: Vec<DiagnosticRecord<'a>>,
}

#[derive(Serialize, Deserialize)]
struct FileRecord<'a> {
    path: &'a str,
    is_folder: bool,
    #[serde(borrow)]
    facts: Vec<FactRecord<'a>>,
}

#[derive(Serialize, Deserialize)]
enum FactRecord<'a> {
    Package {
        analyser: &'a str,
        #[serde(borrow)]
        purl: PurlRecord<'a>,
        licences: Vec<&'a str>,
        inside: Option<&'a str>,
        is_system: bool,
    },
    Distribution {
        rank: u8,
        id: &'a str,
        version: &'a str,
        codename: Option<&'a str>,
        name: Option<&'a str>,
    },
    Owned {
        #[serde(borrow)]
        owner: OwnerRecord<'a>,
        paths: Hashes<'a>,
    },
    Licences {
        #[serde(borrow)]
        owner: OwnerRecord<'a>,
        licences: Vec<&'a str>,
    },
    Diagnostic {
        code: &'a str,
        message: &'a str,
    },
}

#[derive(Serialize, Deserialize)]
struct PurlRecord<'a> {
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
    version: Option<&'a str>,
    #[serde(borrow)]
    qualifiers: Vec<(&'a str, &'a str)>,
    subpath: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct OwnerRecord<'a> {
    kind: &'a str,
    name: &'a str,
    version: &'a str,
    architecture: &'a str,
}

#[derive(Serialize, Deserialize)]
struct DiagnosticRecord<'a> {
    code: &'a str,
    path: Option<&'a str>,
    message: &'a str,
}

/// A list of hashes, each as eight bytes, the low one first.
#[derive(Deserialize)]
struct Hashes<'a>(#[serde(borrow)] std::borrow::Cow<'a, [u8]>);

impl Serialize for Hashes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct("Hashes", &Bytes(&self.0))
    }
}

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'a> Hashes<'a> {
    fn of(hashes: &[u64]) -> Hashes<'a> {
        Hashes(hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect())
    }

    fn read(&self) -> Vec<u64> {
        let (chunks, _) = self.0.as_chunks::<8>();
        chunks.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect()
    }
}

impl LayerFacts {
    /// The facts as bytes; `None` where they must not be kept: something could not be read, which may go better the
    /// next time, or a fact is only of use to the whole of one tree.
    pub fn to_record(&self, registry: &Registry) -> Option<Vec<u8>> {
        if self
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code == DiagnosticCode::Unreadable)
        {
            return None;
        }
        let files = self.files.iter().map(|file| {
            let facts = file.facts.iter().map(fact_record).collect::<Option<Vec<_>>>()?;
            Some(FileRecord {
                path: &file.path,
                is_folder: file.place == Place::Folder,
                facts,
            })
        });
        let record = Record {
            files: files.collect::<Option<Vec<_>>>()?,
            replaced: Hashes::of(&self.replaced),
            hidden: Hashes::of(&self.hidden),
            emptied: Hashes::of(&self.emptied),
            diagnostics: self
                .diagnostics
                .iter()
                .map(|diagnostic| DiagnosticRecord {
                    code: diagnostic.code.as_str(),
                    path: diagnostic.path.as_deref(),
                    message: &diagnostic.message,
                })
                .collect(),
        };
        let mut bytes = MAGIC.to_vec();
        bytes.push(VERSION);
        bytes.extend(registry.fingerprint().to_le_bytes());
        bytes.extend([0; 8]);
        let mut bytes = postcard::to_extend(&record, bytes).ok()?;
        let checksum = xxh3_64(bytes.get(HEADER..)?);
        bytes
            .get_mut(12..HEADER)?
            .copy_from_slice(&checksum.to_le_bytes());
        Some(bytes)
    }

    /// The facts that bytes hold; `None` where they are damaged, or made by another version or other analysers.
    pub fn from_record(bytes: &[u8], registry: &Registry) -> Option<LayerFacts> {
        let (header, payload) = bytes.split_at_checked(HEADER)?;
        let mut expected = MAGIC.to_vec();
        expected.push(VERSION);
        expected.extend(registry.fingerprint().to_le_bytes());
        expected.extend(xxh3_64(payload).to_le_bytes());
        if header != expected {
            return None;
        }
        let record: Record<'_> = postcard::from_bytes(payload).ok()?;
        let analysers: Vec<&'static str> = registry
            .descriptions()
            .map(|description| description.name)
            .collect();
        let files = record.files.into_iter().map(|file| {
            let facts = file.facts.into_iter().map(|fact| read_fact(fact, &analysers));
            Some(FileFacts {
                path: file.path.into(),
                place: if file.is_folder {
                    Place::Folder
                } else {
                    Place::File
                },
                facts: facts.collect::<Option<Vec<_>>>()?,
            })
        });
        let diagnostics = record.diagnostics.into_iter().map(|diagnostic| {
            Some(Diagnostic {
                code: read_code(diagnostic.code)?,
                path: diagnostic.path.map(str::to_owned),
                message: diagnostic.message.to_owned(),
            })
        });
        Some(LayerFacts {
            files: files.collect::<Option<Vec<_>>>()?,
            replaced: record.replaced.read(),
            hidden: record.hidden.read(),
            emptied: record.emptied.read(),
            diagnostics: diagnostics.collect::<Option<Vec<_>>>()?,
        })
    }
}

fn fact_record(fact: &Fact) -> Option<FactRecord<'_>> {
    Some(match fact {
        Fact::Package { analyser, found } => FactRecord::Package {
            analyser,
            purl: purl_record(&found.purl),
            licences: found.licences.iter().map(String::as_str).collect(),
            inside: found.inside.as_deref(),
            is_system: found.scope == Scope::System,
        },
        Fact::Distribution { rank, distribution } => FactRecord::Distribution {
            rank: *rank,
            id: &distribution.id,
            version: &distribution.version,
            codename: distribution.codename.as_deref(),
            name: distribution.name.as_deref(),
        },
        Fact::Owned { owner, paths } => FactRecord::Owned {
            owner: owner_record(owner)?,
            paths: Hashes::of(paths.hashes()),
        },
        Fact::Licences { owner, licences } => FactRecord::Licences {
            owner: owner_record(owner)?,
            licences: licences.iter().map(String::as_str).collect(),
        },
        // Read of checkouts, which have no layers.
        Fact::Project { .. } => return None,
        Fact::Diagnostic { code, .. } if *code == DiagnosticCode::Unreadable => return None,
        Fact::Diagnostic { code, message } => FactRecord::Diagnostic {
            code: code.as_str(),
            message,
        },
    })
}

fn purl_record(purl: &Purl) -> PurlRecord<'_> {
    PurlRecord {
        kind: &purl.kind,
        namespace: purl.namespace.as_deref(),
        name: &purl.name,
        version: purl.version.as_deref(),
        qualifiers: purl
            .qualifiers
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect(),
        subpath: purl.subpath.as_deref(),
    }
}

fn owner_record(owner: &Owner) -> Option<OwnerRecord<'_>> {
    SYSTEM_KINDS.contains(&owner.kind).then_some(OwnerRecord {
        kind: owner.kind,
        name: &owner.name,
        version: &owner.version,
        architecture: &owner.architecture,
    })
}

fn read_fact(fact: FactRecord<'_>, analysers: &[&'static str]) -> Option<Fact> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Some(match fact {
        FactRecord::Package {
            analyser,
            purl,
            licences,
            inside,
            is_system,
        } => Fact::Package {
            analyser: analysers.iter().find(|name| **name == analyser)?,
            found: FoundPackage {
                purl: read_purl(purl),
                licences: read_texts(licences),
                inside: owned(inside),
                scope: if is_system { Scope::System } else { Scope::Language },
            },
        },
        FactRecord::Distribution {
            rank,
            id,
            version,
            codename,
            name,
        } => Fact::Distribution {
            rank,
            distribution: Distribution {
                id: id.to_owned(),
                version: version.to_owned(),
                codename: owned(codename),
                name: owned(name),
            },
        },
        FactRecord::Owned { owner, paths } => Fact::Owned {
            owner: read_owner(&owner)?,
            paths: OwnedPaths::of_hashes(paths.read()),
        },
        FactRecord::Licences { owner, licences } => Fact::Licences {
            owner: read_owner(&owner)?,
            licences: read_texts(licences),
        },
        FactRecord::Diagnostic { code, message } => Fact::Diagnostic {
            code: read_code(code)?,
            message: message.to_owned(),
        },
    })
}

fn read_texts(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

fn read_purl(purl: PurlRecord<'_>) -> Purl {
    let qualifiers = purl.qualifiers.into_iter();
    Purl {
        kind: purl.kind.to_owned(),
        namespace: purl.namespace.map(str::to_owned),
        name: purl.name.to_owned(),
        version: purl.version.map(str::to_owned),
        qualifiers: qualifiers
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        subpath: purl.subpath.map(str::to_owned),
    }
}

fn read_owner(owner: &OwnerRecord<'_>) -> Option<Owner> {
    Some(Owner {
        kind: SYSTEM_KINDS.iter().find(|kind| **kind == owner.kind)?,
        name: owner.name.to_owned(),
        version: owner.version.to_owned(),
        architecture: owner.architecture.to_owned(),
    })
}

fn read_code(word: &str) -> Option<DiagnosticCode> {
    DiagnosticCode::ALL.into_iter().find(|code| code.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> LayerFacts {
        let owner = Owner {
            kind: "deb",
            name: "openssl".to_owned(),
            version: String::new(),
            architecture: "amd64".to_owned(),
        };
        let mut paths = OwnedPaths::new();
        paths.push(b"/usr/bin/openssl");
        let purl = Purl::new("npm", "core", "7.0.0").with_namespace("@babel");
        let found = FoundPackage::language(purl)
            .with_licences(vec!["MIT".to_owned()])
            .inside("a/b");
        LayerFacts {
            files: vec![FileFacts {
                path: "var/lib/dpkg/status".into(),
                place: Place::File,
                facts: vec![
                    Fact::Package {
                        analyser: "npm",
                        found,
                    },
                    Fact::Package {
                        analyser: "dpkg",
                        found: FoundPackage::system(Purl::new("deb", "openssl", "3.0")),
                    },
                    Fact::Distribution {
                        rank: 1,
                        distribution: Distribution {
                            id: "debian".to_owned(),
                            version: "12".to_owned(),
                            codename: Some("bookworm".to_owned()),
                            name: None,
                        },
                    },
                    Fact::Owned {
                        owner: owner.clone(),
                        paths,
                    },
                    Fact::Licences {
                        owner,
                        licences: vec!["Apache-2.0".to_owned()],
                    },
                    Fact::Diagnostic {
                        code: DiagnosticCode::Malformed,
                        message: "odd".to_owned(),
                    },
                ],
            }],
            replaced: vec![1, u64::MAX],
            hidden: vec![2],
            emptied: vec![3],
            diagnostics: vec![Diagnostic::at(DiagnosticCode::UnsafePath, "x", "y")],
        }
    }

    #[test]
    fn kept_and_read_back() {
        let registry = Registry::default();
        let record = facts().to_record(&registry).unwrap();
        assert_eq!(LayerFacts::from_record(&record, &registry), Some(facts()));
        assert_eq!(LayerFacts::from_record(&record, &Registry::checkout()), None);
    }

    /// The payload of the record above as the first release of the format wrote it.
    #[test]
    fn version_1_stays_as_it_was() {
        let record = facts().to_record(&Registry::default()).unwrap();
        let payload: String = record[HEADER..]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            payload,
            include_str!("../tests/fixtures/layer-record-1.hex").trim()
        );
    }

    #[test]
    fn damage_makes_it_none() {
        let registry = Registry::default();
        let record = facts().to_record(&registry).unwrap();
        for at in 0..record.len() {
            let mut damaged = record.clone();
            damaged[at] ^= 0x41;
            assert_eq!(LayerFacts::from_record(&damaged, &registry), None, "{at}");
            assert_eq!(LayerFacts::from_record(&record[..at], &registry), None, "{at}");
        }
    }

    #[test]
    fn what_could_not_be_read_is_not_kept() {
        let mut facts = facts();
        facts
            .diagnostics
            .push(Diagnostic::new(DiagnosticCode::Unreadable, "x"));
        assert_eq!(facts.to_record(&Registry::default()), None);
    }
}
