//! Project files for .NET, and the files above them that hold for all: `Directory.Packages.props` and
//! `Directory.Build.props`.
//!
//! Source: NuGet's documentation, "PackageReference in project files" and "Central Package Management". MSBuild runs
//! these files; here only what they state literally counts, with properties put in that are set without more ado. A
//! version in brackets is exact; one without is the least that will do and is what NuGet then takes. The nearest file
//! of a name above a project counts, and no other.

use std::collections::HashMap;

use assay_model::DiagnosticCode;

use super::package;
use crate::{
    Description, Facts, FilePath, Kind,
    analysers::document::{Document, DocumentError, Text},
    projects,
    xml::Element,
};

const CENTRAL: &str = "Directory.Packages.props";
const BUILD: &str = "Directory.Build.props";

/// Properties within properties that are put in, per text.
const MOST_PROPERTIES: usize = 32;
/// Bytes that a text may grow to.
const LONGEST: usize = 1 << 10;

/// The analyser of .NET projects.
pub(crate) static PROJECT: Document = Document {
    description: Description {
        name: "dotnet-project",
        ecosystem: ".NET projects",
        reads: &[
            "**/*.csproj",
            "**/*.fsproj",
            "**/*.vbproj",
            "**/Directory.Packages.props",
            "**/Directory.Build.props",
        ],
        kind: Kind::Lock,
        types: &["nuget"],
    },
    version: 1,
    read,
};

/// What a project file states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Project {
    /// Packages that it asks for, with the version where it states one.
    references: Vec<(String, String)>,
    /// Versions for those that ask without.
    central: Vec<(String, String)>,
    properties: Vec<(String, String)>,
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Element::parse(file.text, facts);
    if root.name != "Project" {
        return Err(DocumentError::Form("its root is not <Project>"));
    }
    let mut project = Project::default();
    for group in root.children() {
        for item in group.children() {
            let name = item.attribute("Include");
            let stated = |key: &str| match item.attribute(key) {
                "" => item.text_of(key).to_owned(),
                value => value.to_owned(),
            };
            match (group.name.as_str(), item.name.as_str()) {
                ("ItemGroup", "PackageReference" | "GlobalPackageReference") if !name.is_empty() => {
                    let version = match stated("VersionOverride") {
                        version if version.is_empty() => stated("Version"),
                        version => version,
                    };
                    project.references.push((name.to_owned(), version));
                }
                ("ItemGroup", "PackageVersion") if !name.is_empty() => {
                    project.central.push((name.to_owned(), stated("Version")));
                }
                ("PropertyGroup", property) => {
                    project
                        .properties
                        .push((property.to_owned(), item.text().to_owned()));
                }
                _ => {}
            }
        }
    }
    facts.project(projects::Project::Dotnet(project));
    Ok(())
}

/// Takes down what each project asks for.
pub(crate) fn settle(projects: &mut [(&str, &Project, &mut Facts)]) {
    let shared: HashMap<&str, &Project> = projects
        .iter()
        .filter(|(path, _, _)| matches!(FilePath::new(path).name, CENTRAL | BUILD))
        .map(|(path, project, _)| (*path, *project))
        .collect();
    for (path, project, facts) in projects {
        let directory = FilePath::new(path).directory;
        let central = nearest(&shared, directory, CENTRAL);
        let build = nearest(&shared, directory, BUILD);
        let seen: Vec<&Project> = [Some(*project), central, build].into_iter().flatten().collect();
        for (name, version) in &project.references {
            let managed = central.and_then(|central| {
                let mut entries = central.central.iter();
                entries
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map(|(_, version)| version)
            });
            let version = match version.is_empty() {
                true => managed.map(String::as_str).unwrap_or_default(),
                false => version,
            };
            match put_in(&seen, version).as_deref().map(exact) {
                Ok(Some(version)) => package(name, version, facts),
                Ok(None) if version.is_empty() => {
                    let message =
                        format!("no version of {name} is stated in the project or the files above it");
                    facts.diagnostic(DiagnosticCode::Unidentified, message);
                }
                Ok(None) => {
                    let message = format!("{name} is asked for as \"{version}\", which is not one version");
                    facts.diagnostic(DiagnosticCode::Unidentified, message);
                }
                Err(property) => {
                    let message = format!("the version of {name} is not known: no file read sets {property}");
                    facts.diagnostic(DiagnosticCode::Unidentified, message);
                }
            }
        }
    }
}

/// The file of a name in a directory or the nearest one above it.
fn nearest<'p>(shared: &HashMap<&str, &'p Project>, directory: &str, name: &str) -> Option<&'p Project> {
    let mut directory = directory;
    loop {
        let path = match directory {
            "" => name.to_owned(),
            directory => format!("{directory}/{name}"),
        };
        match shared.get(path.as_str()) {
            Some(project) => return Some(project),
            None if directory.is_empty() => return None,
            None => directory = FilePath::new(directory).directory,
        }
    }
}

