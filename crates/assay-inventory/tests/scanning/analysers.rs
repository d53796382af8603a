//! Every analyser at once: that its description leads to its files, and that no damage to a file makes any of them
//! panic.

use assay_inventory::{Kind, Registry};
use assay_model::Inventory;
use assay_testkit::{AddressSize, ElfBuilder, Endian, LayerBuilder, ZipBuilder};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{DEBIAN, describe, dpkg, scan_layers_with};

/// A file, and a package that it shows; empty for one that shows none by itself.
type Fixture = (&'static str, &'static str, Vec<u8>, &'static str);

/// A file for each analyser: its name, a path, a content, a package.
fn installed() -> Vec<Fixture> {
    let text = |name, path, content: &str, package| (name, path, content.as_bytes().to_vec(), package);
    let elf = || ElfBuilder::new(AddressSize::Bits64, Endian::Little);
    vec![
        text("os-release", "etc/os-release", DEBIAN, ""),
        text(
            "dpkg",
            "var/lib/dpkg/status",
            &dpkg("a", "1"),
            "pkg:deb/debian/a@1?arch=amd64&distro=debian-12",
        ),
        text(
            "apk",
            "lib/apk/db/installed",
            "P:b\nV:1-r0\n",
            "pkg:apk/debian/b@1-r0?distro=debian-12",
        ),
        text(
            "rpm",
            "var/lib/rpm/rpmdb.sqlite",
            "SQLite format 3\0and no more",
            "",
        ),
        text(
            "bottlerocket",
            "usr/share/bottlerocket/application-inventory.json",
            r#"{"Content": [{"Name": "c", "Version": "1", "Release": "2"}]}"#,
            "pkg:rpm/debian/c@1-2?distro=debian-12",
        ),
        text(
            "pacman",
            "var/lib/pacman/local/d-1-2/desc",
            "%NAME%\nd\n\n%VERSION%\n1-2\n",
            "pkg:alpm/debian/d@1-2?distro=debian-12",
        ),
        text(
            "opkg",
            "usr/lib/opkg/status",
            "Package: e\nVersion: 1\nStatus: install user installed\n",
            "pkg:opkg/debian/e@1?distro=debian-12",
        ),
        text(
            "portage",
            "var/db/pkg/cat/f-1-r2/CONTENTS",
            "obj /f ab 1\n",
            "pkg:ebuild/cat/f@1-r2?distro=debian-12",
        ),
        text(
            "nix",
            "nix/store/z1p5y0lqa1dzm9r8jwxc4yqk2l6b7v3n-g-1.0/bin/g",
            "",
            "pkg:nix/g@1.0",
        ),
        text(
            "snap",
            "snap/h/7/meta/snap.yaml",
            "name: h\nversion: 1.10\n",
            "pkg:snap/h@1.10?revision=7",
        ),
        text(
            "bitnami",
            "opt/bitnami/.bitnami_components.json",
            r#"{"i": {"version": "1.0.0-1"}}"#,
            "pkg:bitnami/i@1.0.0",
        ),
        text(
            "conda",
            "opt/conda/conda-meta/j-1-0.json",
            r#"{"name": "j", "version": "1", "build": "0", "channel": "main", "subdir": "noarch"}"#,
            "pkg:conda/j@1?build=0&channel=main&subdir=noarch",
        ),
        text(
            "python",
            "venv/k-1.dist-info/METADATA",
            "Name: k\nVersion: 1\n",
            "pkg:pypi/k@1",
        ),
        text(
            "npm",
            "app/node_modules/l/package.json",
            r#"{"name": "l", "version": "1"}"#,
            "pkg:npm/l@1",
        ),
        (
            "java",
            "app/m-1.jar",
            ZipBuilder::new().pom_properties("g", "m", "1").build(),
            "pkg:maven/g/m@1",
        ),
        (
            "binary",
            "app/n",
            elf().go("go1.20", "").build(),
            "pkg:golang/stdlib@1.20.0",
        ),
        (
            "program",
            "usr/lib/libcrypto.so.3",
            elf().section(".rodata", "OpenSSL 3.0.11 19 Sep 2023\0").build(),
            "pkg:generic/openssl@3.0.11",
        ),
        text(
            "composer",
            "app/vendor/composer/installed.json",
            r#"[{"name": "v/o", "version": "v1"}]"#,
            "pkg:composer/v/o@v1",
        ),
        text(
            "dotnet",
            "app/p.deps.json",
            r#"{"libraries": {"p/1": {"type": "package"}}}"#,
            "pkg:nuget/p@1",
        ),
        text(
            "r",
            "usr/lib/R/library/q/DESCRIPTION",
            "Package: q\nVersion: 1\nBuilt: R 4\n",
            "pkg:cran/q@1",
        ),
        text(
            "release-file",
            "usr/local/go/VERSION",
            "go1.21.3\n",
            "pkg:generic/go@1.21.3",
        ),
        text(
            "ruby",
            "gems/specifications/r-1.gemspec",
            "s.name = \"r\"\n",
            "pkg:gem/r@1",
        ),
        text(
            "wordpress",
            "www/wp-content/plugins/s/s.php",
            "<?php\n/* Plugin Name: S\nVersion: 1 */\n",
            "pkg:wordpress-plugin/s@1",
        ),
    ]
}

/// The same for lock files.
fn locks() -> Vec<Fixture> {
    let text = |name, path, content: &str, package| (name, path, content.as_bytes().to_vec(), package);
    let toml = "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry+x\"\n";
    vec![
        text(
            "composer-lock",
            "composer.lock",
            r#"{"packages": [{"name": "v/a", "version": "1"}]}"#,
            "pkg:composer/v/a@1",
        ),
        text(
            "conda-environment",
            "environment.yml",
            "dependencies:\n- a==1\n",
            "pkg:conda/a@1",
        ),
        text(
            "conda-lock",
            "conda-lock.yml",
            "package:\n- &x {name: c, version: 1.10, manager: pip}\n- *x\n",
            "pkg:pypi/c@1.10",
        ),
        text(
            "nuget-lock",
            "packages.lock.json",
            r#"{"dependencies": {"n": {"A": {"type": "Direct", "resolved": "1"}}}}"#,
            "pkg:nuget/A@1",
        ),
        text(
            "nuget-packages-config",
            "packages.config",
            "<packages><package id='B' version='1'/></packages>",
            "pkg:nuget/B@1",
        ),
        text(
            "dotnet-project",
            "a.csproj",
            "<Project><ItemGroup><PackageReference Include='C' Version='$(V)'/></ItemGroup><PropertyGroup><V>1</V></PropertyGroup></Project>",
            "pkg:nuget/C@1",
        ),
        text(
            "github-actions",
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n    - uses: o/a@v1\n",
            "pkg:githubactions/o/a@v1",
        ),
        text(
            "bundler-lock",
            "Gemfile.lock",
            "GEM\n  specs:\n    a (1)\n",
            "pkg:gem/a@1",
        ),
        text(
            "bun-lock",
            "bun.lock",
            r#"{"packages": {"b": ["b@1", "",],}}"#,
            "pkg:npm/b@1",
        ),
        text(
            "cabal-freeze",
            "cabal.project.freeze",
            "constraints: any.a ==1\n",
            "pkg:hackage/a@1",
        ),
        text("cargo-lock", "Cargo.lock", toml, "pkg:cargo/a@1"),
        text(
            "podfile-lock",
            "Podfile.lock",
            "PODS:\n  - a (1)\n",
            "pkg:cocoapods/a@1",
        ),
        text(
            "conan-lock",
            "conan.lock",
            r#"{"requires": ["a/1#x"]}"#,
            "pkg:conan/a@1",
        ),
        text(
            "go-modules",
            "go.mod",
            "require example.org/a v1.0.0\n",
            "pkg:golang/example.org/a@v1.0.0",
        ),
        text("gradle-lock", "gradle.lockfile", "g:a:1=c\n", "pkg:maven/g/a@1"),
        text(
            "julia-manifest",
            "Manifest.toml",
            "[[a]]\nuuid = \"u\"\nversion = \"1\"\n",
            "pkg:julia/a@1?uuid=u",
        ),
        text(
            "mix-lock",
            "mix.lock",
            "%{\n  \"a\": {:hex, :a, \"1\", \"x\"},\n}\n",
            "pkg:hex/a@1",
        ),
        text(
            "npm-lock",
            "package-lock.json",
            r#"{"packages": {"node_modules/c": {"version": "1"}}}"#,
            "pkg:npm/c@1",
        ),
        text("pdm-lock", "pdm.lock", toml, "pkg:pypi/a@1"),
        text(
            "pipfile-lock",
            "Pipfile.lock",
            r#"{"default": {"d": {"version": "==1"}}}"#,
            "pkg:pypi/d@1",
        ),
        text(
            "pnpm-lock",
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\npackages:\n  e@1.0.0:\n",
            "pkg:npm/e@1.0.0",
        ),
        text(
            "poetry-lock",
            "poetry.lock",
            "[[package]]\nname = \"f\"\nversion = \"1\"\n",
            "pkg:pypi/f@1",
        ),
        text(
            "pubspec-lock",
            "pubspec.lock",
            "packages:\n  a:\n    version: \"1\"\n",
            "pkg:pub/a@1",
        ),
        text(
            "pylock",
            "pylock.toml",
            "[[packages]]\nname = 'p'\nversion = '1'\n",
            "pkg:pypi/p@1",
        ),
        text(
            "sbt-lock",
            "build.sbt.lock",
            r#"{"dependencies": [{"org": "g", "name": "s", "version": "1"}]}"#,
            "pkg:maven/g/s@1",
        ),
        text(
            "rebar-lock",
            "rebar.lock",
            "[{<<\"b\">>,{pkg,<<\"b\">>,<<\"1\">>},0}].\n",
            "pkg:hex/b@1",
        ),
        text("requirements", "requirements/base.txt", "g==1\n", "pkg:pypi/g@1"),
        text(
            "stack-lock",
            "stack.yaml.lock",
            "packages:\n- completed:\n    hackage: b-1@sha256:x\n",
            "pkg:hackage/b@1",
        ),
        text(
            "swift-resolved",
            "Package.resolved",
            r#"{"pins": [{"location": "https://h/o/a.git", "state": {"version": "1"}}]}"#,
            "pkg:swift/h/o/a@1",
        ),
        text(
            "uv-lock",
            "uv.lock",
            "[[package]]\nname = \"h\"\nversion = \"1\"\n",
            "pkg:pypi/h@1",
        ),
        text(
            "yarn-lock",
            "yarn.lock",
            "\"i@^1\":\n  version \"1.0.0\"\n",
            "pkg:npm/i@1.0.0",
        ),
        text(
            "maven",
            "pom.xml",
            "<project><properties><v>1</v></properties><dependencies><dependency><groupId>g</groupId>\
             <artifactId>b</artifactId><version>${v}</version></dependency></dependencies></project>",
            "pkg:maven/g/b@1",
        ),
        text(
            "renv-lock",
            "renv.lock",
            r#"{"Packages": {"a": {"Package": "a", "Version": "1"}}}"#,
            "pkg:cran/a@1",
        ),
        (
            "java",
            "lib/m-1.jar",
            ZipBuilder::new().pom_properties("g", "m", "1").build(),
            "pkg:maven/g/m@1",
        ),
    ]
}

fn scan(registry: &Registry, fixtures: &[Fixture]) -> Inventory {
    let layer = fixtures
        .iter()
        .fold(LayerBuilder::new(), |layer, (_, path, content, _)| {
            layer.executable(path, content.clone())
        });
    scan_layers_with(registry, vec![layer])
}

#[track_caller]
fn check(registry: &Registry, fixtures: &[Fixture]) {
    let inventory = scan(registry, fixtures);
    let lines = describe(&inventory);
    for (name, path, _, package) in fixtures {
        let is_there = |line: &&String| line.starts_with(&format!("{package} at "));
        assert!(
            package.is_empty() || lines.iter().any(|line| is_there(&line)),
            "{name} {path}: {lines:#?}"
        );
    }
    for description in registry.descriptions() {
        let name = description.name;
        assert!(
            fixtures.iter().any(|(of, ..)| *of == name),
            "{name} has no fixture"
        );
        assert!(
            !description.ecosystem.is_empty() && !description.reads.is_empty(),
            "{name}"
        );
        let others = registry.descriptions().filter(|other| other.name == name);
        assert_eq!(others.count(), 1, "{name}");
    }
    for package in &inventory.packages {
        for evidence in &package.evidence {
            let mut of = registry
                .descriptions()
                .filter(|description| description.name == evidence.analyser);
            let types = of.next().unwrap().types;
            assert!(
                types.contains(&package.purl.kind.as_str()),
                "{} by {}",
                package.purl,
                evidence.analyser
            );
        }
    }
}

#[test]
fn every_analyser_of_what_is_installed() {
    let registry = Registry::default();
    check(&registry, &installed());
    assert!(
        registry
            .descriptions()
            .all(|description| description.kind == Kind::Installed)
    );
}

#[test]
fn every_analyser_of_checkouts() {
    let registry = Registry::checkout();
    check(&registry, &locks());
    assert!(
        registry
            .descriptions()
            .all(|d| d.kind == Kind::Lock || d.name == "java")
    );
    // Locks say nothing of what is installed.
    let locks: Vec<Fixture> = locks().into_iter().filter(|(name, ..)| *name != "java").collect();
    assert_eq!(
        describe(&scan(&Registry::default(), &locks)),
        Vec::<String>::new()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files(
        changes in vec((any::<Index>(), any::<u8>()), 0..6),
        end in any::<Index>(),
        repeated in any::<Index>(),
    ) {
        for (registry, mut fixtures) in [(Registry::default(), installed()), (Registry::checkout(), locks())] {
            for (_, _, content, _) in &mut fixtures {
                if content.is_empty() {
                    continue;
                }
                for (at, byte) in &changes {
                    let at = at.index(content.len());
                    content[at] = *byte;
                }
                let from = repeated.index(content.len());
                content.extend_from_within(from..);
                content.truncate(end.index(content.len()) + 1);
            }
            let _ = scan(&registry, &fixtures);
        }
    }
}
