use serde_json::json;

use super::*;
use crate::{
    inspector_scan,
    inspector2::{self, FilterCriteria, ListFindingsRequest, Schedule},
    round_trip::RoundTrip,
};

/// The violations of a document, in the words that people read.
fn check_words<T: Shaped>(document: &Value, expected: &[&str]) {
    let found: Vec<String> = check(document, T::shape())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, expected, "{document}");
}

#[test]
fn constraints() {
    use inspector2::{
        BatchGetFindingDetailsRequest, CreateFilterRequest, EnableRequest, SendCisSessionTelemetryRequest,
        TagResourceRequest,
    };
    check_words::<ListFindingsRequest>(&json!({}), &[]);
    check_words::<ListFindingsRequest>(&json!({"maxResults": 101}), &["maxResults must be 1 to 100"]);
    check_words::<ListFindingsRequest>(
        &json!({"maxResults": "5", "sortCriteria": {"field": "SEVERITY"}}),
        &[
            "maxResults must be a whole number of 32 bits",
            "sortCriteria.sortOrder must be given",
        ],
    );
    check_words::<ListFindingsRequest>(
        &json!({"maxResults": 1.5}),
        &["maxResults must be a whole number of 32 bits"],
    );
    check_words::<ListFindingsRequest>(&json!({"maxResults": null, "nextToken": null}), &[]);
    check_words::<ListFindingsRequest>(&json!({"ofTheFuture": {"x": [1]}}), &[]);
    check_words::<ListFindingsRequest>(&json!([]), &["the request must be an object"]);
    check_words::<ListFindingsRequest>(
        &json!({"filterCriteria": {"severity": [{"comparison": "LIKE", "value": ""}], "title": []}}),
        &[
            "filterCriteria.severity[0].comparison must be one of EQUALS, PREFIX, NOT_EQUALS",
            "filterCriteria.severity[0].value must have 1 to 1024 characters",
            "filterCriteria.title must have 1 to 10 items",
        ],
    );
    check_words::<ListFindingsRequest>(
        &json!({"filterCriteria": {"firstObservedAt": [{"startInclusive": "2024-01-01T00:00:00Z"}]}}),
        &["filterCriteria.firstObservedAt[0].startInclusive must be a time as seconds since 1970"],
    );
    check_words::<CreateFilterRequest>(
        &json!({"action": null}),
        &[
            "action must be given",
            "filterCriteria must be given",
            "name must be given",
        ],
    );
    check_words::<EnableRequest>(
        &json!({"resourceTypes": ["EC2", null, "S3"], "accountIds": ["12"]}),
        &[
            "accountIds[0] must have 12 characters",
            "resourceTypes[1] must be a text",
            "resourceTypes[2] must be one of EC2, ECR, LAMBDA, LAMBDA_CODE, CODE_REPOSITORY",
        ],
    );
    check_words::<BatchGetFindingDetailsRequest>(
        &json!({"findingArns": ["arn:aws:inspector2:x"]}),
        &[
            "findingArns[0] must match arn:(aws[a-zA-Z-]*)?:inspector2:[a-z]{2}(-gov)?-[a-z]+-[0-9]{1}:[0-9]{12}:finding/\
         [a-f0-9]{32}",
        ],
    );
    check_words::<TagResourceRequest>(
        &json!({"resourceArn": "", "tags": {"": "x", "a": 1}}),
        &[
            "resourceArn must have 1 to 1011 characters",
            "tags[\"\"] must have 1 to 128 characters",
            "tags[\"a\"] must be a text",
        ],
    );
    let message = |details: &str| {
        json!({"scanJobId": "00000000-0000-0000-0000-000000000000", "sessionToken":
            "00000000-0000-0000-0000-000000000000", "messages":
            [{"ruleId": "x", "status": "PASSED", "cisRuleDetails": details}]})
    };
    check_words::<SendCisSessionTelemetryRequest>(&message("YWJj"), &[]);
    check_words::<SendCisSessionTelemetryRequest>(
        &message("not base 64"),
        &["messages[0].cisRuleDetails must be a text in base 64"],
    );
    check_words::<SendCisSessionTelemetryRequest>(
        &message(&"YWJj".repeat(334)),
        &["messages[0].cisRuleDetails must have 0 to 1000 bytes"],
    );
}

#[test]
fn unions() {
    check_words::<Schedule>(&json!({"oneTime": {}}), &[]);
    check_words::<Schedule>(&json!({"oneTime": {}, "daily": null}), &[]);
    check_words::<Schedule>(&json!({}), &["the request must have exactly one member"]);
    check_words::<Schedule>(
        &json!({"oneTime": {}, "daily": {}}),
        &[
            "the request must have exactly one member",
            "daily.startTime must be given",
        ],
    );
    check_words::<Schedule>(&json!({"hourly": {}}), &["hourly is no member of its union"]);
    let schedule: Schedule = serde_json::from_value(json!({"oneTime": {}, "daily": null})).unwrap();
    assert_eq!(serde_json::to_value(schedule).unwrap(), json!({"oneTime": {}}));
    for wrong in [
        json!({}),
        json!({"hourly": {}}),
        json!({"oneTime": {}, "weekly": {}}),
        json!(null),
    ] {
        assert!(serde_json::from_value::<Schedule>(wrong).is_err());
    }
}

#[test]
fn values_of_types() {
    let criteria: FilterCriteria =
        serde_json::from_value(json!({"title": [{"comparison": "EQUALS", "value": "x".repeat(1025)}]}))
            .unwrap();
    let words: Vec<String> = criteria.validate().iter().map(ToString::to_string).collect();
    assert_eq!(words, ["title[0].value must have 1 to 1024 characters"]);
    // Characters are counted, not bytes.
    let criteria: FilterCriteria =
        serde_json::from_value(json!({"title": [{"comparison": "EQUALS", "value": "ሴ".repeat(1024)}]}))
            .unwrap();
    assert_eq!(criteria.validate(), []);
}