/// A text with every property put in; else the property that is not set.
fn put_in(seen: &[&Project], text: &str) -> Result<String, String> {
    let mut text = text.to_owned();
    for _ in 0..MOST_PROPERTIES {
        let place = text
            .find("$(")
            .and_then(|start| Some((start, start + text.get(start..)?.find(')')?)));
        let Some((start, end)) = place else {
            return Ok(text);
        };
        let name = text.get(start + 2..end).unwrap_or_default().to_owned();
        let value = seen.iter().find_map(|project| {
            let mut set = project.properties.iter().rev();
            set.find(|(key, _)| key.eq_ignore_ascii_case(&name))
                .map(|(_, value)| value)
        });
        match value {
            Some(value) if text.len() + value.len() <= LONGEST => text.replace_range(start..=end, value),
            _ => return Err(name),
        }
    }
    Err(text.chars().take(64).collect())
}

/// The version that a text stands for, if it is a single one.
fn exact(version: &str) -> Option<&str> {
    let version = version.trim();
    let inner = version
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(version);
    let is_version = inner.starts_with(|c: char| c.is_ascii_digit());
    (is_version && !inner.contains(['[', ']', '(', ')', ',', '*', ';'])).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysers::document::tests::{describe, run},
        facts::Fact,
    };

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let mut read = Vec::new();
        for (path, content) in files {
            let mut facts = Facts::new("dotnet");
            PROJECT.read_bytes(path, content.as_bytes(), &mut facts);
            read.push((*path, facts.list));
        }
        let placed: Vec<_> = read
            .iter()
            .flat_map(|(path, facts)| facts.iter().map(move |fact| (*path, fact)))
            .filter_map(|(path, fact)| match fact {
                Fact::Project { analyser, project } => Some(projects::Placed {
                    path,
                    analyser,
                    project,
                }),
                _ => None,
            })
            .collect();
        let found: Vec<String> = projects::settle(&placed)
            .into_iter()
            .flatten()
            .map(describe)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn literal_versions() {
        let content = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><V>4.0</V></PropertyGroup><ItemGroup>\
            <PackageReference Include=\"A\" Version=\"1.0.0\" /><PackageReference Include=\"B\"><Version>[2.0]</Version></PackageReference>\
            <PackageReference Include=\"C\" Version=\"3.*\" /><PackageReference Include=\"D\" Version=\"$(V).1\" />\
            <PackageReference Include=\"E\" Version=\"$(W)\" /><PackageReference Include=\"F\" />\
            <PackageReference Include=\"G\" Version=\"[1,2)\" /><PackageReference Update=\"H\" Version=\"1\" /></ItemGroup></Project>";
        check(
            &[("src/a.csproj", content)],
            &[
                "pkg:nuget/A@1.0.0",
                "pkg:nuget/B@2.0",
                "unidentified",
                "pkg:nuget/D@4.0.1",
                "unidentified",
                "unidentified",
                "unidentified",
            ],
        );
        assert_eq!(run(&PROJECT, "a.csproj", b"<html/>"), ["malformed"]);
    }

    #[test]
    fn central_versions() {
        let central = "<Project><PropertyGroup><X>5.0</X></PropertyGroup><ItemGroup><PackageVersion Include=\"A\" Version=\"$(X)\" />\
            <PackageVersion Include=\"Unused\" Version=\"1\" /><GlobalPackageReference Include=\"Everywhere\" Version=\"6.0\" /></ItemGroup></Project>";
        let nearer =
            "<Project><ItemGroup><PackageVersion Include=\"a\" Version=\"9.0\" /></ItemGroup></Project>";
        let project = "<Project><ItemGroup><PackageReference Include=\"A\" /><PackageReference Include=\"B\" VersionOverride=\"2.0\" /></ItemGroup></Project>";
        check(
            &[
                ("Directory.Packages.props", central),
                ("x/Directory.Packages.props", nearer),
                ("src/app/a.fsproj", project),
                ("x/y/b.csproj", project),
            ],
            &[
                "pkg:nuget/Everywhere@6.0",
                "pkg:nuget/A@5.0",
                "pkg:nuget/B@2.0",
                "pkg:nuget/A@9.0",
                "pkg:nuget/B@2.0",
            ],
        );
        let circle = "<Project><PropertyGroup><A>$(B)</A><B>$(A)x</B></PropertyGroup><ItemGroup><PackageReference Include=\"C\" Version=\"$(A)\" /></ItemGroup></Project>";
        check(&[("c.csproj", circle)], &["unidentified"]);
    }
}
