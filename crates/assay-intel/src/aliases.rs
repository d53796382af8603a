//! The alias graph: which records speak of the same flaw, and the one id it is shown under.
//!
//! CVE ids are never merged with each other: a record that names two is about both. Ids without a CVE are joined
//! through the aliases they state, and the group is shown under its most widely known id.

use std::collections::{BTreeSet, HashMap};

/// An id known to the graph.
pub(crate) type IdNumber = u32;

/// Ids and the aliases between them.
#[derive(Debug, Default)]
pub(crate) struct AliasGraph {
    numbers: HashMap<String, IdNumber>,
    ids: Vec<String>,
    /// Union-find over the ids that are no CVE.
    parent: Vec<IdNumber>,
    /// The CVEs that an id names itself.
    direct: Vec<BTreeSet<IdNumber>>,
}

/// The graph once all aliases are known.
#[derive(Debug)]
pub(crate) struct CanonicalIds {
    graph: AliasGraph,
    /// Per root of a group: the CVEs that any member names, and the id to show when there is none.
    groups: HashMap<IdNumber, Group>,
}

#[derive(Debug, Default)]
struct Group {
    cves: BTreeSet<IdNumber>,
    members: Vec<IdNumber>,
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}

/// Lower is better known.
fn prominence(id: &str) -> u32 {
    const ORDER: [&str; 6] = ["CVE-", "GHSA-", "GO-", "RUSTSEC-", "PYSEC-", "OSV-"];
    ORDER
        .iter()
        .position(|prefix| id.starts_with(prefix))
        .unwrap_or(ORDER.len()) as u32
}

impl AliasGraph {
    /// The number of an id, made when it is new.
    pub(crate) fn number(&mut self, id: &str) -> IdNumber {
        if let Some(&number) = self.numbers.get(id) {
            return number;
        }
        let number = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.numbers.insert(id.to_owned(), number);
        self.ids.push(id.to_owned());
        self.parent.push(number);
        self.direct.push(BTreeSet::new());
        number
    }

    pub(crate) fn id(&self, number: IdNumber) -> &str {
        &self.ids[number as usize]
    }

    /// States that two ids name the same flaw.
    pub(crate) fn alias(&mut self, a: IdNumber, b: IdNumber) {
        match (is_cve(self.id(a)), is_cve(self.id(b))) {
            (true, true) => {}
            (false, true) => {
                self.direct[a as usize].insert(b);
            }
            (true, false) => {
                self.direct[b as usize].insert(a);
            }
            (false, false) => {
                let (a, b) = (self.root(a), self.root(b));
                // The smaller number becomes the root, so the outcome does not hang on the order of statements.
                self.parent[a.max(b) as usize] = a.min(b);
            }
        }
    }

    fn root(&self, mut number: IdNumber) -> IdNumber {
        while self.parent[number as usize] != number {
            number = self.parent[number as usize];
        }
        number
    }

    /// Closes the graph.
    pub(crate) fn resolve(self) -> CanonicalIds {
        let mut groups: HashMap<IdNumber, Group> = HashMap::new();
        for number in 0..self.ids.len() as u32 {
            if !is_cve(self.id(number)) {
                let group = groups.entry(self.root(number)).or_default();
                group.members.push(number);
                group.cves.extend(&self.direct[number as usize]);
            }
        }
        CanonicalIds { graph: self, groups }
    }
}

impl CanonicalIds {
    pub(crate) fn id(&self, number: IdNumber) -> &str {
        self.graph.id(number)
    }

    /// The flaws that an id stands for, each by its canonical id: itself for a CVE; the CVEs it names; else the CVEs
    /// that its group names; else the best-known id of the group.
    pub(crate) fn vulnerabilities(&self, number: IdNumber) -> Vec<IdNumber> {
        if is_cve(self.id(number)) {
            return vec![number];
        }
        let direct = &self.graph.direct[number as usize];
        if !direct.is_empty() {
            return direct.iter().copied().collect();
        }
        let Some(group) = self.groups.get(&self.graph.root(number)) else {
            return vec![number];
        };
        if !group.cves.is_empty() {
            return group.cves.iter().copied().collect();
        }
        let best = group
            .members
            .iter()
            .copied()
            .min_by_key(|&member| (prominence(self.id(member)), self.id(member)));
        vec![best.unwrap_or(number)]
    }

    /// Every known id.
    pub(crate) fn all(&self) -> impl Iterator<Item = IdNumber> + use<> {
        0..self.graph.ids.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(aliases: &[(&str, &str)], id: &str, expected: &[&str]) {
        let mut graph = AliasGraph::default();
        for (a, b) in aliases {
            let (a, b) = (graph.number(a), graph.number(b));
            graph.alias(a, b);
        }
        let number = graph.number(id);
        let canonical = graph.resolve();
        let mut actual: Vec<_> = canonical
            .vulnerabilities(number)
            .into_iter()
            .map(|n| canonical.id(n))
            .collect();
        actual.sort_unstable();
        assert_eq!(actual, expected, "{id} in {aliases:?}");
    }

    #[test]
    fn canonical_ids() {
        check(&[], "CVE-2021-1", &["CVE-2021-1"]);
        check(&[], "GHSA-a", &["GHSA-a"]);
        check(&[("GHSA-a", "CVE-2021-1")], "GHSA-a", &["CVE-2021-1"]);
        check(
            &[("PYSEC-1", "GHSA-a"), ("GHSA-a", "CVE-2021-1")],
            "PYSEC-1",
            &["CVE-2021-1"],
        );
        check(&[("RUSTSEC-1", "GHSA-a")], "RUSTSEC-1", &["GHSA-a"]);
        check(
            &[("GHSA-a", "CVE-2021-1"), ("GHSA-a", "CVE-2021-2")],
            "GHSA-a",
            &["CVE-2021-1", "CVE-2021-2"],
        );
        check(
            &[("GHSA-a", "CVE-2021-1"), ("GHSA-a", "CVE-2021-2")],
            "CVE-2021-1",
            &["CVE-2021-1"],
        );
    }
}