#[test]
fn what_is_listed_is_bounded() {
    let items = vec![json!({}); 1000];
    let document = json!({"filterCriteria": {"title": items}});
    assert_eq!(
        check(&document, ListFindingsRequest::shape()).len(),
        MOST_VIOLATIONS
    );
    let name = "x".repeat(100_000);
    let violations = check(&json!({name: {}}), Schedule::shape());
    assert!(
        violations
            .iter()
            .all(|violation| violation.path.len() <= MOST_SHOWN)
    );
}

/// Every pattern of the model compiles.
#[test]
fn patterns() {
    let mut seen = Vec::new();
    let mut waiting: Vec<&'static Shape> = roots().map(|root| (root.shape)()).collect();
    let mut count = 0;
    while let Some(shape) = waiting.pop() {
        if seen.iter().any(|other| std::ptr::eq(*other, shape)) {
            continue;
        }
        seen.push(shape);
        match shape {
            Shape::Structure(structure) => {
                waiting.extend(structure.members.iter().map(|member| member.shape));
            }
            Shape::List(list) => waiting.push(list.item),
            Shape::Map(map) => waiting.extend([map.key, map.value]),
            Shape::Text(text) => {
                if let Some(pattern) = &text.pattern {
                    assert!(pattern.compiles(), "{pattern}");
                    count += 1;
                }
            }
            _ => {}
        }
    }
    assert!(count > 60, "{count} patterns");
}

fn roots() -> impl Iterator<Item = &'static RoundTrip> {
    inspector2::roots::ROUND_TRIPS
        .iter()
        .chain(inspector_scan::roots::ROUND_TRIPS)
}

/// Makes documents of a shape by chance. Lengths are kept to, patterns are not.
struct Maker(u64);

impl Maker {
    /// A number below a bound.
    fn below(&mut self, bound: usize) -> usize {
        // Xorshift, which needs a seed other than zero.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }

    fn count(&mut self, size: Range<usize>) -> usize {
        let count = size.least.unwrap_or_default() + self.below(2);
        count.min(size.most.unwrap_or(count))
    }

    fn make(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Structure(structure) => {
                let only =
                    (structure.kind == StructureKind::Union).then(|| self.below(structure.members.len()));
                let mut members = Map::new();
                for (index, member) in structure.members.iter().enumerate() {
                    let is_there = match only {
                        Some(only) => only == index,
                        None => member.presence == Presence::Required || self.below(3) == 0,
                    };
                    if is_there {
                        members.insert(member.name.to_owned(), self.make(member.shape));
                    }
                }
                Value::Object(members)
            }
            Shape::List(list) => {
                let count = self.count(list.size);
                (0..count).map(|_| self.make(list.item)).collect()
            }
            Shape::Map(map) => {
                let count = self.count(map.size);
                let keys = (0..count).map(|index| format!("key-{index}"));
                Value::Object(keys.map(|key| (key, self.make(map.value))).collect())
            }
            Shape::Text(text) => json!("1".repeat(text.length.least.unwrap_or_default().max(1))),
            Shape::Enumeration(values) => json!(values[self.below(values.len())]),
            Shape::Integer(range) | Shape::Long(range) => json!(range.least.unwrap_or(7)),
            Shape::Double(range) => json!(range.least.unwrap_or_default() + 0.5),
            Shape::Boolean => json!(self.below(2) == 0),
            Shape::EpochSeconds => json!(1_700_000_000),
            Shape::DateTime => json!("2026-11-24T19:36:40Z"),
            Shape::Blob(_) => json!("YWJj"),
            Shape::Document => json!({"bomFormat": "CycloneDX", "components": [{}, null, 1.5]}),
        }
    }

    /// Replaces a value somewhere in a document.
    fn spoil(&mut self, document: &mut Value) {
        let wrong = [
            json!(null),
            json!(-1),
            json!(1e300),
            json!("x"),
            json!([]),
            json!({}),
            json!(true),
        ];
        let children: Vec<&mut Value> = match document {
            Value::Object(members) => members.values_mut().collect(),
            Value::Array(items) => items.iter_mut().collect(),
            _ => Vec::new(),
        };
        let count = children.len();
        if count == 0 || self.below(4) == 0 {
            *document = wrong[self.below(wrong.len())].clone();
            return;
        }
        let chosen = self.below(count);
        if let Some(child) = children.into_iter().nth(chosen) {
            self.spoil(child);
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    /// The types and the shapes are of one model: what a shape allows, its type reads and writes unchanged, and what
    /// passes the check can be read.
    #[test]
    fn types_agree_with_shapes(seed in 1_u64..) {
        let mut maker = Maker(seed);
        for root in roots() {
            let shape = (root.shape)();
            let document = maker.make(shape);
            for violation in check(&document, shape) {
                let is_of_form = matches!(
                    violation.constraint,
                    Constraint::Pattern(_) | Constraint::Length(_) | Constraint::Bytes(_)
                );
                proptest::prop_assert!(is_of_form, "{}: {violation}", root.name);
            }
            let through = (root.through)(document.clone());
            proptest::prop_assert!(through.is_ok(), "{}: {through:?} of {document}", root.name);
            proptest::prop_assert_eq!(through.unwrap(), document.clone(), "{}", root.name);

            let mut spoilt = document;
            maker.spoil(&mut spoilt);
            if check(&spoilt, shape).is_empty() {
                let through = (root.through)(spoilt.clone());
                proptest::prop_assert!(through.is_ok(), "{}: {through:?} of {spoilt}", root.name);
            }
        }
    }
}
