//! Installed Ruby gems, by the specification that each leaves.
//!
//! Source: RubyGems' "Specification Reference". A specification is Ruby code, which is not run: RubyGems itself writes
//! `s.name = "rack".freeze`, one assignment a line, and those lines are read. The traps: people's own specifications
//! compute what they assign (`s.version = Rack.release`), and then the file's name has it, `rack-2.2.4.gemspec`; a
//! platform may follow the version there (`nokogiri-1.13.0-x86_64-linux`).

use assay_model::{DiagnosticCode, Purl};

use super::document::{Document, DocumentError, Text};
use crate::{Description, Facts, FoundPackage, Kind};

/// The analyser of installed gems.
pub(crate) static RUBY: Document = Document {
    description: Description {
        name: "ruby",
        ecosystem: "Ruby gems",
        reads: &[
            "**/specifications/*.gemspec",
            "**/specifications/default/*.gemspec",
        ],
        kind: Kind::Installed,
        types: &["gem"],
    },
    version: 1,
    read,
};

/// Licences of one gem that are kept.
const MOST_LICENCES: usize = 16;

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let (mut name, mut version, mut licences) = (None, None, Vec::new());
    for line in file.text.lines() {
        let Some((target, value)) = line.split_once('=') else {
            continue;
        };
        let Some((_, attribute)) = target.trim().split_once('.') else {
            continue;
        };
        match attribute {
            "name" => name = name.or(quoted(value)),
            // Old specifications have `Gem::Version.new("1.0")`.
            "version" => version = version.or(quoted(value)),
            "license" | "licenses" if licences.is_empty() => {
                licences = every_quoted(value)
                    .take(MOST_LICENCES)
                    .map(str::to_owned)
                    .collect();
            }
            _ => {}
        }
    }
    let by_file = file.path.name.strip_suffix(".gemspec").and_then(split_file_name);
    let name = name.or(by_file.map(|(name, _)| name));
    let version = version
        .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
        .or(by_file.map(|(_, version)| version));
    match (name, version) {
        (Some(name), Some(version)) => {
            let purl = Purl::new("gem", name, version);
            facts.package(FoundPackage::language(purl).with_licences(licences));
        }
        _ => facts.diagnostic(
            DiagnosticCode::Unidentified,
            "neither the specification nor the file's name tells name and version of the gem",
        ),
    }
    Ok(())
}

/// The text of the first string literal.
fn quoted(value: &str) -> Option<&str> {
    every_quoted(value).next()
}

/// The texts of string literals; one with an interpolation is none.
fn every_quoted(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(['"', '\''])?;
            let quote = rest.get(start..=start)?;
            let (text, after) = rest.get(start + 1..)?.split_once(quote)?;
            rest = after;
            if !text.is_empty() && !text.contains("#{") {
                return Some(text);
            }
        }
    })
}

/// Name and version of `nokogiri-1.13.0-x86_64-linux`: the version is what first begins with a digit after a hyphen.
fn split_file_name(stem: &str) -> Option<(&str, &str)> {
    stem.match_indices('-').find_map(|(at, _)| {
        let (name, rest) = (stem.get(..at)?, stem.get(at + 1..)?);
        let version = rest.split('-').next()?;
        (!name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit())).then_some((name, version))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn specifications() {
        check(
            &RUBY,
            "usr/lib/ruby/gems/3.1.0/specifications/rack-2.2.4.gemspec",
            "# -*- encoding: utf-8 -*-\n# stub: rack 2.2.4 ruby lib\n\nGem::Specification.new do |s|\n  s.name = \"rack\".freeze\n  \
             s.version = \"2.2.4\"\n\n  s.required_ruby_version = Gem::Requirement.new(\">= 2.3.0\".freeze)\n  \
             s.licenses = [\"MIT\".freeze, 'Ruby']\n  s.summary = \"s.name = 'x'\".freeze\nend\n",
            &["pkg:gem/rack@2.2.4 | MIT, Ruby"],
        );
        check(
            &RUBY,
            "opt/specifications/default/json-2.6.1.gemspec",
            "Gem::Specification.new do |spec|\n  spec.name = \"json\"\n  spec.version = JSON::VERSION\n  spec.license = \"Ruby\"\n",
            &["pkg:gem/json@2.6.1 | Ruby"],
        );
        check(
            &RUBY,
            "specifications/net-http-0.1.0-java.gemspec",
            "",
            &["pkg:gem/net-http@0.1.0"],
        );
        check(
            &RUBY,
            "specifications/x.gemspec",
            "s.name = \"x\"\ns.version = \"#{v}\"\n",
            &["unidentified"],
        );
    }
}
