//! Lines of a stream, without their ends, each held to a length.

use std::io::{self, BufRead, BufReader, Read};

use assay_artifacts::{Content, Entry};
use assay_model::DiagnosticCode;

use crate::Facts;

/// Bytes of a line that are kept; the rest of a longer one is dropped.
const LONGEST: usize = 64 << 10;

/// Reads lines into one buffer.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: R) -> Lines<R> {
        Lines {
            input: BufReader::with_capacity(16 << 10, input),
            line: Vec::new(),
        }
    }

    /// The next line without `\n` or `\r\n`; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let mut seen_any = false;
        loop {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                break;
            }
            seen_any = true;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            let room = LONGEST.saturating_sub(self.line.len()).min(part.len());
            self.line.extend_from_slice(part.get(..room).unwrap_or_default());
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !seen_any {
            return Ok(None);
        }
        Ok(Some(self.line.strip_suffix(b"\r").unwrap_or(&self.line)))
    }
}

/// Reads a file of at most `limit` bytes line by line; whatever goes wrong becomes a diagnostic.
pub(crate) fn by_lines(
    entry: &Entry<'_>,
    content: &mut Content<'_>,
    limit: u64,
    facts: &mut Facts,
    read: impl FnOnce(&mut Lines<&mut dyn Read>, &mut Facts) -> io::Result<()>,
) {
    if entry.size > limit {
        let size = entry.size;
        let message = format!("the file has {size} bytes, more than the {limit} that are read");
        facts.diagnostic(DiagnosticCode::LimitReached, message);
        return;
    }
    let outcome = match content.stream() {
        Ok(mut stream) => read(&mut Lines::new(&mut stream), facts),
        Err(error) => return facts.failed(&error),
    };
    if let Err(error) = outcome {
        facts.broke_off(&error);
    }
}

/// A header or field `Key: value`: key and value without the blanks around.
pub(crate) fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    Some((
        line.get(..colon)?.trim_ascii(),
        line.get(colon + 1..)?.trim_ascii(),
    ))
}

/// Bytes as text, what is not UTF-8 replaced.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &[u8], expected: &[&[u8]]) {
        let mut lines = Lines::new(input);
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push(line.to_vec());
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn ends_of_lines() {
        check(b"", &[]);
        check(b"a", &[b"a"]);
        check(b"a\nb\r\n\nc", &[b"a", b"b", b"", b"c"]);
        check(b"a\n", &[b"a"]);
        let long = vec![b'x'; 100_000];
        check(&[&long[..], b"\ny"].concat(), &[&long[..LONGEST], b"y"]);
    }
}
