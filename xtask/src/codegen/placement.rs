//! Which file a type goes into: that of the one family of operations that use it, or the shared one.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};

use super::{
    model::{Kind, Model},
    names::snake,
    types,
};

/// How long a generated file may grow, before it is formatted.
pub(crate) const MOST_LINES: usize = 440;

/// The types of each file, in order of name.
pub(crate) struct Placement {
    modules: BTreeMap<String, Vec<String>>,
}

impl Placement {
    pub(crate) fn of(model: &Model) -> anyhow::Result<Self> {
        let mut families: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for operation in &model.operations {
            let family = operation.uri.trim_start_matches('/').split('/').next();
            let family = snake(family.context("an operation has no path")?);
            for root in [&operation.input, &operation.output] {
                for shape in reachable(model, root)? {
                    families.entry(shape).or_default().insert(family.clone());
                }
            }
            for fault in &operation.faults {
                for shape in reachable(model, fault)? {
                    families.entry(shape).or_default().insert("faults".to_owned());
                }
            }
        }
        let mut by_module: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (shape, families) in families {
            let is_type = matches!(
                model.kind(shape)?,
                Kind::Structure { .. } | Kind::Union { .. } | Kind::Enumeration { .. }
            );
            let mut families = families.into_iter();
            let module = match (families.next(), families.next()) {
                (Some(family), None) => family,
                _ => "shared".to_owned(),
            };
            if is_type {
                by_module.entry(module).or_default().push(shape.to_owned());
            }
        }
        let mut modules = BTreeMap::new();
        for (module, shapes) in by_module {
            let lines = shapes
                .iter()
                .map(|shape| types::lines(model, shape))
                .collect::<anyhow::Result<Vec<usize>>>()?;
            // Parts of about one length, rather than full ones and a rest.
            let parts = lines.iter().sum::<usize>().div_ceil(MOST_LINES - 60);
            let length = lines.iter().sum::<usize>().div_ceil(parts.max(1));
            let (mut part, mut filled) = (1, 0);
            for (shape, lines) in shapes.into_iter().zip(lines) {
                if filled > 0 && filled + lines / 2 > length && part < parts {
                    (part, filled) = (part + 1, 0);
                }
                filled += lines;
                let name = if parts > 1 {
                    format!("{module}_{part}")
                } else {
                    module.clone()
                };
                modules.entry(name).or_insert_with(Vec::new).push(shape);
            }
        }
        Ok(Self { modules })
    }

    /// Each module with its types.
    pub(crate) fn modules(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.modules
            .iter()
            .map(|(module, shapes)| (module.as_str(), shapes.as_slice()))
    }
}

/// The shapes that a shape is made of, itself included.
pub(crate) fn reachable<'a>(model: &'a Model, root: &'a str) -> anyhow::Result<BTreeSet<&'a str>> {
    let mut reached = BTreeSet::new();
    descend(model, root, &mut Vec::new(), &mut reached)?;
    Ok(reached)
}

fn descend<'a>(
    model: &'a Model,
    shape: &'a str,
    above: &mut Vec<&'a str>,
    reached: &mut BTreeSet<&'a str>,
) -> anyhow::Result<()> {
    if above.contains(&shape) {
        bail!("{shape} is made of itself, which generated types do not provide for");
    }
    if reached.insert(shape) {
        above.push(shape);
        for reference in model.references(shape)? {
            descend(model, reference, above, reached)?;
        }
        above.pop();
    }
    Ok(())
}

/// The shapes that requests are made of.
pub(crate) fn of_requests(model: &Model) -> anyhow::Result<BTreeSet<&str>> {
    let mut shapes = BTreeSet::new();
    for operation in &model.operations {
        shapes.extend(reachable(model, &operation.input)?);
    }
    Ok(shapes)
}
