//! WordPress, its plug-ins and its themes.
//!
//! Source: WordPress' developer handbooks, "Header Requirements" and "Main Stylesheet". WordPress' version is an
//! assignment in `wp-includes/version.php`. A plug-in's main file can bear any name; it is the one whose comment has
//! `Plugin Name:`. A theme has the same in its `style.css`. Both are called by their directories, as the places are that
//! publish them; only the first 8 KiB count, as in WordPress itself.

use assay_artifacts::{Content, Entry, Interest};
use assay_model::Purl;

use crate::{Analyser, Description, Facts, FilePath, FoundPackage, Kind};

/// The analyser of WordPress' files.
pub(crate) struct WordPress;

/// Bytes of a file that are read.
const HEADER: usize = 8 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'p> {
    Core,
    Plugin(&'p str),
    Theme(&'p str),
}

fn part(path: FilePath<'_>) -> Option<Part<'_>> {
    let holder = FilePath::new(path.directory);
    match path.name {
        "version.php" if holder.name == "wp-includes" => return Some(Part::Core),
        "style.css" if holder.directory.ends_with("wp-content/themes") => {
            return Some(Part::Theme(holder.name));
        }
        _ => {}
    }
    let stem = path.name.strip_suffix(".php")?;
    if holder.directory.ends_with("wp-content/plugins") {
        Some(Part::Plugin(holder.name))
    } else if path.directory.ends_with("wp-content/plugins") && stem != "index" {
        // A plug-in of a single file.
        Some(Part::Plugin(stem))
    } else {
        None
    }
}

impl Analyser for WordPress {
    fn describe(&self) -> Description {
        Description {
            name: "wordpress",
            ecosystem: "WordPress, its plug-ins and themes",
            reads: &[
                "**/wp-includes/version.php",
                "**/wp-content/plugins/*/*.php",
                "**/wp-content/plugins/*.php",
                "**/wp-content/themes/*/style.css",
            ],
            kind: Kind::Installed,
            types: &["generic", "wordpress-plugin", "wordpress-theme"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        match part(path) {
            Some(_) => Interest::Yes,
            None => Interest::No,
        }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        let Some(part) = part(FilePath::new(entry.path)) else {
            return;
        };
        match content.peek(HEADER) {
            Ok(bytes) => read(part, &String::from_utf8_lossy(bytes), facts),
            Err(error) => facts.failed(&error),
        }
    }
}

fn read(part: Part<'_>, text: &str, facts: &mut Facts) {
    let (kind, name, version, licence) = match part {
        Part::Core => ("generic", "wordpress", assigned(text, "$wp_version"), None),
        Part::Plugin(name) if header(text, "Plugin Name").is_some() => (
            "wordpress-plugin",
            name,
            header(text, "Version"),
            header(text, "License"),
        ),
        Part::Theme(name) if header(text, "Theme Name").is_some() => (
            "wordpress-theme",
            name,
            header(text, "Version"),
            header(text, "License"),
        ),
        Part::Plugin(_) | Part::Theme(_) => return,
    };
    let Some(version) = version else { return };
    let licences = licence.into_iter().map(str::to_owned).collect();
    facts.package(FoundPackage::language(Purl::new(kind, name, version)).with_licences(licences));
}

/// The text that a variable of PHP is assigned.
fn assigned<'t>(text: &'t str, variable: &str) -> Option<&'t str> {
    let value = text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(variable)?;
        rest.trim_start().strip_prefix('=')
    })?;
    let value = value.trim().trim_end_matches(';').trim_matches(['\'', '"']);
    (!value.is_empty()).then_some(value)
}

/// A header within a comment, whatever the line begins with.
fn header<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let line = line.trim_start_matches([' ', '\t', '/', '*', '#', '@']);
        let line = line
            .strip_prefix("<?php")
            .map_or(line, |rest| rest.trim_start_matches([' ', '/', '*']));
        let key = line
            .get(..name.len())
            .filter(|key| key.eq_ignore_ascii_case(name))?;
        let value = line.get(key.len()..)?.trim_start().strip_prefix(':')?;
        let value = value.trim().trim_end_matches("*/").trim();
        (!value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysers::describe;

    fn run(path: &str, content: &str) -> Vec<String> {
        let mut facts = Facts::new("wordpress");
        if let Some(part) = part(FilePath::new(path)) {
            read(part, content, &mut facts);
        }
        facts.list.into_iter().map(describe).collect()
    }

    #[track_caller]
    fn check(path: &str, content: &str, expected: &[&str]) {
        assert_eq!(run(path, content), expected, "{path}");
        assert_eq!(
            run(path, &content.replace('\n', "\r\n")),
            expected,
            "with CRLF: {path}"
        );
    }

    #[test]
    fn parts() {
        check(
            "var/www/wp-includes/version.php",
            "<?php\n/**\n * @global string $wp_version\n */\n$wp_version = '6.4.2';\n$wp_db_version = 56657;\n",
            &["pkg:generic/wordpress@6.4.2"],
        );
        let plugin = "<?php\n/**\n * Plugin Name: Akismet Anti-spam\n * Plugin URI: https://example.org/\n * Version:     5.3\n * License: GPLv2 or later\n */\n";
        let plugin_purl = "pkg:wordpress-plugin/akismet@5.3 | GPLv2 or later";
        check("w/wp-content/plugins/akismet/main.php", plugin, &[plugin_purl]);
        check("wp-content/plugins/akismet.php", plugin, &[plugin_purl]);
        check("wp-content/plugins/index.php", plugin, &[]);
        check("wp-content/plugins/akismet/lib/main.php", plugin, &[]);
        check(
            "wp-content/plugins/akismet/other.php",
            "<?php\n// Version: 1\n",
            &[],
        );
        check(
            "wp-content/plugins/a/a.php",
            "<?php /* Plugin Name: A */\n/* version: 2 */",
            &["pkg:wordpress-plugin/a@2"],
        );
        check(
            "wp-content/themes/twenty/style.css",
            "/*\nTheme Name: Twenty\nVersion: 1.2\n*/\n",
            &["pkg:wordpress-theme/twenty@1.2"],
        );
        check("wp-content/themes/twenty/style.css", "body {}\n", &[]);
    }

    proptest! {
        #[test]
        fn any_text(text in "\\PC{0,80}") {
            let _ = run("wp-content/plugins/a/a.php", &format!("Plugin Name: {text}\nVersion: {text}"));
            let _ = run("wp-includes/version.php", &format!("$wp_version {text}"));
        }
    }
}
