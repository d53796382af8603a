//! PAX extended headers: `<length> <key>=<value>\n`, the length counting itself.
//!
//! Source: POSIX.1-2001 `pax`, "pax Extended Header"; GNU tar's manual for the `GNU.sparse.*` keys.

/// What the records say about the next entry.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Records {
    pub(crate) path: Option<Vec<u8>>,
    pub(crate) link: Option<Vec<u8>>,
    pub(crate) size: Option<u64>,
    pub(crate) sparse: Sparse,
}

/// Whether GNU tar left the holes of a file out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sparse {
    #[default]
    No,
    Yes,
}

/// Reads the records; `None` where the bytes break the format.
pub(crate) fn parse(mut bytes: &[u8]) -> Option<Records> {
    let mut records = Records::default();
    let mut real_name = None;
    while !bytes.is_empty() && bytes.first() != Some(&0) {
        let space = bytes.iter().take(20).position(|byte| *byte == b' ')?;
        let len: usize = std::str::from_utf8(bytes.get(..space)?).ok()?.parse().ok()?;
        let record = bytes.get(space + 1..len)?.strip_suffix(b"\n")?;
        bytes = bytes.get(len..)?;
        let equals = record.iter().position(|byte| *byte == b'=')?;
        let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
        match key {
            b"path" => records.path = Some(value.to_vec()),
            b"linkpath" => records.link = Some(value.to_vec()),
            b"size" => records.size = Some(std::str::from_utf8(value).ok()?.parse().ok()?),
            b"GNU.sparse.name" => real_name = Some(value.to_vec()),
            key if key.starts_with(b"GNU.sparse.") => records.sparse = Sparse::Yes,
            _ => {}
        }
    }
    if real_name.is_some() {
        records.path = real_name;
        records.sparse = Sparse::Yes;
    }
    Some(records)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "reads better in the table below")]
    fn check(bytes: &[u8], expected: Option<Records>) {
        assert_eq!(parse(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn records() {
        check(b"", Some(Records::default()));
        check(
            b"12 path=a/b\n",
            Some(Records {
                path: Some(b"a/b".to_vec()),
                ..Records::default()
            }),
        );
        check(
            b"13 path=a=b\n\n11 size=42\n",
            Some(Records {
                path: Some(b"a=b\n".to_vec()),
                size: Some(42),
                ..Records::default()
            }),
        );
        check(b"20 GNU.sparse.name=x\n", None);
        check(
            b"21 GNU.sparse.name=x\n",
            Some(Records {
                path: Some(b"x".to_vec()),
                sparse: Sparse::Yes,
                ..Records::default()
            }),
        );
        check(b"99 path=a\n", None);
        check(b"path=a\n", None);
        check(b"3 \n", None);
        check(b"0 path=a\n", None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse(&bytes);
        }
    }
}
