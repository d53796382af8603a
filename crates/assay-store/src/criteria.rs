//! Criteria as SQL: a condition over one finding (`f`, with its verdict `d`, resource `r` and vulnerability `v`) or one covered
//! resource (`c`, with its resource `r`). [`Criteria::matches`](assay_criteria::Criteria::matches) is the oracle of what is built here.

use assay_criteria::{Condition, Criteria, Field, PackagePart, Test};

use crate::{finding::FindingId, kind, statement::Statement};

/// How the values of a field are had.
enum Values {
    /// A column, or an expression; never null.
    Column(&'static str),
    /// A column of numbers that stand for words.
    Coded(&'static str, &'static [(&'static str, i64)]),
    /// A number that is none when negative, in so many parts of one.
    Scaled(&'static str, f64),
    /// A time that is none when 0.
    Time(&'static str),
    /// Attributes of the resource, any number of them.
    Attributes,
    /// Ids that the vulnerability is related to.
    Related,
    /// Packages that have the vulnerability.
    Packages,
    /// The name of the finding.
    Arn,
    /// Nothing has such values.
    Nothing,
}

/// What the condition is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Findings,
    Coverage,
}

fn values(field: Field, about: About) -> Values {
    let column = |finding, coverage| {
        Values::Column(match about {
            About::Findings => finding,
            About::Coverage => coverage,
        })
    };
    match field {
        Field::AccountId | Field::CloudProviderAccountId => column(
            "(SELECT s.account FROM scope s WHERE s.id = f.scope)",
            "(SELECT s.account FROM scope s WHERE s.id = r.scope)",
        ),
        Field::CloudProviderRegion => column(
            "(SELECT s.region FROM scope s WHERE s.id = f.scope)",
            "(SELECT s.region FROM scope s WHERE s.id = r.scope)",
        ),
        Field::CloudProviderOrgId => column(
            "COALESCE((SELECT m.organization FROM scope s CROSS JOIN member m WHERE s.id = f.scope AND m.account = s.account), '')",
            "COALESCE((SELECT m.organization FROM scope s CROSS JOIN member m WHERE s.id = r.scope AND m.account = s.account), '')",
        ),
        // Nothing of other clouds is taken yet.
        Field::CloudProvider => Values::Column("'AWS'"),
        Field::CloudProviderPartition => Values::Column("'aws'"),
        Field::ResourceId => Values::Column("r.name"),
        Field::ResourceType => column("d.resource_type", "r.type"),
        Field::ScanMode => Values::Column("c.mode"),
        Field::ScanStatusCode => Values::Column("c.status"),
        Field::ScanStatusReason => Values::Column("c.reason"),
        Field::ScanType => Values::Column("c.scan_type"),
        Field::LastScannedAt => Values::Time("c.last_scanned_at"),
        Field::EcrImageInUseCount => Values::Scaled("r.ecr_in_use_count", 1.0),
        Field::EcrImageLastInUseAt => Values::Time("r.ecr_in_use_at"),
        Field::EcrImagePulledAt => Values::Time("r.ecr_pulled_at"),
        Field::FindingArn => Values::Arn,
        Field::FindingStatus => Values::Coded("f.status", &kind::STATUSES),
        Field::FindingType => Values::Coded("d.type", &kind::TYPES),
        Field::Severity => Values::Coded("d.severity", &kind::SEVERITIES),
        Field::FixAvailable => Values::Column("d.fix"),
        Field::ExploitAvailable => Values::Column("v.exploit"),
        Field::Title => Values::Column("d.title"),
        Field::VendorSeverity => Values::Column("d.vendor_severity"),
        Field::VulnerabilitySource => Values::Column("d.source"),
        Field::VulnerabilityId => Values::Column("v.name"),
        Field::InspectorScore => Values::Scaled("d.score", 10.0),
        Field::EpssScore => Values::Scaled("v.epss", 1_000_000.0),
        Field::FirstObservedAt => Values::Time("f.first_observed_at"),
        Field::LastObservedAt => Values::Time("f.last_observed_at"),
        Field::UpdatedAt => Values::Time("f.updated_at"),
        Field::RelatedVulnerabilities => Values::Related,
        Field::VulnerablePackages => Values::Packages,
        // Of findings on the network and in code, which are not stored yet.
        Field::PortRange
        | Field::NetworkProtocol
        | Field::ComponentId
        | Field::ComponentType
        | Field::CodeDetectorName
        | Field::CodeDetectorTags
        | Field::CodeFilePath => Values::Nothing,
        _ => Values::Attributes,
    }
}

/// What tells whether a finding passes a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Its verdict, scope and status, which many have in common.
    Verdict,
    /// Its resource.
    Resource,
    /// Itself.
    Finding,
}

pub(crate) fn level(field: Field) -> Level {
    match values(field, About::Findings) {
        Values::Time(column) | Values::Scaled(column, _) if column.starts_with("r.") => Level::Resource,
        Values::Time(_) | Values::Arn | Values::Packages => Level::Finding,
        Values::Attributes => Level::Resource,
        Values::Column("r.name" | "c.mode" | "c.status" | "c.reason" | "c.scan_type") => Level::Resource,
        Values::Column(_) | Values::Coded(..) | Values::Scaled(..) | Values::Related | Values::Nothing => {
            Level::Verdict
        }
    }
}

/// Whether conditions on a field speak of a table, by the letter that it has in statements.
pub(crate) fn speaks_of(field: Field, table: char) -> bool {
    match values(field, About::Findings) {
        Values::Column(column)
        | Values::Coded(column, _)
        | Values::Scaled(column, _)
        | Values::Time(column) => column.starts_with(table),
        Values::Attributes => table == 'r',
        Values::Related => table == 'd',
        // Where they are, the resource tells.
        Values::Packages => table == 'r',
        Values::Arn | Values::Nothing => false,
    }
}

/// Adds ` AND (…)` for each condition.
pub(crate) fn push(statement: &mut Statement, criteria: &Criteria, about: About) {
    for condition in &criteria.conditions {
        statement.push(" AND (");
        push_condition(statement, condition, about);
        statement.push(")");
    }
}

fn push_condition(statement: &mut Statement, condition: &Condition, about: About) {
    push_tests(statement, &condition.tests, |statement, test| {
        push_test(statement, condition.field, test, about);
    });
}

/// Adds ` AND (…)`: that a text passes tests, if there are any.
pub(crate) fn push_texts(statement: &mut Statement, column: &str, tests: &[Test]) {
    if !tests.is_empty() {
        statement.push(" AND (");
        push_tests(statement, tests, |statement, test| {
            push_text(statement, column, test);
        });
        statement.push(")");
    }
}

/// Adds that every negative test is passed, and one of the positive ones, if there are any.
fn push_tests(statement: &mut Statement, tests: &[Test], push: impl Fn(&mut Statement, &Test)) {
    let (negative, positive): (Vec<_>, Vec<_>) = tests.iter().partition(|test| test.is_negative());
    let mut is_first = true;
    for test in negative {
        if !std::mem::take(&mut is_first) {
            statement.push(" AND ");
        }
        push(statement, test);
    }
    if positive.is_empty() {
        if is_first {
            statement.push("1 = 1");
        }
        return;
    }
    statement.push(if is_first { "(" } else { " AND (" });
    for (at, test) in positive.into_iter().enumerate() {
        if at > 0 {
            statement.push(" OR ");
        }
        push(statement, test);
    }
    statement.push(")");
}

fn push_test(statement: &mut Statement, field: Field, test: &Test, about: About) {
    match values(field, about) {
        Values::Column(column) => push_text(statement, column, test),
        Values::Coded(column, codes) => push_coded(statement, column, codes, test),
        Values::Scaled(column, parts) => push_number(statement, column, parts, test),
        Values::Time(column) => push_time(statement, column, test),
        Values::Attributes => push_attribute(statement, field, test),
        Values::Related => {
            push_exists(statement, test);
            statement.push("SELECT 1 FROM related x WHERE x.vulnerability = d.vulnerability AND ");
            push_text(statement, "x.name", &positive(test));
            statement.push(")");
        }
        Values::Packages => push_packages(statement, test),
        Values::Arn => push_arn(statement, test),
        Values::Nothing => {
            statement.push(if test.is_negative() { "1 = 1" } else { "1 = 0" });
        }
    }
}

/// The positive test whose denial a negative one is.
fn positive(test: &Test) -> Test {
    match test {
        Test::NotEquals(text) => Test::Equals(text.clone()),
        other => other.clone(),
    }
}

fn push_exists(statement: &mut Statement, test: &Test) {
    statement.push(if test.is_negative() {
        "NOT EXISTS ("
    } else {
        "EXISTS ("
    });
}

fn push_text(statement: &mut Statement, column: &str, test: &Test) {
    // An empty text is no value: it passes negative tests only.
    match test {
        Test::Equals(text) => {
            statement.push(column).push(" = ").bind(text.as_str());
        }
        Test::NotEquals(text) => {
            statement.push(column).push(" <> ").bind(text.as_str());
        }
        Test::Prefix(text) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            statement.push("SUBSTR(").push(column).push(", 1, ");
            // A literal, for a placeholder would leave PostgreSQL to guess its type.
            statement
                .push(&length.to_string())
                .push(") = ")
                .bind(text.as_str());
        }
        _ => {
            statement.push("1 = 0");
        }
    }
}

fn push_coded(statement: &mut Statement, column: &str, codes: &[(&str, i64)], test: &Test) {
    let fits: Vec<i64> = codes
        .iter()
        .filter(|(word, _)| match test {
            Test::Equals(text) | Test::NotEquals(text) => word == text,
            Test::Prefix(text) => word.starts_with(text.as_str()),
            _ => false,
        })
        .map(|(_, code)| *code)
        .collect();
    if fits.is_empty() {
        statement.push(if test.is_negative() { "1 = 1" } else { "1 = 0" });
        return;
    }
    statement.push(column);
    statement.push(if test.is_negative() { " NOT IN (" } else { " IN (" });
    let fits: Vec<String> = fits.iter().map(i64::to_string).collect();
    statement.push(&fits.join(", ")).push(")");
}

fn push_number(statement: &mut Statement, column: &str, parts: f64, test: &Test) {
    let Test::Number { lower, upper } = test else {
        statement.push("1 = 0");
        return;
    };
    statement.push("(").push(column).push(" >= 0");
    for (bound, sign) in [(lower, " >= "), (upper, " <= ")] {
        if let Some(bound) = bound {
            // Rounded to well below a part, so that 0.3 of a million is 300,000 and not a hair above.
            let scaled = (bound * parts * 1000.0).round() / 1000.0;
            statement.push(" AND ").push(column).push(sign).bind(scaled);
        }
    }
    statement.push(")");
}

fn push_time(statement: &mut Statement, column: &str, test: &Test) {
    let Test::Time { from, to } = test else {
        statement.push("1 = 0");
        return;
    };
    statement.push("(").push(column).push(" > 0");
    for (bound, sign) in [(from, " >= "), (to, " <= ")] {
        if let Some(bound) = bound {
            statement.push(" AND ").push(column).push(sign).bind(*bound);
        }
    }
    statement.push(")");
}

fn push_attribute(statement: &mut Statement, field: Field, test: &Test) {
    // Tags are kept under one name, whatever field asks for them; the field says of which type of resource they are.
    let (name, of_type) = match (test, field) {
        (Test::Tag { .. }, Field::Ec2InstanceTags) => (Field::ResourceTags, Some("AWS_EC2_INSTANCE")),
        (Test::Tag { .. }, Field::MachineImageTags) => (Field::ResourceTags, Some("MACHINE_IMAGE")),
        (Test::Tag { .. }, Field::LambdaFunctionTags) => (Field::ResourceTags, Some("AWS_LAMBDA_FUNCTION")),
        (Test::Tag { .. }, _) => (Field::ResourceTags, None),
        _ => (field, None),
    };
    push_exists(statement, test);
    statement.push("SELECT 1 FROM attribute x WHERE x.resource = r.id AND x.name = ");
    statement.bind(name.name());
    if let Some(resource_type) = of_type {
        statement.push(" AND r.type = ").bind(resource_type);
    }
    match test {
        Test::Tag { key, value } => {
            statement.push(" AND x.key = ").bind(key.as_str());
            if let Some(value) = value {
                statement.push(" AND x.text = ").bind(value.as_str());
            }
        }
        Test::Number { lower, upper } => {
            for (bound, sign) in [(lower, " >= "), (upper, " <= ")] {
                if let Some(bound) = bound {
                    statement.push(" AND x.number").push(sign).bind(*bound);
                }
            }
        }
        Test::Time { from, to } => {
            for (bound, sign) in [(from, " >= "), (to, " <= ")] {
                if let Some(bound) = bound {
                    #[allow(clippy::cast_precision_loss, reason = "microseconds fit until the year 2255")]
                    let bound = *bound as f64;
                    statement.push(" AND x.number").push(sign).bind(bound);
                }
            }
        }
        text => {
            statement.push(" AND ");
            push_text(statement, "x.text", &positive(text));
        }
    }
    statement.push(")");
}

/// Where the packages of a finding are: of an open one in what its resource has, of a closed one in what it had.
const PACKAGES: &str = "SELECT 1 FROM inventory_subject i JOIN subject_match m ON m.subject = i.subject \
     JOIN subject p ON p.id = i.subject JOIN evidence e ON e.id = i.evidence \
     WHERE m.vulnerability = f.vulnerability AND (m.gone = 0 OR f.status = 3) \
     AND i.inventory = CASE WHEN f.status = 3 THEN f.inventory ELSE r.assessed_inventory END";

fn push_packages(statement: &mut Statement, test: &Test) {
    let Test::Package(parts) = test else {
        statement.push("1 = 0");
        return;
    };
    statement.push("EXISTS (").push(PACKAGES);
    for (part, test) in parts {
        statement.push(" AND ");
        match part {
            PackagePart::Name => push_text(statement, "p.name", test),
            PackagePart::Version => push_text(statement, "p.version", test),
            PackagePart::Release => push_text(statement, "p.release", test),
            PackagePart::Architecture => push_text(statement, "p.architecture", test),
            PackagePart::Epoch => push_number(statement, "p.epoch", 1.0, test),
            PackagePart::FilePath => push_place(statement, "path", test),
            PackagePart::SourceLayerHash => push_place(statement, "layer", test),
            PackagePart::PurlQualifier
            | PackagePart::SourceLambdaLayerArn
            | PackagePart::RuntimeReachability
            | PackagePart::RuntimeReachabilityReason => {
                statement.push(if test.is_negative() { "1 = 1" } else { "1 = 0" });
            }
        }
    }
    statement.push(")");
}

/// A member of one of the places, which are kept as JSON. Taking a text out of it is the one way to ask for a part that
/// both engines have and that tells letters' cases apart.
fn push_place(statement: &mut Statement, member: &str, test: &Test) {
    let (text, is_whole) = match test {
        Test::Equals(text) | Test::NotEquals(text) => (text, true),
        Test::Prefix(text) => (text, false),
        _ => {
            statement.push("1 = 0");
            return;
        }
    };
    let escaped = serde_json::to_string(text).unwrap_or_default();
    let mut wanted = format!("\"{member}\":{escaped}");
    if !is_whole {
        wanted.pop();
    }
    statement.push("REPLACE(e.places, ").bind(wanted);
    statement.push(", '') ");
    statement.push(if test.is_negative() { "=" } else { "<>" });
    statement.push(" e.places");
}

fn push_arn(statement: &mut Statement, test: &Test) {
    match test {
        Test::Equals(text) | Test::NotEquals(text) => {
            let sign = if test.is_negative() { " <> " } else { " = " };
            let id = FindingId::from_number(text).map_or(0, FindingId::number);
            statement.push("f.id").push(sign).bind(id);
        }
        Test::Prefix(_) => {
            statement.push("1 = 1");
        }
        _ => {
            statement.push("1 = 0");
        }
    }
}
