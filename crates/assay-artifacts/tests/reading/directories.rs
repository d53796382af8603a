//! Directories: in order of name, no link followed, odd places survived.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use crate::record::{lines, read};
use assay_artifacts::{Limits, OpenOptions};
use assay_model::DiagnosticCode;

#[test]
fn walking() {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    for directory in ["b", "a/deep/er", "bin", "left/out"] {
        fs::create_dir_all(at(directory)).unwrap();
    }
    for (path, text) in [
        ("b/2", "two"),
        ("b/10", "ten"),
        ("a/deep/er/x", "x"),
        ("a.txt", "a"),
        ("z.ignored", "z"),
        ("bin/tool", "#!"),
        ("bin/note", "n"),
        ("left/out/y", "y"),
        ("b/.wh.2", "not a mark here"),
    ] {
        fs::write(at(path), text).unwrap();
    }
    fs::set_permissions(at("bin/tool"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("..", at("a/loop")).unwrap();
    symlink("self", at("self")).unwrap();
    let options = OpenOptions {
        exclude: vec!["/left/out/".to_owned()],
        ..OpenOptions::default()
    };
    let expected = [
        "a/deep/er/x = x",
        "a/loop ->",
        "a.txt = a",
        "b/.wh.2 = not a mark here",
        "b/10 = ten",
        "b/2 = two",
        "bin/note passed over",
        "bin/tool = #!",
        "self ->",
    ];
    let link = tempfile::tempdir().unwrap();
    symlink(root.path(), link.path().join("root")).unwrap();
    for target in [root.path().to_owned(), link.path().join("root")] {
        let contents = read(&format!("dir:{}", target.display()), &options).unwrap();
        assert_eq!(lines(&contents), [expected]);
        let diagnostics = &contents.visitors[0].diagnostics;
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(
            (diagnostics[0].code, diagnostics[0].path.as_deref()),
            (DiagnosticCode::Skipped, Some("left/out"))
        );
    }
}

#[test]
fn limits() {
    let root = tempfile::tempdir().unwrap();
    let deep = root.path().join(vec!["d"; 40].join("/"));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("file"), "x").unwrap();
    for (limits, complete) in [
        (Limits::default(), true),
        (
            Limits {
                depth: 10,
                ..Limits::default()
            },
            false,
        ),
        (
            Limits {
                entries: 10,
                ..Limits::default()
            },
            false,
        ),
    ] {
        let contents = read(
            &root.path().display().to_string(),
            &OpenOptions {
                limits,
                ..OpenOptions::default()
            },
        )
        .unwrap();
        let codes: Vec<_> = contents.visitors[0].diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(lines(&contents)[0].len() == 1, complete);
        assert_eq!(
            codes,
            if complete {
                vec![]
            } else {
                vec![DiagnosticCode::LimitReached]
            }
        );
    }
}

#[test]
fn this_host_leaves_pseudo_file_systems_out() {
    let options = OpenOptions {
        // Only the top is of interest here.
        limits: Limits {
            depth: 0,
            ..Limits::default()
        },
        ..OpenOptions::default()
    };
    let contents = read("host:", &options).unwrap();
    if fs::read_to_string("/proc/self/mountinfo").is_ok_and(|mounts| mounts.contains(" /proc ")) {
        let diagnostics = &contents.visitors[0].diagnostics;
        assert!(
            diagnostics
                .iter()
                .any(|d| d.code == DiagnosticCode::Skipped && d.path.as_deref() == Some("proc"))
        );
    }
}
