//! Figures of store and engine.

use crate::{service::Service, support::World};

#[test]
fn figures_tell_what_there_is_and_what_is_owed() {
    let world = World::with_database();
    let service = Service::start(&world, "data");
    service.enable();
    assert_eq!(service.push("i-1", "5.3").status, 200);
    service.expect(1);
    let text = service.plain("GET", "/metrics", &[], "").answer;
    let text = text.as_str().unwrap();
    for line in [
        "assay_findings{status=\"ACTIVE\"} 1",
        "assay_findings{status=\"CLOSED\"} 0",
        "assay_resources{state=\"ACTIVE\"} 1",
        "assay_changes 1",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
    for name in [
        "assay_intelligence_age_seconds ",
        "assay_roll_out_duration_seconds ",
    ] {
        let line = text.lines().find(|line| line.starts_with(name));
        let value: f64 = line.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        assert!(value >= 0.0, "{line:?}");
    }
}
