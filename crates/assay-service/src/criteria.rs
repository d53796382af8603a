//! What a request asks for, as criteria for the store: names of findings become their numbers.

use assay_api::Fault;
use assay_api_model::inspector2 as api;
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_store::{FindingId, ScopeId};

use crate::{
    fault::{filter_fault, store_fault},
    finding_arn::FindingArns,
    service::{Service, Visible},
};

/// What stands for a finding that is not there; no finding has this number.
const NOBODY: &str = "0";

/// Criteria, and the accounts among which they are asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) criteria: Criteria,
    pub(crate) scopes: Vec<ScopeId>,
}

/// Which of the accounts a prefix of names leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Whole,
    Nothing,
    /// It tells findings of one account apart.
    Within,
}

impl Service {
    /// Reads a filter of findings of some accounts in a region.
    pub(crate) async fn asked(
        &self,
        region: &str,
        visible: &[Visible],
        filter: Option<&api::FilterCriteria>,
    ) -> Result<Asked, Fault> {
        let scopes: Vec<ScopeId> = visible.iter().map(|visible| visible.scope).collect();
        let mut asked = Asked {
            criteria: Criteria::default(),
            scopes,
        };
        let Some(filter) = filter else {
            return Ok(asked);
        };
        asked.criteria =
            assay_inspector::criteria(filter).map_err(|errors| filter_fault("filterCriteria", errors))?;
        let is_name = |condition: &Condition| condition.field == Field::FindingArn;
        if let Some(at) = asked.criteria.conditions.iter().position(is_name) {
            let tests = std::mem::take(&mut asked.criteria.conditions[at].tests);
            let tests = self.by_prefix(region, visible, tests, &mut asked.scopes)?;
            let tests = self.by_number(&asked.scopes, tests).await?;
            match tests.is_empty() {
                true => {
                    asked.criteria.conditions.remove(at);
                }
                false => asked.criteria.conditions[at].tests = tests,
            }
        }
        Ok(asked)
    }

    /// Settles the tests of names by prefix: each is about whole accounts.
    fn by_prefix(
        &self,
        region: &str,
        visible: &[Visible],
        tests: Vec<Test>,
        scopes: &mut Vec<ScopeId>,
    ) -> Result<Vec<Test>, Fault> {
        let mut left = Vec::new();
        let mut kept = Vec::with_capacity(tests.len());
        let mut has_prefix = false;
        for (at, test) in tests.into_iter().enumerate() {
            let Test::Prefix(prefix) = &test else {
                kept.push(test);
                continue;
            };
            has_prefix = true;
            for one in visible {
                match reach(prefix, &FindingArns::stem(region, &one.account)) {
                    Reach::Whole => left.push(one.scope),
                    Reach::Nothing => {}
                    Reach::Within => {
                        return Err(Fault::field(
                            format!("filterCriteria.findingArn[{at}].value"),
                            "must be a whole name, or a prefix that ends before the digits of the finding: these \
                             have no order",
                        ));
                    }
                }
            }
        }
        if !has_prefix {
            return Ok(kept);
        }
        let (negative, positive): (Vec<Test>, Vec<Test>) = kept.into_iter().partition(Test::is_negative);
        let leaves_all = visible.iter().all(|one| left.contains(&one.scope));
        if leaves_all {
            return Ok(negative);
        }
        if left.is_empty() {
            let positive = match positive.is_empty() {
                true => vec![Test::Equals(NOBODY.to_owned())],
                false => positive,
            };
            return Ok(negative.into_iter().chain(positive).collect());
        }
        if !positive.is_empty() {
            return Err(Fault::field(
                "filterCriteria.findingArn",
                "has both names and a prefix that only some accounts have; ask for them one by one",
            ));
        }
        scopes.retain(|scope| left.contains(scope));
        Ok(negative)
    }

    /// Puts numbers in the place of names. A name of somebody else's finding, or of none, is nobody's.
    async fn by_number(&self, scopes: &[ScopeId], tests: Vec<Test>) -> Result<Vec<Test>, Fault> {
        let names = tests.iter().filter_map(|test| match test {
            Test::Equals(name) | Test::NotEquals(name) => self.finding_arns.read(name),
            _ => None,
        });
        let ids: Vec<FindingId> = names.collect();
        let found = self.database.findings(scopes, &ids).await.map_err(store_fault)?;
        let number = |name: &str| {
            let id = self.finding_arns.read(name);
            let own = found.iter().find(|finding| Some(finding.id) == id);
            let own = own.filter(|finding| {
                self.finding_arns
                    .arn(&finding.region, &finding.account, finding.id)
                    == name
            });
            own.map_or_else(|| NOBODY.to_owned(), |finding| finding.id.number().to_string())
        };
        let tests = tests.into_iter().map(|test| match test {
            Test::Equals(name) => Test::Equals(number(&name)),
            Test::NotEquals(name) => Test::NotEquals(number(&name)),
            other => other,
        });
        Ok(tests.collect())
    }
}

fn reach(prefix: &str, stem: &str) -> Reach {
    if stem.starts_with(prefix) {
        Reach::Whole
    } else if prefix.starts_with(stem) {
        Reach::Within
    } else {
        Reach::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes() {
        let stem = FindingArns::stem("eu-west-1", "111122223333");
        for (prefix, expected) in [
            ("arn:", Reach::Whole),
            (stem.as_str(), Reach::Whole),
            ("arn:aws:inspector2:us-east-1", Reach::Nothing),
            ("x", Reach::Nothing),
        ] {
            assert_eq!(reach(prefix, &stem), expected, "{prefix}");
        }
        assert_eq!(reach(&format!("{stem}0"), &stem), Reach::Within);
    }
}
