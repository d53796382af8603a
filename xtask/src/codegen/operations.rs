//! The tables of operations and faults, and the types that tie them to their shapes.

use std::collections::BTreeMap;

use anyhow::bail;

use super::{
    head,
    model::{Kind, Model, Operation},
    names::constant,
    types::structure_name,
};

/// How many operations a file has: each takes some 20 lines.
const MOST_OPERATIONS: usize = 24;

/// The files of operations, calls and faults.
pub(crate) fn files(model: &Model) -> anyhow::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    files.insert("service.rs".to_owned(), service(model)?);
    files.insert("calls.rs".to_owned(), calls(model)?);
    files.insert("roots.rs".to_owned(), roots(model)?);
    let parts = model.operations.len().div_ceil(MOST_OPERATIONS);
    for (index, part) in model
        .operations
        .chunks(model.operations.len().div_ceil(parts.max(1)))
        .enumerate()
    {
        let name = if parts > 1 {
            format!("operations_{}.rs", index + 1)
        } else {
            "operations.rs".to_owned()
        };
        let mut body = String::new();
        for operation in part {
            body.push_str(&table(model, operation)?);
        }
        let pagination = if body.contains("Some(Pagination") {
            ", Pagination"
        } else {
            ""
        };
        let text = format!(
            "{}use super::*;\nuse crate::{{Method, Operation{pagination}, Repetition}};\n\n{body}",
            head("What each operation takes and gives."),
        );
        files.insert(name, text);
    }
    Ok(files)
}

fn static_of(operation: &Operation) -> String {
    format!("{}_OPERATION", constant(&operation.name))
}

fn table(model: &Model, operation: &Operation) -> anyhow::Result<String> {
    let method = match operation.method.as_str() {
        "DELETE" => "Delete",
        "GET" => "Get",
        "PATCH" => "Patch",
        "POST" => "Post",
        "PUT" => "Put",
        other => bail!("the method {other} is not provided for"),
    };
    let repetition = match (operation.is_read_only, operation.is_idempotent) {
        (true, _) => "ReadOnly",
        (false, true) => "Idempotent",
        (false, false) => "Unstated",
    };
    for fault in &operation.faults {
        if !matches!(model.kind(fault)?, Kind::Structure { fault: Some(_), .. }) {
            bail!("{fault} is no fault");
        }
    }
    let faults: Vec<String> = operation
        .faults
        .iter()
        .map(|fault| format!("&{}_FAULT", constant(fault)))
        .collect();
    let pagination = match &operation.pagination {
        None => "None".to_owned(),
        Some(pagination) => format!(
            "Some(Pagination {{ input_token: {:?}, output_token: {:?}, limit: {:?}, results: {:?} }})",
            pagination.input_token, pagination.output_token, pagination.limit, pagination.results
        ),
    };
    Ok(format!(
        "pub(crate) static {}: Operation = Operation {{
            name: {:?},
            method: Method::{method},
            uri: {:?},
            status: {},
            repetition: Repetition::{repetition},
            input: &{},
            output: &{},
            faults: &[{}],
            pagination: {pagination},
        }};\n\n",
        static_of(operation),
        operation.name,
        operation.uri,
        operation.status,
        constant(&operation.input),
        constant(&operation.output),
        faults.join(", "),
    ))
}

/// The service with its operations and faults.
fn service(model: &Model) -> anyhow::Result<String> {
    let mut text = head("The service: its operations and faults.");
    text.push_str("use super::*;\nuse crate::{Fault, Operation, Retry, Service, Side};\n\n");
    text.push_str(&format!(
        "/// The service `{}`, version {}.\npub static API: Service = Service {{\n    signing_name: \"{}\",\n    \
         api_version: \"{}\",\n    operations: &OPERATIONS,\n    faults: &FAULTS,\n}};\n\n",
        model.signing_name, model.api_version, model.signing_name, model.api_version
    ));
    let count = model.operations.len();
    text.push_str(&format!(
        "/// Every operation, in order of name.\npub static OPERATIONS: [&Operation; {count}] = [\n"
    ));
    for operation in &model.operations {
        text.push_str(&format!("    &{},\n", static_of(operation)));
    }
    text.push_str("];\n\n");
    let faults: Vec<_> = model
        .shapes
        .iter()
        .filter_map(|(name, kind)| match kind {
            Kind::Structure {
                fault: Some(fault), ..
            } => Some((name, fault)),
            _ => None,
        })
        .collect();
    text.push_str(&format!(
        "/// Every fault, in order of name.\npub static FAULTS: [&Fault; {}] = [\n",
        faults.len()
    ));
    for (name, _) in &faults {
        text.push_str(&format!("    &{}_FAULT,\n", constant(name)));
    }
    text.push_str("];\n\n");
    for (name, fault) in &faults {
        let side = if fault.is_of_server { "Server" } else { "Client" };
        let retry = match fault.retryable {
            None => "Never",
            Some(false) => "Later",
            Some(true) => "Slower",
        };
        text.push_str(&format!(
            "pub(crate) static {0}_FAULT: Fault = Fault {{\n    name: \"{name}\",\n    status: {1},\n    \
             side: Side::{side},\n    retry: Retry::{retry},\n    shape: &{0},\n}};\n\n",
            constant(name),
            fault.status
        ));
    }
    Ok(text)
}

/// A type for each operation, which ties its request and its answer to it.
fn calls(model: &Model) -> anyhow::Result<String> {
    let mut text = head("A type for each operation, by which its request and its answer are known.");
    text.push_str("use super::*;\nuse crate::operation::calls;\n\ncalls! {\n    API;\n");
    for operation in &model.operations {
        if model.shapes.contains_key(&operation.name) {
            bail!("the operation {} has the name of a shape", operation.name);
        }
        text.push_str(&format!(
            "    {} = {}: {} => {},\n",
            operation.name,
            static_of(operation),
            structure_name(model, &operation.input)?,
            structure_name(model, &operation.output)?
        ));
    }
    text.push_str("}\n");
    Ok(text)
}

/// Every structure that is a request, an answer or a fault, for tests that go through all types.
fn roots(model: &Model) -> anyhow::Result<String> {
    let mut roots: Vec<&str> = Vec::new();
    for operation in &model.operations {
        roots.push(structure_name(model, &operation.input)?);
        roots.push(structure_name(model, &operation.output)?);
        roots.extend(operation.faults.iter().map(String::as_str));
    }
    roots.sort_unstable();
    roots.dedup();
    let mut text = head("Every request, answer and fault, for tests that go through all types.");
    text.push_str("use super::*;\nuse crate::round_trip::{RoundTrip, round_trips};\n\n");
    text.push_str(
        "/// Requests, answers and faults.\npub(crate) const ROUND_TRIPS: &[RoundTrip] = &round_trips![\n",
    );
    for root in roots {
        text.push_str(&format!("    {root},\n"));
    }
    text.push_str("];\n");
    Ok(text)
}
