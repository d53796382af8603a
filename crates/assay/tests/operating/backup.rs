//! Backups: made while others write, put back elsewhere, and the same findings there under the same names.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::atomic::{AtomicBool, Ordering},
};

use serde_json::json;

use crate::{service::Service, support::World};

#[test]
fn a_backup_under_writes_is_served_elsewhere_with_the_same_findings() {
    let world = World::with_database();
    let service = Service::start(&world, "data");
    service.enable();
    for number in 0..20 {
        assert_eq!(service.push(&format!("i-{number}"), "5.3").status, 200);
    }
    let findings = service.expect(20);
    // The same again and again, which writes and changes nothing.
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                assert_eq!(service.push("i-1", "5.3").status, 200);
            }
        });
        let run = world.run(&["backup", "--data", "data", "--to", "a.backup"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        assert!(run.out.contains("it has the master key"), "{}", run.out);
        let sent = service.call(
            &service.administrator,
            "assay",
            "POST",
            "/assay/v1/backup",
            &json!({}),
        );
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(sent.status, 200, "{sent:?}");
        let name = sent.answer["name"].as_str().unwrap();
        fs::copy(world.path("data/backups").join(name), world.path("b.backup")).unwrap();
    });
    let mode = fs::metadata(world.path("a.backup")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(service);
    for (backup, data) in [("a.backup", "elsewhere"), ("b.backup", "there/too")] {
        let run = world.run(&["restore", "--from", backup, "--data", data]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        // The key of the administrator opens there too.
        let service = Service::start(&world, data);
        assert_eq!(service.findings(), findings, "{backup}");
        let changes = service.get(&service.administrator, "/assay/v1/changes?after=19");
        assert_eq!(changes.answer["lastSequence"], 20, "{changes:?}");
    }
}

#[test]
fn what_cannot_be_put_back_changes_nothing() {
    let world = World::with_database();
    drop(Service::start(&world, "data"));
    let run = world.run(&[
        "backup",
        "--data",
        "data",
        "--to",
        "whole",
        "--without-master-key",
    ]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let whole = fs::read(world.path("whole")).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    // One byte may stand for the same in another way: zeros are copied from wherever there are some.
    for byte in &mut damaged[middle..middle + 64] {
        *byte ^= 0x40;
    }
    world
        .write("damaged", &damaged)
        .write("cut", &whole[..whole.len() / 2])
        .write("other", "no backup")
        .write("taken/file", "");
    for (arguments, told) in [
        (
            &["restore", "--from", "damaged", "--data", "new"][..],
            "is not a whole backup",
        ),
        (
            &["restore", "--from", "cut", "--data", "new"],
            "is not a whole backup",
        ),
        (
            &["restore", "--from", "other", "--data", "new"],
            "is not a whole backup",
        ),
        (&["restore", "--from", "none", "--data", "new"], "none"),
        (
            &["restore", "--from", "whole", "--data", "taken"],
            "is there already",
        ),
        (
            &["restore", "--from", "whole", "--data", "data"],
            "is there already",
        ),
        (&["backup", "--data", "data", "--to", "whole"], "is there already"),
        (&["backup", "--data", "new", "--to", "x"], "has no service"),
        (
            &[
                "backup",
                "--data",
                "data",
                "--database",
                "postgres://localhost/x",
                "--to",
                "x",
            ],
            "pg_dump",
        ),
    ] {
        let run = world.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.contains(told), "{arguments:?}: {}", run.err);
        assert!(
            !world.path("new").exists() && !world.path("x").exists(),
            "{arguments:?}"
        );
    }
    let left: Vec<_> = fs::read_dir(world.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    // An empty directory is no obstacle; without the key, it says what is to be done.
    fs::create_dir(world.path("empty")).unwrap();
    let run = world.run(&["restore", "--from", "whole", "--data", "empty"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("has no master key"), "{}", run.out);
    fs::copy(world.path("data/master.key"), world.path("empty/master.key")).unwrap();
    let service = Service::start(&world, "empty");
    assert_eq!(
        service.get(&service.administrator, "/assay/v1/changes").status,
        200
    );
}
