//! The models of one checkout put together: inheritance, properties, managed versions.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashMap, HashSet},
};

use assay_model::{DiagnosticCode, Purl};

use super::{Dependency, Model, some_of};
use crate::{Facts, FilePath, FoundPackage, projects::resolve};

/// Parents above each other that are followed.
const MOST_PARENTS: usize = 32;
/// Lists of managed versions that import each other.
const MOST_IMPORTS: usize = 8;
/// Properties within properties that are put in, per text.
const MOST_PROPERTIES: usize = 64;
/// Bytes that a text may grow to.
const LONGEST: usize = 4 << 10;

/// Takes down what each model needs.
pub(crate) fn settle(models: &mut [(&str, &Model, &mut Facts)]) {
    let placed: Vec<(&str, &Model)> = models.iter().map(|(path, model, _)| (*path, *model)).collect();
    let checkout = Checkout::new(&placed);
    for (at, (_, model, facts)) in models.iter_mut().enumerate() {
        checkout.needs(at, model, facts);
    }
}

/// Why a version is not known.
#[derive(Debug)]
enum Unknown {
    /// A property that nothing in the checkout sets.
    Property(String),
    /// Properties that are within each other, or grow without end.
    Endless,
    /// Nothing in the checkout states it.
    Unstated,
}

type Managed<'m> = HashMap<(String, String), (usize, &'m Dependency)>;

struct Checkout<'m> {
    models: &'m [(&'m str, &'m Model)],
    /// Each model and those above it, nearest first.
    lines: Vec<Vec<usize>>,
    /// By group and artifact.
    by_name: HashMap<(String, String), usize>,
    /// What each model manages, with the model in whose properties it is put.
    managed: Vec<OnceCell<Managed<'m>>>,
}

impl<'m> Checkout<'m> {
    fn new(models: &'m [(&'m str, &'m Model)]) -> Checkout<'m> {
        let by_path: HashMap<&str, usize> = models
            .iter()
            .enumerate()
            .map(|(at, (path, _))| (*path, at))
            .collect();
        let parent_of = |at: usize| {
            let (path, model) = models.get(at)?;
            let parent = model
                .parent
                .as_ref()
                .filter(|parent| !parent.relative_path.is_empty())?;
            let directory = FilePath::new(path).directory;
            let file = resolve(directory, &parent.relative_path)?;
            let within = resolve(&file, "pom.xml")?;
            let above = by_path
                .get(file.as_str())
                .or_else(|| by_path.get(within.as_str()))?;
            // Another project may lie where the parent would.
            let (_, found) = models.get(*above)?;
            (found.artifact == parent.artifact).then_some(*above)
        };
        let lines: Vec<Vec<usize>> = (0..models.len())
            .map(|start| {
                let mut line = vec![start];
                while let Some(above) = line.last().and_then(|at| parent_of(*at)) {
                    if line.len() > MOST_PARENTS || line.contains(&above) {
                        break;
                    }
                    line.push(above);
                }
                line
            })
            .collect();
        let mut checkout = Checkout {
            models,
            lines,
            by_name: HashMap::new(),
            managed: models.iter().map(|_| OnceCell::new()).collect(),
        };
        checkout.by_name = (0..models.len())
            .filter_map(|at| Some((checkout.name_of(at)?, at)))
            .collect();
        checkout
    }

    fn line(&self, at: usize) -> impl Iterator<Item = (usize, &'m Model)> {
        let line = self.lines.get(at).map(Vec::as_slice).unwrap_or_default();
        line.iter().filter_map(|at| Some((*at, self.models.get(*at)?.1)))
    }

    fn name_of(&self, at: usize) -> Option<(String, String)> {
        let group = self.property(at, "project.groupId")?;
        let artifact = self.property(at, "project.artifactId")?;
        Some((self.put_in(at, &group).ok()?, self.put_in(at, &artifact).ok()?))
    }

    /// The raw value of a property as seen from a model: of the project, or set by it or those above it.
    fn property(&self, at: usize, name: &str) -> Option<String> {
        let (_, model) = self.models.get(at)?;
        let parent = model.parent.as_ref();
        let own = name
            .strip_prefix("project.")
            .or_else(|| name.strip_prefix("pom."));
        let inherited = |own: &str, above: Option<&String>| match own {
            "" => above.cloned(),
            own => Some(own.to_owned()),
        };
        let of_project = match own {
            Some("version") => inherited(&model.version, parent.map(|parent| &parent.version)),
            Some("groupId") => inherited(&model.group, parent.map(|parent| &parent.group)),
            Some("artifactId") => Some(model.artifact.clone()),
            Some("parent.version") => parent.map(|parent| parent.version.clone()),
            Some("parent.groupId") => parent.map(|parent| parent.group.clone()),
            _ => None,
        };
        of_project.or_else(|| {
            self.line(at).find_map(|(_, model)| {
                let mut set = model.properties.iter().rev();
                set.find(|(key, _)| key == name).map(|(_, value)| value.clone())
            })
        })
    }

    /// A text with every property put in, as seen from a model.
    fn put_in(&self, at: usize, text: &str) -> Result<String, Unknown> {
        let mut text = text.to_owned();
        for _ in 0..MOST_PROPERTIES {
            let Some(start) = text.find("${") else {
                return Ok(text);
            };
            let Some(len) = text.get(start..).and_then(|rest| rest.find('}')) else {
                return Ok(text);
            };
            let name = text.get(start + 2..start + len).unwrap_or_default().to_owned();
            let Some(value) = self.property(at, &name) else {
                return Err(Unknown::Property(name));
            };
            text.replace_range(start..=start + len, &value);
            if text.len() > LONGEST {
                return Err(Unknown::Endless);
            }
        }
        Err(Unknown::Endless)
    }

    /// Everything that a model and those above it manage; what is nearer counts.
    fn managed(&self, at: usize) -> Option<&Managed<'m>> {
        let cell = self.managed.get(at)?;
        if cell.get().is_none() {
            let mut managed = Managed::new();
            self.gather(at, &mut managed, &mut HashSet::from([at]), 0);
            let _ = cell.set(managed);
        }
        cell.get()
    }

