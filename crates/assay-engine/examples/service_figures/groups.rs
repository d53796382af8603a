//! How long counting takes: by groups, by day, by upgrade.

use std::time::Instant;

use assay_criteria::{Condition, Criteria, Field, Test};
use assay_store::{Aggregation, Database, Direction, GroupSort, Grouping, Place, ScopeId};

use crate::{
    Sharing,
    lists::percentiles,
    world::{equals, now},
};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Two pages of every kind of group in every order, of all and of some.
pub(crate) async fn groups(place: &Place, sharing: Sharing, database: &Database, scope: ScopeId) {
    let tagged = Criteria {
        conditions: vec![Condition {
            field: Field::ResourceTags,
            tests: vec![Test::Tag {
                key: "team".into(),
                value: Some("7".into()),
            }],
        }],
    };
    let mut taken = Vec::new();
    for _ in 0..5 {
        for by in Grouping::ALL {
            let is_of_verdicts = matches!(
                by,
                Grouping::Account | Grouping::Title | Grouping::Package | Grouping::Remedy
            );
            let narrow = match is_of_verdicts {
                true => equals(Field::ResourceType, "AWS_EC2_INSTANCE"),
                false => tagged.clone(),
            };
            for criteria in [&Criteria::default(), &narrow] {
                for sort in [GroupSort::Critical, GroupSort::High, GroupSort::All] {
                    let aggregation = Aggregation {
                        scopes: &[scope],
                        by,
                        criteria,
                        names: &[],
                        sort,
                        direction: Direction::Descending,
                    };
                    let mut after = None;
                    for _ in 0..2 {
                        let begun = Instant::now();
                        let page = database
                            .aggregate(&aggregation, after.as_ref(), 100)
                            .await
                            .unwrap();
                        let took = begun.elapsed().as_secs_f64() * 1000.0;
                        let some = if criteria.conditions.is_empty() {
                            "all"
                        } else {
                            "some"
                        };
                        taken.push((took, format!("{by:?} by {sort:?} of {some}")));
                        after = page.next;
                        if after.is_none() {
                            break;
                        }
                    }
                }
            }
        }
    }
    percentiles(
        place,
        sharing,
        "findings grouped, 100 groups of all and some",
        &mut taken,
    );
    let mut taken = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        let today = now() / DAY;
        database
            .trends(&[scope], today - 89, today, [Some(30); 6])
            .await
            .unwrap();
        taken.push((begun.elapsed().as_secs_f64() * 1000.0, "90 days".to_owned()));
    }
    percentiles(place, sharing, "trends of 90 days", &mut taken);
    let mut taken = Vec::new();
    for _ in 0..10 {
        let begun = Instant::now();
        database
            .remedies(&[scope], &Criteria::default(), GroupSort::Critical, None, 25)
            .await
            .unwrap();
        taken.push((begun.elapsed().as_secs_f64() * 1000.0, "25".to_owned()));
    }
    percentiles(place, sharing, "25 upgrades with what they end", &mut taken);
}
