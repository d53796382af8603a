//! `rebar.lock`, of Erlang's build tool.
//!
//! Source: rebar3's documentation of dependencies and lock files. The file is Erlang terms, in which a package of the
//! registry is `{<<"app">>,{pkg,<<"name">>,<<"1.0.0">>},0}`, over one line or several.

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// rebar3's lock file.
pub(crate) static REBAR: Document = Document {
    description: Description {
        name: "rebar-lock",
        ecosystem: "Rebar3 (Erlang)",
        reads: &["**/rebar.lock"],
        kind: Kind::Lock,
        types: &["hex"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let text = file.text.trim_start();
    if !text.starts_with(['{', '[', '%']) && !text.is_empty() {
        return Err(DocumentError::Form("it is not the terms that such a file is"));
    }
    for entry in text.split("{pkg,").skip(1) {
        let mut binaries = entry
            .split("<<\"")
            .skip(1)
            .filter_map(|rest| rest.split("\">>").next());
        if let (Some(name), Some(version)) = (binaries.next(), binaries.next()) {
            identity::plain("hex", name, version, facts);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn entries() {
        let content = "{\"1.2.0\",\n[{<<\"cowboy\">>,{pkg,<<\"cowboy\">>,<<\"2.9.0\">>},0},\n {<<\"app\">>,\n  {pkg,<<\"package\">>,\n       <<\"1.0.0\">>},\n  1},\n \
            {<<\"forked\">>,{git,\"https://example.org/x.git\",{ref,\"abc\"}},0}]}.\n[\n{pkg_hash,[\n {<<\"cowboy\">>, <<\"865\">>}]}\n].\n";
        check(
            &REBAR,
            "rebar.lock",
            content,
            &["pkg:hex/cowboy@2.9.0", "pkg:hex/package@1.0.0"],
        );
        check(&REBAR, "rebar.lock", "[].\n", &[]);
        check(&REBAR, "rebar.lock", "no", &["malformed"]);
    }
}
