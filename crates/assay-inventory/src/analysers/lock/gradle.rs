//! `gradle.lockfile` and `buildscript-gradle.lockfile`.
//!
//! Source: Gradle's documentation, "Locking dependency versions". A line is `group:artifact:version=configurations`;
//! `empty=` names configurations without any. Before Gradle 7 each configuration had a file of its own, in
//! `gradle/dependency-locks`, of lines without configurations.

use assay_model::Purl;

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// Gradle's lock file.
pub(crate) static GRADLE: Document = Document {
    description: Description {
        name: "gradle-lock",
        ecosystem: "Gradle (Java)",
        reads: &[
            "**/gradle.lockfile",
            "**/buildscript-gradle.lockfile",
            "**/gradle/dependency-locks/*.lockfile",
        ],
        kind: Kind::Lock,
        types: &["maven"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut is_lock_file = true;
    for line in file.text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') || line.starts_with("empty=") {
            continue;
        }
        let coordinates = line.split('=').next().unwrap_or_default();
        let mut parts = coordinates.split(':');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(group), Some(artifact), Some(version), None) => {
                let purl = Purl::new("maven", artifact, version).with_namespace(group);
                identity::found(purl, Vec::new(), facts);
            }
            _ => is_lock_file = false,
        }
    }
    match is_lock_file {
        true => Ok(()),
        false => Err(DocumentError::Form(
            "a line of it is not of the form group:artifact:version",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn lines() {
        let content = "# This is a Gradle generated file for dependency locking.\ncom.google.guava:guava:30.1-jre=compileClasspath,runtimeClasspath\n\
            junit:junit:4.13=testCompileClasspath\nempty=annotationProcessor\n";
        let expected = [
            "pkg:maven/com.google.guava/guava@30.1-jre",
            "pkg:maven/junit/junit@4.13",
        ];
        check(&GRADLE, "gradle.lockfile", content, &expected);
        check(
            &GRADLE,
            "app/buildscript-gradle.lockfile",
            "a:b:1=classpath\n<",
            &["pkg:maven/a/b@1", "malformed"],
        );
        check(
            &GRADLE,
            "gradle/dependency-locks/compile.lockfile",
            "a:b:1\n",
            &["pkg:maven/a/b@1"],
        );
    }
}