    fn gather(&self, at: usize, managed: &mut Managed<'m>, seen: &mut HashSet<usize>, depth: usize) {
        let mut imports: Vec<&usize> = Vec::new();
        for (_, model) in self.line(at) {
            for entry in &model.managed {
                let Some(name) = self.dependency_name(at, entry) else {
                    continue;
                };
                if entry.scope == "import" {
                    imports.extend(self.by_name.get(&name));
                } else {
                    managed.entry(name).or_insert((at, entry));
                }
            }
        }
        for import in imports {
            if depth < MOST_IMPORTS && seen.insert(*import) {
                self.gather(*import, managed, seen, depth + 1);
            }
        }
    }

    fn dependency_name(&self, at: usize, dependency: &Dependency) -> Option<(String, String)> {
        Some((
            self.put_in(at, &dependency.group).ok()?,
            self.put_in(at, &dependency.artifact).ok()?,
        ))
    }

    /// Takes down what one model itself asks for. Dependencies without a version are told together, by reason: they
    /// mostly lack the same parent.
    fn needs(&self, at: usize, model: &Model, facts: &mut Facts) {
        let mut unknown: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for dependency in &model.dependencies {
            match self.need(at, dependency) {
                Ok(Some(purl)) => facts.package(FoundPackage::language(purl)),
                Ok(None) => {}
                Err((name, reason)) => unknown.entry(reason).or_default().push(name),
            }
        }
        for (reason, names) in unknown {
            let message = format!("the version of {} is not known: {reason}", some_of(&names));
            facts.diagnostic(DiagnosticCode::Unidentified, message);
        }
    }

    /// The package of a dependency; none for one of the checkout itself, or of tests alone. Else its name, and why it
    /// has no version.
    fn need(&self, at: usize, dependency: &Dependency) -> Result<Option<Purl>, (String, String)> {
        let Some(name) = self.dependency_name(at, dependency) else {
            let name = format!("{}:{}", dependency.group, dependency.artifact);
            return Err((
                name,
                "its name holds a property that nothing in the checkout sets".to_owned(),
            ));
        };
        if name.1.is_empty() || self.by_name.contains_key(&name) {
            return Ok(None);
        }
        let managed = self.managed(at).and_then(|managed| managed.get(&name));
        let scope = match dependency.scope.as_str() {
            "" => managed.map_or("", |(_, managed)| managed.scope.as_str()),
            scope => scope,
        };
        if matches!(scope, "test" | "system" | "import") {
            return Ok(None);
        }
        let version = match dependency.version.as_str() {
            "" => match managed {
                Some((owner, managed)) => self.put_in(*owner, &managed.version),
                None => Err(Unknown::Unstated),
            },
            version => self.put_in(at, version),
        };
        let (group, artifact) = name;
        let named = |reason| (format!("{group}:{artifact}"), reason);
        let version = version.map_err(|unknown| named(self.reason(at, &unknown)))?;
        let single = exact(&version).ok_or_else(|| named(format!("\"{version}\" is not one version")))?;
        Ok(Some(Purl::new("maven", &artifact, single).with_namespace(&group)))
    }

    fn reason(&self, at: usize, unknown: &Unknown) -> String {
        match unknown {
            Unknown::Property(name) => format!("nothing in the checkout sets the property {name}"),
            Unknown::Endless => "its properties are within each other".to_owned(),
            Unknown::Unstated => match self.missing_parent(at) {
                Some(parent) => format!("its parent {parent} is not in the checkout"),
                None => "nothing in the checkout manages it".to_owned(),
            },
        }
    }

    /// The parent that ends the line of a model because it is elsewhere.
    fn missing_parent(&self, at: usize) -> Option<String> {
        let (_, last) = self.line(at).last()?;
        let parent = last.parent.as_ref()?;
        Some(format!("{}:{}:{}", parent.group, parent.artifact, parent.version))
    }
}

/// The version that a text stands for, if it is a single one: `1.0`, or `[1.0]`.
fn exact(version: &str) -> Option<&str> {
    let version = version.trim();
    let inner = version
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(version);
    (!inner.is_empty() && !inner.contains(['[', ']', '(', ')', ',', '$'])).then_some(inner)
}
