//! `pom.xml`: what a project of Maven's needs.
//!
//! Source: Maven's "POM Reference" and "Introduction to the Dependency Mechanism". A file here is kept as a
//! [`Model`]; [`settle()`] puts those of one checkout together. The traps: nearly anything may be a property, set here
//! or in a parent; a version may be managed by a parent or by an imported list; parents lie where `relativePath`
//! says, `../pom.xml` unless said otherwise, and those that do not are in a repository, which is not asked; a version
//! can be a range. Dependencies of tests alone are left out, as they are where the project is used; which those are may
//! be managed as well. A profile adds dependencies on some machines and not on others: these are said, not taken.

mod settle;
#[cfg(test)]
mod tests;

pub(crate) use settle::settle;

use assay_model::DiagnosticCode;

use super::document::{Document, DocumentError, Text};
use crate::{Description, Facts, Kind, projects::Project, xml::Element};

/// Dependencies of one kind that are named.
const MOST_NAMES: usize = 5;

/// The analyser of Maven's projects.
pub(crate) static MAVEN: Document = Document {
    description: Description {
        name: "maven",
        ecosystem: "Maven (Java)",
        reads: &["**/pom.xml"],
        kind: Kind::Lock,
        types: &["maven"],
    },
    version: 2,
    read,
};

/// What a `pom.xml` says, its properties not put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Model {
    group: String,
    artifact: String,
    version: String,
    parent: Option<Parent>,
    properties: Vec<(String, String)>,
    managed: Vec<Dependency>,
    dependencies: Vec<Dependency>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parent {
    group: String,
    artifact: String,
    version: String,
    /// Empty for one that is not looked for in the checkout.
    relative_path: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Dependency {
    group: String,
    artifact: String,
    version: String,
    scope: String,
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Element::parse(file.text, facts);
    if root.name != "project" {
        return Err(DocumentError::Form("its root is not <project>"));
    }
    let of_profiles = of_profiles(&root);
    if !of_profiles.is_empty() {
        let message = format!("left out is what profiles add: {}", some_of(&of_profiles));
        facts.diagnostic(DiagnosticCode::Skipped, message);
    }
    facts.project(Project::Maven(Model::of(&root)));
    Ok(())
}

/// What profiles depend on, besides for tests, as `group:artifact`.
fn of_profiles(root: &Element) -> Vec<String> {
    let profiles = root.all("profiles").flat_map(|list| list.all("profile"));
    let mut names: Vec<String> = profiles
        .flat_map(dependencies)
        .filter(|dependency| !matches!(dependency.scope.as_str(), "test" | "system"))
        .map(|dependency| format!("{}:{}", dependency.group, dependency.artifact))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The first few of many dependencies, for a message.
fn some_of(names: &[String]) -> String {
    let more = match names.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let shown = names.get(..MOST_NAMES).unwrap_or(names).join(", ");
    format!("{shown}{more}")
}

impl Model {
    fn of(root: &Element) -> Model {
        let text = |name| root.text_of(name).to_owned();
        let parent = root.first("parent").map(|parent| Parent {
            group: parent.text_of("groupId").to_owned(),
            artifact: parent.text_of("artifactId").to_owned(),
            version: parent.text_of("version").to_owned(),
            relative_path: match parent.first("relativePath") {
                Some(path) => path.text().to_owned(),
                None => "../pom.xml".to_owned(),
            },
        });
        let properties = root
            .first("properties")
            .map(Element::children)
            .unwrap_or_default();
        Model {
            group: text("groupId"),
            artifact: text("artifactId"),
            version: text("version"),
            parent,
            properties: properties
                .iter()
                .map(|property| (property.name.clone(), property.text().to_owned()))
                .collect(),
            managed: root
                .first("dependencyManagement")
                .map(dependencies)
                .unwrap_or_default(),
            dependencies: dependencies(root),
        }
    }
}

fn dependencies(holder: &Element) -> Vec<Dependency> {
    let list = holder.all("dependencies").flat_map(|list| list.all("dependency"));
    list.map(|dependency| Dependency {
        group: dependency.text_of("groupId").to_owned(),
        artifact: dependency.text_of("artifactId").to_owned(),
        version: dependency.text_of("version").to_owned(),
        scope: dependency.text_of("scope").to_owned(),
    })
    .collect()
}
