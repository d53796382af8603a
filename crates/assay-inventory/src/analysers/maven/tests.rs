//! Checkouts of one or more models to what they need.

use proptest::prelude::*;

use super::*;
use crate::{
    analysers::document::tests::{describe, run},
    facts::Fact,
    projects,
};

fn needs(files: &[(&str, &str)]) -> Vec<String> {
    let mut read = Vec::new();
    for (path, content) in files {
        let mut facts = Facts::new("maven");
        MAVEN.read_bytes(path, content.as_bytes(), &mut facts);
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
    let message = |fact| match fact {
        Fact::Diagnostic { message, .. } => message,
        other => describe(other),
    };
    projects::settle(&placed)
        .into_iter()
        .flatten()
        .map(message)
        .collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(needs(files), expected, "{files:?}");
}

fn dependency(group: &str, artifact: &str, more: &str) -> String {
    format!("<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>{more}</dependency>")
}

fn model(name: &str, more: &str) -> String {
    format!(
        "<project xmlns=\"u\"><modelVersion>4.0.0</modelVersion><groupId>org.app</groupId><artifactId>{name}</artifactId><version>1</version>{more}</project>"
    )
}

#[test]
fn one_model() {
    let list = [
        dependency("g", "literal", "<version>1.0</version>"),
        dependency("g", "exact", "<version>[2.0]</version><scope>provided</scope>"),
        dependency("g", "property", "<version>${v}</version>"),
        dependency("g", "nested", "<version>${w}-x</version>"),
        dependency(
            "${project.groupId}",
            "sibling",
            "<version>${project.version}</version>",
        ),
        dependency("g", "test", "<version>1</version><scope>test</scope>"),
        dependency("g", "range", "<version>[1,2)</version>"),
        dependency("g", "unset", "<version>${u}</version>"),
        dependency("g", "circle", "<version>${c}</version>"),
        dependency("g", "unstated", ""),
        dependency("g", "managed", ""),
    ];
    let managed = dependency("g", "managed", "<version>${v}</version>");
    let more = format!(
        "<properties><v>3.0</v><w>${{v}}</w><c>${{d}}</c><d>${{c}}</d></properties><dependencies>{}</dependencies>\
         <dependencyManagement><dependencies>{managed}</dependencies></dependencyManagement>",
        list.concat()
    );
    check(
        &[("pom.xml", &model("app", &more))],
        &[
            "pkg:maven/g/literal@1.0",
            "pkg:maven/g/exact@2.0",
            "pkg:maven/g/property@3.0",
            "pkg:maven/g/nested@3.0-x",
            "pkg:maven/org.app/sibling@1",
            "pkg:maven/g/managed@3.0",
            "the version of g:range is not known: \"[1,2)\" is not one version",
            "the version of g:circle is not known: its properties are within each other",
            "the version of g:unstated is not known: nothing in the checkout manages it",
            "the version of g:unset is not known: nothing in the checkout sets the property u",
        ],
    );
}

#[test]
fn several_models() {
    let managed = [
        dependency("g", "a", "<version>${a}</version>"),
        dependency(
            "org.app",
            "bom",
            "<version>1</version><type>pom</type><scope>import</scope>",
        ),
    ];
    let root = model(
        "root",
        &format!(
            "<parent><groupId>org.far</groupId><artifactId>far</artifactId><version>7</version><relativePath/></parent>\
             <properties><a>1.0</a><b>1.5</b></properties><dependencyManagement><dependencies>{}</dependencies></dependencyManagement>",
            managed.concat()
        ),
    );
    let bom = model(
        "bom",
        &format!(
            "<properties><i>9.0</i></properties><dependencyManagement><dependencies>{}</dependencies></dependencyManagement>",
            dependency("g", "imported", "<version>${i}</version>")
        ),
    );
    let parent =
        "<parent><groupId>org.app</groupId><artifactId>root</artifactId><version>1</version></parent>";
    let list = [
        dependency("g", "a", ""),
        dependency("g", "b", "<version>${b}</version>"),
        dependency("g", "imported", ""),
        dependency("org.app", "bom", "<version>1</version>"),
        dependency("g", "far", ""),
    ];
    let child = format!(
        "<project>{parent}<artifactId>child</artifactId><properties><b>2.0</b></properties><dependencies>{}</dependencies></project>",
        list.concat()
    );
    check(
        &[
            ("pom.xml", &root),
            ("bom/pom.xml", &bom),
            ("child/pom.xml", &child),
        ],
        &[
            "pkg:maven/g/a@1.0",
            "pkg:maven/g/b@2.0",
            "pkg:maven/g/imported@9.0",
            "the version of g:far is not known: its parent org.far:far:7 is not in the checkout",
        ],
    );
    // Without the parent at hand.
    check(
        &[("child/pom.xml", &child)],
        &[
            "pkg:maven/g/b@2.0",
            "pkg:maven/org.app/bom@1",
            "the version of g:a, g:imported, g:far is not known: its parent org.app:root:1 is not in the checkout",
        ],
    );
}

#[test]
fn a_scope_may_be_managed() {
    let managed = [
        dependency("g", "junit", "<version>4</version><scope>test</scope>"),
        dependency("g", "run", "<version>2</version><scope>test</scope>"),
    ];
    let asked = [
        dependency("g", "junit", ""),
        dependency("g", "run", "<scope>compile</scope>"),
    ];
    let more = format!(
        "<dependencyManagement><dependencies>{}</dependencies></dependencyManagement><dependencies>{}</dependencies>",
        managed.concat(),
        asked.concat()
    );
    check(&[("pom.xml", &model("m", &more))], &["pkg:maven/g/run@2"]);
}

#[test]
fn profiles() {
    let profile = |list: String| format!("<profile><dependencies>{list}</dependencies></profile>");
    let test = dependency("g", "t", "<scope>test</scope>");
    let with = |list: String| model("m", &format!("<profiles>{}</profiles>", profile(list)));
    for (list, expected) in [
        (dependency("g", "a", "<version>1</version>"), true),
        (test, false),
        (String::new(), false),
    ] {
        let found = run(&MAVEN, "pom.xml", with(list.clone()).as_bytes());
        assert_eq!(
            found.contains(&"skipped".to_owned()),
            expected,
            "{list}: {found:?}"
        );
    }
}

#[test]
fn circles() {
    let parent = |of: &str, path: &str| {
        format!(
            "<parent><groupId>g</groupId><artifactId>{of}</artifactId><version>1</version><relativePath>{path}</relativePath></parent>"
        )
    };
    let import = |of: &str| {
        let entry = dependency("org.app", of, "<version>1</version><scope>import</scope>");
        let asked = dependency("g", "x", "");
        format!(
            "<dependencyManagement><dependencies>{entry}</dependencies></dependencyManagement><dependencies>{asked}</dependencies>"
        )
    };
    let a = model("a", &(parent("b", "../b") + &import("b")));
    let b = model("b", &(parent("a", "../a/pom.xml") + &import("a")));
    let unknown = "the version of g:x is not known: its parent g:a:1 is not in the checkout";
    assert_eq!(needs(&[("a/pom.xml", &a), ("b/pom.xml", &b)])[0], unknown);
    let own = model("a", &(parent("a", "pom.xml") + &import("a")));
    assert_eq!(needs(&[("a/pom.xml", &own)]), [unknown]);
}

#[test]
fn other_files() {
    assert_eq!(run(&MAVEN, "pom.xml", b"<settings/>"), ["malformed"]);
    assert_eq!(run(&MAVEN, "pom.xml", b""), ["malformed"]);
    assert_eq!(run(&MAVEN, "pom.xml", b"<project><artifactId>a")[0], "malformed");
}

proptest! {
    #[test]
    fn any_properties(a in "[${}ab.]{0,20}", b in "[${}ab.]{0,20}") {
        let content = model("m", &format!(
            "<properties><a>{a}</a><b>{b}</b></properties><dependencies>{}</dependencies>",
            dependency("${a}", "x", "<version>${b}</version>"),
        ));
        let _ = needs(&[("pom.xml", &content)]);
    }
}
