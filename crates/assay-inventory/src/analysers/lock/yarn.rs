//! `yarn.lock`, of Yarn 1 and of Yarn 2 and later ("Berry").
//!
//! Sources: Yarn's documentation of both. Yarn 1 has a format of its own: what was asked for as heading, `version
//! "1.0.0"` indented below. Berry writes the same as YAML, with a `resolution` that names the package and where it
//! comes from. The trap: a heading can be an alias, `short@npm:real@^1`.

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// Yarn's lock file.
pub(crate) static YARN: Document = Document {
    description: Description {
        name: "yarn-lock",
        ecosystem: "Yarn (JavaScript)",
        reads: &["**/yarn.lock"],
        kind: Kind::Lock,
        types: &["npm"],
    },
    version: 2,
    read,
};

/// One heading and what stands directly below.
#[derive(Default)]
struct Block<'t> {
    heading: &'t str,
    version: &'t str,
    resolution: Option<&'t str>,
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut block = Block::default();
    let mut is_lock_file = file.text.trim().is_empty();
    for line in file.text.lines() {
        is_lock_file |= line.starts_with("# yarn lockfile");
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !line.starts_with(' ') {
            block.finish(facts);
            block = Block {
                heading: line.trim_end_matches(':'),
                ..Block::default()
            };
        } else if let Some(member) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
            let (key, value) = member.split_once(' ').unwrap_or((member, ""));
            let value = value.trim().trim_matches('"');
            match key.trim_end_matches(':').trim_matches('"') {
                "version" => {
                    is_lock_file = true;
                    block.version = value;
                }
                "resolution" => block.resolution = Some(value),
                _ => {}
            }
        }
    }
    block.finish(facts);
    if !is_lock_file {
        return Err(DocumentError::Form("no entry of such a file is in it"));
    }
    Ok(())
}

impl Block<'_> {
    fn finish(&self, facts: &mut Facts) {
        if let Some(resolution) = self.resolution {
            // What is no "npm:" is of the workspace, patched from an entry of its own, or from a repository.
            if let Some((name, from)) = identity::split_npm(resolution)
                && let Some(version) = from.strip_prefix("npm:")
            {
                identity::npm(
                    name,
                    version.split("::").next().unwrap_or_default(),
                    Vec::new(),
                    facts,
                );
            }
            return;
        }
        let first = self
            .heading
            .split(", ")
            .next()
            .unwrap_or_default()
            .trim_matches('"');
        let Some((name, range)) = identity::split_npm(first) else {
            return;
        };
        let name = match range.strip_prefix("npm:") {
            Some(real) => identity::split_npm(real).map_or(real, |(name, _)| name),
            None if range.starts_with("file:") || range.starts_with("link:") => return,
            None => name,
        };
        identity::npm(name, self.version, Vec::new(), facts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn version_1() {
        let content = "# yarn lockfile v1\n\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.2.0\"\n  resolved \"https://example.org/a.tgz#ab\"\n  dependencies:\n    version \"^9\"\n\n\
            b@~2.0:\n  version \"2.0.1\"\n\nshort@npm:real@^3:\n  version \"3.0.0\"\n\n\"local@file:../local\":\n  version \"0.1.0\"\n";
        check(
            &YARN,
            "yarn.lock",
            content,
            &["pkg:npm/%40s/a@1.2.0", "pkg:npm/b@2.0.1", "pkg:npm/real@3.0.0"],
        );
    }

    #[test]
    fn berry() {
        let content = "__metadata:\n  version: 8\n  cacheKey: 10\n\n\"@s/a@npm:^1.0.0, @s/a@npm:^1.1.0\":\n  version: 1.2.0\n  resolution: \"@s/a@npm:1.2.0\"\n  checksum: 1\n  languageName: node\n\n\
            \"short@npm:real@^3\":\n  version: 3.0.0\n  resolution: \"real@npm:3.0.0\"\n\n\"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n\n\
            \"c@patch:c@npm%3A1.0.0#fix\":\n  version: 1.0.0\n  resolution: \"c@patch:c@npm%3A1.0.0#fix::version=1.0.0\"\n";
        check(
            &YARN,
            "web/yarn.lock",
            content,
            &["pkg:npm/%40s/a@1.2.0", "pkg:npm/real@3.0.0"],
        );
    }

    #[test]
    fn without_entries() {
        check(&YARN, "yarn.lock", "", &[]);
        check(&YARN, "yarn.lock", "# yarn lockfile v1\n", &[]);
        check(&YARN, "yarn.lock", "__metadata:\n  version: 8\n", &[]);
        check(
            &YARN,
            "yarn.lock",
            "\"jquery@^3.6.0\":\n  \"integrity\" \"sha512-x\"\n  \"version\" \"3.6.0\"\n",
            &["pkg:npm/jquery@3.6.0"],
        );
        check(&YARN, "yarn.lock", "<html>\n</html>\n", &["malformed"]);
    }
}
