//! bbolt databases, as containerd keeps one.

const PAGE: usize = 4096;

/// What stands under a key of a bbolt database.
#[derive(Clone, Debug)]
pub enum BoltValue {
    /// A text.
    Text(String),
    /// A bucket with keys of its own, in order.
    Bucket(Vec<(String, BoltValue)>),
}

impl BoltValue {
    /// A text.
    pub fn text(text: &str) -> BoltValue {
        BoltValue::Text(text.to_owned())
    }

    /// A bucket with these entries.
    pub fn bucket<const N: usize>(entries: [(&str, BoltValue); N]) -> BoltValue {
        BoltValue::Bucket(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }
}

/// A bbolt database with these entries: a meta page, and one long page with everything.
pub fn bolt_database(entries: &[(&str, BoltValue)]) -> Vec<u8> {
    let entries: Vec<(String, BoltValue)> = entries
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    let mut bytes = vec![0; PAGE];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(16, &0xed0c_daed_u32.to_le_bytes());
    put(20, &2_u32.to_le_bytes());
    put(24, &u32::try_from(PAGE).unwrap_or_default().to_le_bytes());
    put(32, &1_u64.to_le_bytes());
    let mut root = page(&entries);
    let pages = root.len().div_ceil(PAGE);
    root.resize(pages * PAGE, 0);
    root[12..16].copy_from_slice(&length(pages - 1).to_le_bytes());
    bytes.extend(root);
    bytes
}

/// A leaf page with these entries; buckets lie within their values.
fn page(entries: &[(String, BoltValue)]) -> Vec<u8> {
    let mut elements = Vec::new();
    let mut rest = Vec::new();
    for (number, (key, value)) in entries.iter().enumerate() {
        let (kind, value) = match value {
            BoltValue::Text(text) => (0_u32, text.clone().into_bytes()),
            BoltValue::Bucket(entries) => (1, [vec![0; 16], page(entries)].concat()),
        };
        let position = (entries.len() - number) * 16 + rest.len();
        for field in [kind, length(position), length(key.len()), length(value.len())] {
            elements.extend(field.to_le_bytes());
        }
        rest.extend_from_slice(key.as_bytes());
        rest.extend(value);
    }
    let mut header = vec![0; 16];
    header[8..10].copy_from_slice(&2_u16.to_le_bytes());
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    header[10..12].copy_from_slice(&count.to_le_bytes());
    [header, elements, rest].concat()
}

fn length(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
