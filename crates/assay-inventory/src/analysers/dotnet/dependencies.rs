//! `<program>.deps.json`, which lies beside every published program for .NET.
//!
//! Source: the .NET SDK's documentation of runtime configuration files. `libraries` has everything by
//! `name/version`; `type` tells packages from the project and its siblings. A program that brings its runtime along
//! names it as `runtimepack`, led by that word, and the runtime has advisories as a package of that name.

use super::package;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// The analyser of what programs for .NET were published with.
pub(crate) static DEPENDENCIES: Document = Document {
    description: Description {
        name: "dotnet",
        ecosystem: ".NET programs",
        reads: &["**/*.deps.json"],
        kind: Kind::Installed,
        types: &["nuget"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    for (key, library) in root.map_in("libraries", &mut tally) {
        tally.count(read_library(key, library, facts));
    }
    tally.report(facts);
    Ok(())
}

fn read_library(key: &str, library: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let (name, version) = key.split_once('/').ok_or(Misfit)?;
    match library.required("type")? {
        "package" => package(name, version, facts),
        "runtimepack" => package(name.strip_prefix("runtimepack.").unwrap_or(name), version, facts),
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn libraries() {
        let content = r#"{"runtimeTarget": {"name": ".NETCoreApp,Version=v6.0"}, "targets": {}, "libraries": {
            "App/1.0.0": {"type": "project", "serviceable": false, "sha512": ""},
            "Newtonsoft.Json/13.0.1": {"type": "package", "serviceable": true, "sha512": "sha512-x"},
            "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.1": {"type": "runtimepack"},
            "Microsoft.CSharp/4.0": {"type": "reference"}, "odd": {"type": "package"}, "bad/1": 3}}"#;
        check(
            &DEPENDENCIES,
            "app/App.deps.json",
            content,
            &[
                "pkg:nuget/Newtonsoft.Json@13.0.1",
                "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@6.0.1",
                "malformed",
            ],
        );
        check(&DEPENDENCIES, "a.deps.json", "{}", &[]);
    }
}
