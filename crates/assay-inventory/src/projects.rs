//! Descriptions of projects, which say what they need only together with others above them.
//!
//! A file is read without the others, so what it says is kept as it is and settled once the whole tree is known.

use crate::{
    Facts,
    analysers::{DotnetProject, MavenModel, settle_dotnet, settle_maven},
    facts::Fact,
};

/// What one file says of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Project {
    Maven(MavenModel),
    Dotnet(DotnetProject),
}

/// A project and where it is.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'p> {
    pub(crate) path: &'p str,
    pub(crate) analyser: &'static str,
    pub(crate) project: &'p Project,
}

/// What each project needs, in the order of the projects.
pub(crate) fn settle(projects: &[Placed<'_>]) -> Vec<Vec<Fact>> {
    let mut facts: Vec<Facts> = projects
        .iter()
        .map(|placed| Facts::new(placed.analyser))
        .collect();
    let (mut maven, mut dotnet) = (Vec::new(), Vec::new());
    for (placed, facts) in projects.iter().zip(&mut facts) {
        match placed.project {
            Project::Maven(model) => maven.push((placed.path, model, facts)),
            Project::Dotnet(project) => dotnet.push((placed.path, project, facts)),
        }
    }
    settle_maven(&mut maven);
    settle_dotnet(&mut dotnet);
    facts.into_iter().map(|facts| facts.list).collect()
}

/// The path that `relative` means from a directory; none where it leaves the tree.
pub(crate) fn resolve(directory: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths() {
        for (directory, relative, expected) in [
            ("a/b", "../pom.xml", Some("a/pom.xml")),
            ("a", "../pom.xml", Some("pom.xml")),
            ("", "../pom.xml", None),
            ("a", "./x/../y", Some("a/y")),
            ("", "x", Some("x")),
        ] {
            assert_eq!(
                resolve(directory, relative).as_deref(),
                expected,
                "{directory} {relative}"
            );
        }
    }
}
