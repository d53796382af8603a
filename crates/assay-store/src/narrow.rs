//! Conditions that follow from criteria and that an index answers: they lead to the few that may match, and the criteria say
//! which of these do.

use assay_criteria::{Condition, Criteria, Field, PackagePart, Test};

use crate::{
    criteria::{Level, level},
    finding::ScopeId,
    statement::Statement,
};

/// Adds ` AND r.id IN (…)` for each condition that names resources by what has an index; tells whether there was any.
pub(crate) fn push_resources(statement: &mut Statement, scopes: &[ScopeId], criteria: &Criteria) -> bool {
    let mut is_any = false;
    for condition in naming_resources(criteria) {
        is_any = true;
        statement.push(" AND r.id IN (");
        for (at, test) in condition.tests.iter().enumerate() {
            statement.push(if at > 0 { " UNION ALL " } else { "" });
            push_resources_of(statement, scopes, condition, test);
        }
        statement.push(")");
    }
    is_any
}

/// Adds that a verdict (`d`) is about a type that any of the named resources has, if resources are named: of other types they
/// have no findings.
pub(crate) fn push_types(statement: &mut Statement, scopes: &[ScopeId], criteria: &Criteria) {
    if naming_resources(criteria).next().is_none() {
        return;
    }
    statement.push(" AND d.resource_type IN (SELECT r.type FROM resource r WHERE 1 = 1");
    push_resources(statement, scopes, criteria);
    statement.push(")");
}

/// The conditions that name resources by what has an index.
fn naming_resources(criteria: &Criteria) -> impl Iterator<Item = &Condition> {
    let is_named = |test: &Test| match test {
        Test::Equals(text) | Test::Prefix(text) => !text.is_empty(),
        Test::Tag { .. } => true,
        _ => false,
    };
    criteria.conditions.iter().filter(move |condition| {
        level(condition.field) == Level::Resource
            && !condition.tests.is_empty()
            && condition.tests.iter().all(is_named)
    })
}

fn push_resources_of(statement: &mut Statement, scopes: &[ScopeId], condition: &Condition, test: &Test) {
    if condition.field == Field::ResourceId {
        statement.push("SELECT x.id FROM resource x WHERE x.scope IN ");
        statement.bind_list(scopes.iter().map(|scope| scope.0));
        statement.push(" AND ");
        push_span(statement, "x.name", test);
        return;
    }
    statement.push("SELECT x.resource FROM attribute x WHERE x.name = ");
    match test {
        Test::Tag { key, value } => {
            statement.bind(Field::ResourceTags.name());
            statement.push(" AND x.key = ").bind(key.as_str());
            if let Some(value) = value {
                statement.push(" AND x.text = ").bind(value.as_str());
            }
        }
        text => {
            statement.bind(condition.field.name());
            statement.push(" AND x.key = '' AND ");
            push_span(statement, "x.text", text);
        }
    }
}

/// Adds ` AND d.vulnerability IN (…)` for each condition that names packages; tells whether there was any.
pub(crate) fn push_verdicts(statement: &mut Statement, criteria: &Criteria) -> bool {
    let mut is_any = false;
    for condition in &criteria.conditions {
        let names: Option<Vec<&Test>> = condition.tests.iter().map(name_of_package).collect();
        let Some(names) = names.filter(|names| !names.is_empty()) else {
            continue;
        };
        is_any = true;
        statement.push(" AND d.vulnerability IN (");
        for (at, name) in names.into_iter().enumerate() {
            statement.push(if at > 0 { " UNION ALL " } else { "" });
            statement.push(
                "SELECT x.vulnerability FROM subject p JOIN subject_match x ON x.subject = p.id WHERE ",
            );
            push_span(statement, "p.name", name);
        }
        statement.push(")");
    }
    is_any
}

fn name_of_package(test: &Test) -> Option<&Test> {
    let Test::Package(parts) = test else {
        return None;
    };
    let name = parts.iter().find(|(part, _)| *part == PackagePart::Name);
    name.map(|(_, test)| test)
        .filter(|test| matches!(test, Test::Equals(text) | Test::Prefix(text) if !text.is_empty()))
}

/// Adds that a column has a text, or begins with one.
fn push_span(statement: &mut Statement, column: &str, test: &Test) {
    match test {
        Test::Equals(text) => {
            statement.push(column).push(" = ").bind(text.as_str());
        }
        Test::Prefix(text) => {
            statement.push(column).push(" >= ").bind(text.as_str());
            if let Some(end) = after_all_that_begin_with(text) {
                statement.push(" AND ").push(column).push(" < ").bind(end);
            }
        }
        _ => {
            statement.push("1 = 0");
        }
    }
}

/// The least text that comes after every text that begins so; `None` where there is no such text.
fn after_all_that_begin_with(text: &str) -> Option<String> {
    let mut characters: Vec<char> = text.chars().collect();
    while let Some(last) = characters.pop() {
        let mut following = u32::from(last) + 1;
        if following == 0xd800 {
            following = 0xe000;
        }
        if let Some(following) = char::from_u32(following) {
            characters.push(following);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_begin_so_are_before_the_end() {
        for (text, end) in [
            ("a", Some("b")),
            ("GHSA-1", Some("GHSA-2")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(after_all_that_begin_with(text).as_deref(), end, "{text:?}");
        }
    }
}
