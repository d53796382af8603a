//! Reading a version by the grammar of PEP 440, appendix B.

use crate::digits::split_number;

/// A version that PEP 440 accepts. Numbers are digit runs; one that was left out is the empty run, which is 0.
pub(super) struct Version<'a> {
    pub(super) epoch: &'a [u8],
    /// The numbers of the release with the dots between them.
    pub(super) release: &'a [u8],
    pub(super) pre: Option<(Phase, &'a [u8])>,
    pub(super) post: Option<&'a [u8]>,
    pub(super) dev: Option<&'a [u8]>,
    pub(super) local: Option<Local<'a>>,
}

/// The phase of a pre-release.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Alpha,
    Beta,
    Candidate,
}

/// The text of a local version after its `+`.
pub(super) struct Local<'a>(&'a [u8]);

impl<'a> Local<'a> {
    pub(super) fn segments(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.0.split(|&byte| is_separator(byte))
    }
}

/// Longer spellings come before their own prefixes.
const PHASES: &[(&[u8], Phase)] = &[
    (b"alpha", Phase::Alpha),
    (b"a", Phase::Alpha),
    (b"beta", Phase::Beta),
    (b"b", Phase::Beta),
    (b"preview", Phase::Candidate),
    (b"pre", Phase::Candidate),
    (b"rc", Phase::Candidate),
    (b"c", Phase::Candidate),
];
const POSTS: &[(&[u8], ())] = &[(b"post", ()), (b"rev", ()), (b"r", ())];
const DEVS: &[(&[u8], ())] = &[(b"dev", ())];

pub(super) fn parse(version: &str) -> Option<Version<'_>> {
    let text = version.as_bytes();
    let text = match text {
        [b'v' | b'V', rest @ ..] => rest,
        _ => text,
    };
    let (epoch, text) = match split_number(text) {
        (epoch, [b'!', rest @ ..]) if !epoch.is_empty() => (epoch, rest),
        _ => (&b""[..], text),
    };
    let (release, rest) = split_release(text)?;
    let (pre, rest) = split_label(rest, PHASES);
    let (post, rest) = match split_bare_post(rest) {
        Some((number, rest)) => (Some(number), rest),
        None => {
            let (post, rest) = split_label(rest, POSTS);
            (post.map(|((), number)| number), rest)
        }
    };
    let (dev, rest) = split_label(rest, DEVS);
    let local = match rest {
        [] => None,
        [b'+', local @ ..] => {
            let whole = local
                .split(|&byte| is_separator(byte))
                .all(|segment| !segment.is_empty() && segment.iter().all(u8::is_ascii_alphanumeric));
            Some(whole.then_some(Local(local))?)
        }
        _ => return None,
    };
    Some(Version {
        epoch,
        release,
        pre,
        post,
        dev: dev.map(|((), number)| number),
        local,
    })
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'.' | b'-' | b'_')
}

/// Splits after `number{.number}`.
fn split_release(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, mut rest) = split_number(text);
    if first.is_empty() {
        return None;
    }
    while let [b'.', after @ ..] = rest {
        let (number, next) = split_number(after);
        if number.is_empty() {
            break;
        }
        rest = next;
    }
    text.split_at_checked(text.len() - rest.len())
}

/// Reads `[separator]label[separator][number]` off the front, or nothing.
fn split_label<'a, T: Copy>(text: &'a [u8], labels: &[(&[u8], T)]) -> (Option<(T, &'a [u8])>, &'a [u8]) {
    let after = skip_separator(text);
    for (label, value) in labels {
        let Some((head, rest)) = after.split_at_checked(label.len()) else {
            continue;
        };
        if head.eq_ignore_ascii_case(label) {
            let (number, rest) = split_number(skip_separator(rest));
            return (Some((*value, number)), rest);
        }
    }
    (None, text)
}

/// Reads the post-release `-number`.
fn split_bare_post(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (number, rest) = split_number(text.strip_prefix(b"-")?);
    (!number.is_empty()).then_some((number, rest))
}

fn skip_separator(text: &[u8]) -> &[u8] {
    match text {
        [first, rest @ ..] if is_separator(*first) => rest,
        _ => text,
    }
}
