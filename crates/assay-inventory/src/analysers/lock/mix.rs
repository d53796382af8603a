//! `mix.lock`, of Elixir's build tool.
//!
//! Source: the documentation of Mix and Hex. The file is an Elixir map, one entry a line; those of the registry are
//! `"name": {:hex, :package, "1.0.0", …, "hexpm", …}`. The traps: the key is the application, the atom after `:hex` the
//! package; what comes from a repository has `:git` and a commit; private organisations have `hexpm:<name>`.

use assay_model::Purl;

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// Mix's lock file.
pub(crate) static MIX: Document = Document {
    description: Description {
        name: "mix-lock",
        ecosystem: "Mix (Elixir)",
        reads: &["**/mix.lock"],
        kind: Kind::Lock,
        types: &["hex"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    if !file.text.trim_start().starts_with("%{") && !file.text.trim().is_empty() {
        return Err(DocumentError::Form("it is not the map that such a file is"));
    }
    for line in file.text.lines() {
        let Some((_, entry)) = line.split_once("{:hex,") else {
            continue;
        };
        let mut members = entry.split(',').map(str::trim);
        let package = members
            .next()
            .unwrap_or_default()
            .trim_start_matches(':')
            .trim_matches('"');
        let version = members.next().unwrap_or_default();
        let Some(version) = version.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            continue;
        };
        let organisation = entry
            .split_once("\"hexpm:")
            .and_then(|(_, rest)| rest.split('"').next())
            .unwrap_or_default();
        let purl = Purl::new("hex", package, version).with_namespace(organisation);
        identity::found(purl, Vec::new(), facts);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn entries() {
        let content = "%{\n  \"jason\": {:hex, :jason, \"1.4.1\", \"af1\", [:mix], [{:decimal, \"~> 1.0\", [hex: :decimal, repo: \"hexpm\", optional: true]}], \"hexpm\", \"fbb\"},\n  \
            \"app_name\": {:hex, :package_name, \"2.0.0-rc.1\", \"af2\", [:rebar3], [], \"hexpm\", \"fbc\"},\n  \
            \"inner\": {:hex, :inner, \"3.0.0\", \"af3\", [:mix], [], \"hexpm:acme\", \"fbd\"},\n  \
            \"forked\": {:git, \"https://example.org/x.git\", \"abc\", [branch: \"main\"]},\n  \"odd\": {:hex, :odd, nil}\n}\n";
        check(
            &MIX,
            "mix.lock",
            content,
            &[
                "pkg:hex/jason@1.4.1",
                "pkg:hex/package_name@2.0.0-rc.1",
                "pkg:hex/acme/inner@3.0.0",
            ],
        );
        check(&MIX, "mix.lock", "", &[]);
        check(&MIX, "mix.lock", "[]", &["malformed"]);
    }
}
