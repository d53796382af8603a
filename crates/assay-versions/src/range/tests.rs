use super::*;
use proptest::prelude::*;

fn introduced(text: &str) -> Event {
    Event::Introduced(text.to_owned())
}
fn fixed(text: &str) -> Event {
    Event::Fixed(text.to_owned())
}
fn last(text: &str) -> Event {
    Event::LastAffected(text.to_owned())
}
fn limit(text: &str) -> Event {
    Event::Limit(text.to_owned())
}

fn show(interval: &Interval) -> String {
    let lower = match &interval.lower {
        Lower::Beginning => "(",
        Lower::From { text, .. } => &format!("[{text}"),
    };
    let upper = match &interval.upper {
        Upper::Open => ")",
        Upper::Before { text, .. } => &format!("{text})"),
        Upper::Through { text, .. } => &format!("{text}]"),
        Upper::Limit { text, .. } => &format!("{text}|"),
    };
    format!("{lower},{upper}")
}

fn check(events: &[Event], expected: &[&str]) {
    let shown: Vec<String> = intervals(Scheme::SemVer, events).iter().map(show).collect();
    assert_eq!(shown, expected, "{events:?}");
}

#[test]
fn shapes() {
    check(&[], &[]);
    check(&[introduced("0")], &["(,)"]);
    check(&[introduced("0"), fixed("1.2.0")], &["(,1.2.0)"]);
    check(&[fixed("1.2.0"), introduced("0")], &["(,1.2.0)"]);
    check(&[fixed("1.2.0")], &["(,1.2.0)"]);
    check(&[last("1.2.0")], &["(,1.2.0]"]);
    check(
        &[introduced("2"), fixed("3"), introduced("1"), fixed("1.5")],
        &["[1,1.5)", "[2,3)"],
    );
    check(&[introduced("1"), introduced("2"), fixed("3")], &["[1,3)"]);
    check(&[introduced("1"), fixed("2"), fixed("3")], &["[1,2)"]);
    check(&[introduced("1"), last("1")], &["[1,1]"]);
    check(&[last("1"), introduced("1")], &["[1,1]"]);
    check(&[introduced("1"), last("2"), fixed("3")], &["[1,2]"]);
    check(&[introduced("2"), fixed("2")], &[]);
    check(
        &[introduced("1"), fixed("2"), introduced("2"), fixed("3")],
        &["[1,2)", "[2,3)"],
    );
    check(&[introduced("1"), limit("2")], &["[1,2|"]);
    check(&[introduced("1"), limit("2"), limit("*")], &["[1,)"]);
    check(&[introduced("1"), limit("2"), limit("3")], &["[1,3|"]);
    check(&[introduced("1"), fixed("2"), limit("2")], &["[1,2)"]);
    check(&[introduced("1"), fixed("3"), limit("2")], &["[1,2|"]);
    check(&[introduced("1"), last("2"), limit("2")], &["[1,2|"]);
    check(&[introduced("3"), limit("2")], &[]);
    check(&[limit("2")], &[]);
}

#[test]
fn zero_is_below_everything() {
    for (scheme, version) in [
        (Scheme::SemVer, "0.0.0-alpha"),
        (Scheme::Debian, "0~rc1"),
        (Scheme::Pep440, "not a version"),
        (Scheme::Maven, "0-alpha"),
        (Scheme::Packagist, "dev-main"),
        (Scheme::Generic, ""),
    ] {
        let key = scheme.key(version);
        let all = intervals(scheme, &[introduced("0"), fixed("9999")]);
        assert!(
            all.iter().any(|interval| interval.contains(key.as_bytes())),
            "{version}"
        );
    }
}

#[test]
fn a_limit_names_no_fix() {
    let fix = fixed_in(Scheme::Debian, "1.0-2");
    assert_eq!(fix.fixed_in(), Some("1.0-2"));
    assert!(fix.contains(Scheme::Debian.key("1.0-1").as_bytes()));
    assert!(!fix.contains(Scheme::Debian.key("1.0-2").as_bytes()));
    let limited = intervals(Scheme::SemVer, &[introduced("0"), limit("2")]);
    assert_eq!(limited.first().and_then(Interval::fixed_in), None);
}

/// The evaluation as the OSV schema writes it, over versions and not over keys.
fn evaluate(scheme: Scheme, events: &[Event], version: &str) -> bool {
    let limits: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            Event::Limit(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let before_limits = limits.is_empty()
        || limits
            .iter()
            .any(|limit| *limit == "*" || scheme.compare(version, limit).is_lt());
    if !before_limits {
        return false;
    }
    let text = |event: &Event| match event {
        Event::Introduced(text) | Event::Fixed(text) | Event::LastAffected(text) | Event::Limit(text) => {
            text.clone()
        }
    };
    let is_beginning = |event: &Event| matches!(event, Event::Introduced(text) if text == "0");
    let is_last = |event: &Event| matches!(event, Event::LastAffected(_));
    let mut sorted: Vec<&Event> = events
        .iter()
        .filter(|event| !matches!(event, Event::Limit(_)))
        .collect();
    sorted.sort_by(|a, b| match (is_beginning(a), is_beginning(b)) {
        (false, false) => scheme
            .compare(&text(a), &text(b))
            .then(is_last(a).cmp(&is_last(b))),
        (a, b) => b.cmp(&a),
    });
    let opens = |event: &&Event| matches!(event, Event::Introduced(_));
    let mut vulnerable = !sorted.is_empty() && !sorted.iter().any(opens);
    for event in sorted {
        match event {
            Event::Introduced(text) if text == "0" || scheme.compare(version, text).is_ge() => {
                vulnerable = true;
            }
            Event::Fixed(text) if scheme.compare(version, text).is_ge() => vulnerable = false,
            Event::LastAffected(text) if scheme.compare(version, text).is_gt() => vulnerable = false,
            _ => {}
        }
    }
    vulnerable
}

fn version() -> impl Strategy<Value = String> {
    prop_oneof!["[0-3](\\.[0-2]){0,2}", "[0-3]-(alpha|rc|1)", "[0-2]~[ab]"]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => version().prop_map(Event::Introduced),
        4 => version().prop_map(Event::Fixed),
        2 => version().prop_map(Event::LastAffected),
        1 => version().prop_map(Event::Limit),
        1 => Just(limit("*")),
        1 => Just(introduced("0")),
    ]
}

proptest! {
    #[test]
    fn intervals_agree_with_the_schema(
        events in proptest::collection::vec(event(), 0..7),
        versions in proptest::collection::vec(version(), 12),
        scheme in proptest::sample::select(Scheme::ALL.to_vec()),
    ) {
        let found = intervals(scheme, &events);
        for version in versions {
            let key = scheme.key(&version);
            prop_assert_eq!(
                found.iter().any(|interval| interval.contains(key.as_bytes())),
                evaluate(scheme, &events, &version),
                "{} in {:?}", version, events
            );
        }
    }
}
