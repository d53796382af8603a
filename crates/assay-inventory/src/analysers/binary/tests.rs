//! Executables to packages.

use assay_artifacts::RandomAccess;
use assay_testkit::{AddressSize, ElfBuilder, Endian, zlib};
use proptest::prelude::*;

use super::{Format, read};
use crate::{Facts, facts::Fact};

fn run(bytes: &[u8]) -> Vec<String> {
    let mut facts = Facts::new("binary");
    if let Some(format) = bytes.get(..4).and_then(Format::of) {
        read(format, RandomAccess::in_memory(bytes), &mut facts);
    }
    let describe = |fact: Fact| match fact {
        Fact::Package { found, .. } => found.purl.to_string(),
        Fact::Diagnostic { code, message } => format!("{code}: {message}"),
        other => format!("{other:?}"),
    };
    facts.list.into_iter().map(describe).collect()
}

const SIZES: [AddressSize; 2] = [AddressSize::Bits32, AddressSize::Bits64];
const ENDIANS: [Endian; 2] = [Endian::Little, Endian::Big];

const MODULES: &str = "path\texample.com/cmd\nmod\texample.com\tv1.2.3\th1:x=\n\
    dep\tgithub.com/a/b\tv1.0.0\th1:y=\ndep\tgolang.org/x/old\tv0.1.0\n=>\tgolang.org/x/new\tv0.2.0\th1:z=\n\
    build\t-compiler=gc\n";

const EXPECTED: [&str; 4] = [
    "pkg:golang/stdlib@1.17.3",
    "pkg:golang/example.com@v1.2.3",
    "pkg:golang/github.com/a/b@v1.0.0",
    "pkg:golang/golang.org/x/new@v0.2.0",
];

#[test]
fn go_in_both_layouts() {
    for size in SIZES {
        for endian in ENDIANS {
            let elf = ElfBuilder::new(size, endian).section(".text", "code");
            let [new, old] = [
                elf.clone().go("go1.17.3", MODULES),
                elf.clone().old_go("go1.17.3", MODULES),
            ];
            for builder in [new, old] {
                assert_eq!(run(&builder.build()), EXPECTED, "{size:?} {endian:?}");
                assert_eq!(
                    run(&builder.build_stripped()),
                    EXPECTED,
                    "stripped {size:?} {endian:?}"
                );
            }
            assert_eq!(run(&elf.build()), Vec::<String>::new());
            assert_eq!(run(&elf.build_stripped()), Vec::<String>::new());
        }
    }
}

#[track_caller]
fn check_go(version: &str, modules: &str, expected: &[&str]) {
    let elf = ElfBuilder::new(AddressSize::Bits64, Endian::Little).go(version, modules);
    assert_eq!(run(&elf.build()), expected, "{version} {modules:?}");
}

#[test]
fn go_modules() {
    check_go("go1.20", "", &["pkg:golang/stdlib@1.20.0"]);
    check_go("devel go1.23-0", "mod\ta.b/c\t(devel)\t\n", &[]);
    check_go(
        "devel",
        "dep\ta.b/c\tv1.0.0\n=>\t./c\t(devel)\ndep\td.e/f\tv2.0.0+incompatible\n",
        &[
            "pkg:golang/d.e/f@v2.0.0%2Bincompatible",
            "unidentified: 1 Go modules were replaced by local directories and cannot be matched",
        ],
    );
    check_go(
        "devel",
        "=>\ndep\n\n\t\t\n",
        &["unidentified: 1 Go modules were replaced by local directories and cannot be matched"],
    );
}

#[track_caller]
fn check_rust(section: impl Into<Vec<u8>>, expected: &[&str]) {
    let elf = ElfBuilder::new(AddressSize::Bits64, Endian::Little).section(".dep-v0", section);
    assert_eq!(run(&elf.build()), expected);
}

#[test]
fn rust_crates() {
    let json = br#"{"packages": [
        {"name": "adler", "version": "1.0.2", "source": "crates.io", "dependencies": [2]},
        {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"},
        {"name": "forked", "version": "0.1.0", "source": "git+https://example.com/forked"},
        {"name": "inner", "version": "2.0.0", "source": "registry+https://crates.example.com"},
        {"name": "tool", "version": "0.3.0", "source": "local", "root": true, "kind": "other"}
    ]}"#;
    let expected = [
        "pkg:cargo/adler@1.0.2",
        "pkg:cargo/forked@0.1.0?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fforked",
        "pkg:cargo/inner@2.0.0?repository_url=https:%2F%2Fcrates.example.com",
        "pkg:cargo/tool@0.3.0",
    ];
    check_rust(zlib(json), &expected);
    check_rust(
        zlib(&vec![b' '; 17 << 20]),
        &["limit-reached: list of Rust crates: it unpacks to too much"],
    );
    for (section, message) in [
        (zlib(b"[]"), "it is no such list"),
        (b"not packed".to_vec(), "it cannot be unpacked"),
    ] {
        let elf = ElfBuilder::new(AddressSize::Bits64, Endian::Little).section(".dep-v0", section);
        let found = run(&elf.build());
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with(&format!("malformed: list of Rust crates: {message}")),
            "{found:?}"
        );
    }
}

#[test]
fn other_files() {
    for bytes in [
        &b"#!/bin/sh\n"[..],
        b"",
        b"\xca\xfe\xba\xbe\0\0\0\x34rest of a class",
        b"MZ",
        &[b'M'; 100],
    ] {
        assert_eq!(run(bytes), Vec::<String>::new(), "{bytes:?}");
    }
    assert_eq!(run(b"\x7fELF"), ["malformed: the ELF header is broken"]);
}

#[test]
fn cut_off() {
    let bytes = ElfBuilder::new(AddressSize::Bits64, Endian::Little)
        .go("go1.17.3", MODULES)
        .build();
    for len in 4..bytes.len() {
        let found = run(&bytes[..len]);
        assert!(
            found.iter().all(|line| line.starts_with("malformed")),
            "{len} {found:?}"
        );
        assert!(!found.is_empty(), "{len}");
    }
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        for magic in [&b"\x7fELF\x02\x01"[..], b"\x7fELF\x01\x02", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe\0\0\0\x02"] {
            let _ = run(&[magic, &bytes].concat());
        }
    }

    #[test]
    fn changed_bytes(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10)) {
        let elf = ElfBuilder::new(AddressSize::Bits64, Endian::Little)
            .old_go("go1.17.3", MODULES)
            .section(".dep-v0", zlib(b"{\"packages\":[]}"));
        for mut bytes in [elf.build(), elf.build_stripped()] {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = run(&bytes);
        }
    }
}
