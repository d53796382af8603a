//! SQLite databases with rpm's table.

const FILE_HEADER: usize = 100;
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

/// Builds an `rpmdb.sqlite`.
///
/// Source: "Database File Format" of the SQLite documentation.
#[derive(Clone, Copy, Debug)]
pub struct SqliteBuilder {
    page_size: usize,
}

impl SqliteBuilder {
    /// A database of pages of this size: a power of two from 512 to 65536.
    pub fn new(page_size: usize) -> SqliteBuilder {
        SqliteBuilder { page_size }
    }

    /// The database of these headers.
    pub fn build(&self, headers: &[Vec<u8>]) -> Vec<u8> {
        let mut pages = Pages {
            size: self.page_size,
            // The schema and the root of the table, filled in at the end.
            pages: vec![Vec::new(); 2],
        };
        let mut nodes = Vec::new();
        let mut leaf = Node::new(LEAF, self.page_size);
        let last_row = headers.len().max(1) as u64;
        for (row, header) in (1..).zip(headers) {
            // The number of a row stands in its key, not in its column.
            let record = record(&[(0, &[]), (header.len() as u64 * 2 + 12, header)]);
            let cell = pages.cell(row, &record);
            if !leaf.takes(&cell) {
                let full = std::mem::replace(&mut leaf, Node::new(LEAF, self.page_size));
                nodes.push((pages.add(full.finish(0, None)), row - 1));
            }
            leaf.put(&cell);
        }
        nodes.push((pages.add(leaf.finish(0, None)), last_row));
        while nodes.len() > 1 {
            nodes = pages.level_above(&nodes);
        }
        let root: u32 = 2;
        pages.pages[1] = pages.pages.pop().expect("the root, made last");
        let mut schema = Node::new(LEAF, self.page_size - FILE_HEADER);
        let sql = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)";
        for (row, kind, name, sql) in [
            (1, "index", "Packages", ""),
            (2, "table", "Name", ""),
            (3, "table", "Packages", sql),
        ] {
            let text = |text: &'static str| (text.len() as u64 * 2 + 13, text.as_bytes());
            let row_root = if row == 3 { root } else { 1 };
            let columns = [
                text(kind),
                text(name),
                text(name),
                (4, &row_root.to_be_bytes()[..]),
                text(sql),
            ];
            schema.put(&pages.cell(row, &record(&columns)));
        }
        let mut first = b"SQLite format 3\0".to_vec();
        // 1 stands for the size that does not fit.
        let size = u16::try_from(self.page_size).unwrap_or(1);
        first.extend_from_slice(&size.to_be_bytes());
        first.extend_from_slice(&[1, 1, 0, 64, 32, 32]);
        first.resize(FILE_HEADER, 0);
        // Offsets in the first page count from its start, before the header.
        first.extend_from_slice(&schema.finish(FILE_HEADER, None));
        pages.pages[0] = first;
        pages.pages.concat()
    }
}

struct Pages {
    size: usize,
    pages: Vec<Vec<u8>>,
}

impl Pages {
    /// Adds a page and gives its number, counted from 1.
    fn add(&mut self, mut page: Vec<u8>) -> u32 {
        page.resize(self.size, 0);
        self.pages.push(page);
        u32::try_from(self.pages.len()).expect("a small database")
    }

    /// A cell of a leaf, its overflow pages added.
    fn cell(&mut self, row: u64, record: &[u8]) -> Vec<u8> {
        let size = self.size;
        let most = size - 35;
        let least = (size - 12) * 32 / 255 - 23;
        let local = match record.len() {
            len if len <= most => len,
            len => match least + (len - least) % (size - 4) {
                local if local <= most => local,
                _ => least,
            },
        };
        let mut cell = varint(record.len() as u64);
        cell.extend(varint(row));
        cell.extend_from_slice(&record[..local]);
        let mut next: u32 = 0;
        let chunks: Vec<&[u8]> = record[local..].chunks(size - 4).collect();
        for chunk in chunks.iter().rev() {
            next = self.add([&next.to_be_bytes(), *chunk].concat());
        }
        if next != 0 {
            cell.extend_from_slice(&next.to_be_bytes());
        }
        cell
    }

    /// Pages over pages, each with the largest row below it.
    fn level_above(&mut self, below: &[(u32, u64)]) -> Vec<(u32, u64)> {
        let mut above = Vec::new();
        let mut rest = below;
        while let Some((&(mut last, mut last_row), others)) = rest.split_first() {
            rest = others;
            let mut node = Node::new(INTERIOR, self.size);
            while let Some(((page, row), others)) = rest.split_first() {
                let cell = [&last.to_be_bytes()[..], &varint(last_row)].concat();
                if !node.takes(&cell) {
                    break;
                }
                node.put(&cell);
                (last, last_row) = (*page, *row);
                rest = others;
            }
            above.push((self.add(node.finish(0, Some(last))), last_row));
        }
        above
    }
}

/// A page of a tree.
struct Node {
    kind: u8,
    room: usize,
    cells: Vec<Vec<u8>>,
}

impl Node {
    fn new(kind: u8, size: usize) -> Node {
        Node {
            kind,
            room: size - 12,
            cells: Vec::new(),
        }
    }

    fn takes(&self, cell: &[u8]) -> bool {
        cell.len() + 2 <= self.room
    }

    fn put(&mut self, cell: &[u8]) {
        self.room -= cell.len() + 2;
        self.cells.push(cell.to_vec());
    }

    /// The page, whose offsets count from `shift` bytes before it.
    fn finish(self, shift: usize, rightmost: Option<u32>) -> Vec<u8> {
        let size = 12 + self.room + self.cells.iter().map(|cell| cell.len() + 2).sum::<usize>();
        let mut content = Vec::new();
        let mut pointers = Vec::new();
        for cell in &self.cells {
            content.splice(0..0, cell.iter().copied());
            let offset = u16::try_from(size - content.len() + shift).expect("within a page");
            pointers.extend_from_slice(&offset.to_be_bytes());
        }
        let mut page = vec![self.kind, 0, 0];
        page.extend_from_slice(&u16::try_from(self.cells.len()).expect("few cells").to_be_bytes());
        // 0 stands for 65536.
        let start = u16::try_from(size - content.len() + shift).unwrap_or(0);
        page.extend_from_slice(&start.to_be_bytes());
        page.push(0);
        if let Some(rightmost) = rightmost {
            page.extend_from_slice(&rightmost.to_be_bytes());
        }
        page.extend_from_slice(&pointers);
        page.resize(size - content.len(), 0);
        page.extend_from_slice(&content);
        page
    }
}

/// A row of columns, each a serial type and its bytes.
fn record(columns: &[(u64, &[u8])]) -> Vec<u8> {
    let types: Vec<u8> = columns
        .iter()
        .flat_map(|(serial_type, _)| varint(*serial_type))
        .collect();
    let mut record = varint(types.len() as u64 + 1);
    record.extend_from_slice(&types);
    for (_, bytes) in columns {
        record.extend_from_slice(bytes);
    }
    record
}

fn varint(number: u64) -> Vec<u8> {
    let mut bytes = vec![(number & 0x7f) as u8];
    let mut rest = number >> 7;
    while rest > 0 {
        bytes.insert(0, (rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes
}
