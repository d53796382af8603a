//! Every scheme is a total order over any text, and its keys order as it does.

use std::cmp::Ordering;

use assay_versions::Scheme;
use proptest::prelude::*;

/// Versions shaped like each ecosystem's own, and like its mistakes.
fn shaped(scheme: Scheme) -> BoxedStrategy<String> {
    let pattern = match scheme {
        Scheme::Debian => "([0-2]:)?[0-9]{1,2}(\\.[0-9]{1,2}){0,2}([a-z~+.]{0,3}[0-9]?)?(-[0-9a~+.]{0,4})?",
        Scheme::Rpm => "([0-2]?:)?[0-9]{1,2}([.~^][0-9a]{1,2}){0,3}(-[0-9]?(\\.el[78])?(_[0-9])?)?",
        Scheme::Alpine => {
            "[0-2]{1,2}(\\.[0-2]{1,2}){0,2}[ab]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p|x)[0-2]?){0,2}(~[0-2a])?(-r[0-2])?"
        }
        Scheme::Pep440 => {
            "v?([01]!)?[0-2](\\.[0-2]){0,2}([._-]?(a|b|rc|c|alpha|pre)[._-]?[0-2]?)?([._-]?(post|r)[0-2]?|-[0-2])?([._-]?dev[0-2]?)?(\\+[0a](\\.[01ab])?)?( x)?"
        }
        Scheme::Maven => {
            "[0-2]([.-]?([0-2]|a|b|m|alpha|rc|cr|snapshot|final|ga|release|sp|foo|RC)){0,4}[.-]?"
        }
        Scheme::RubyGems => "[0-2]?([.-]([0-2]|a|b|rc|pre)){0,5}",
        Scheme::Packagist => {
            "(v|dev-)?[0-2](\\.[0-2x]){0,4}([._-]?(stable|beta|b|RC|alpha|a|patch|pl|p|foo)([.-]?[0-2])?)?([.-]?dev)?(@dev|\\+1)?|20[01][0-9]-?[01][0-9](-?[0-9]{1,2}){0,3}(-?p1)?"
        }
        Scheme::Go => "(v|go)?[0-2](\\.[0-2]){0,2}(-?(rc|beta|0\\.2019)[0-2]?)?(\\+incompatible)?",
        Scheme::Cran | Scheme::Hackage => "[0-2]{1,2}([.-][0-2a]{1,2}){0,4}",
        Scheme::SemVer | Scheme::SemVerBuild | Scheme::Bitnami | Scheme::NuGet => {
            "[v=]?[0-2](\\.[0-2]){0,3}(-?[0-2aBb-]{0,2}(\\.[0-2aB]{0,2}){0,2})?(\\+[0-2a]{0,2}(\\.[0-2a])?)?"
        }
        Scheme::Generic => "v?[0-2]([.~+_ -]?([0-2]|a|b|alpha|rc|git|DEV)){0,4}",
    };
    proptest::string::string_regex(pattern)
        .expect("the patterns are fixed")
        .boxed()
}

/// Shaped versions, shaped versions with a change, and texts of any kind.
fn version(scheme: Scheme) -> impl Strategy<Value = String> {
    let changed = (
        shaped(scheme),
        any::<prop::sample::Index>(),
        "[0-9a-zA-Z.~^+_:!-]|\\PC|\\p{Cc}",
    )
        .prop_map(|(mut text, place, insert)| {
            text.insert_str(place.index(text.len() + 1), &insert);
            text
        });
    prop_oneof![
        6 => shaped(scheme),
        2 => changed,
        1 => ".{0,6}",
        1 => proptest::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
        1 => "[0-9]{15,40}([.-][0-9]{18,22})?",
    ]
}

fn scheme_and_versions() -> impl Strategy<Value = (Scheme, Vec<String>)> {
    proptest::sample::select(Scheme::ALL.to_vec())
        .prop_flat_map(|scheme| (Just(scheme), proptest::collection::vec(version(scheme), 3..6)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8_000))]

    #[test]
    fn total_and_as_the_keys((scheme, versions) in scheme_and_versions()) {
        for a in &versions {
            prop_assert_eq!(scheme.compare(a, a), Ordering::Equal);
            prop_assert!(!scheme.key(a).as_bytes().is_empty());
            for b in &versions {
                let direct = scheme.compare(a, b);
                prop_assert_eq!(scheme.compare(b, a), direct.reverse(), "{:?} {:?} {:?}", scheme, a, b);
                prop_assert_eq!(
                    scheme.key(a).cmp(&scheme.key(b)), direct,
                    "{:?} {:?} {:?} {:?} {:?}", scheme, a, b, scheme.key(a), scheme.key(b)
                );
                for c in &versions {
                    if direct.is_le() && scheme.compare(b, c).is_le() {
                        prop_assert!(scheme.compare(a, c).is_le(), "{:?} {:?} {:?} {:?}", scheme, a, b, c);
                    }
                }
            }
        }
    }

    #[test]
    fn keys_are_appended((scheme, versions) in scheme_and_versions()) {
        let mut buffer = b"before".to_vec();
        for version in &versions {
            let start = buffer.len();
            scheme.key_into(version, &mut buffer);
            let key = scheme.key(version);
            prop_assert_eq!(buffer.get(start..), Some(key.as_bytes()));
        }
    }
}

#[test]
fn usual_keys_are_short() {
    for (scheme, version) in [
        (Scheme::Debian, "2:1.1.1n-0+deb11u5"),
        (Scheme::Rpm, "1:1.1.1k-12.el8_9"),
        (Scheme::Alpine, "3.1.4_git20240101-r5"),
        (Scheme::SemVer, "4.17.21"),
        (Scheme::SemVer, "1.0.0-rc.1"),
        (Scheme::Go, "v0.0.0-20191109021931-daa7c04131f5"),
        (Scheme::Pep440, "2.31.0"),
        (Scheme::Maven, "2.17.1"),
        (Scheme::Maven, "5.3.0.RELEASE"),
        (Scheme::RubyGems, "7.0.4.3"),
        (Scheme::NuGet, "13.0.1"),
        (Scheme::Packagist, "6.4.2"),
        (Scheme::Cran, "1.2-18"),
        (Scheme::Hackage, "2.1.0.0"),
        (Scheme::Generic, "1.0.2k"),
    ] {
        let length = scheme.key(version).as_bytes().len();
        assert!(length <= 2 * version.len(), "{version} takes {length} bytes");
    }
}

#[test]
fn extremes_end() {
    let texts = [
        "0.",
        "1.",
        "-",
        ".",
        "a1",
        "1a",
        "~",
        "_p",
        "1-",
        "999999999999999999999",
    ];
    for scheme in Scheme::ALL {
        for text in texts {
            let long = text.repeat(20_000);
            let longer = format!("{long}1");
            assert_eq!(
                scheme.compare(&long, &longer),
                scheme.key(&long).cmp(&scheme.key(&longer)),
                "{scheme:?} {text}"
            );
        }
    }
}

#[test]
fn names_round_trip() {
    for scheme in Scheme::ALL {
        assert_eq!(Scheme::from_name(scheme.name()), Some(scheme));
    }
}
