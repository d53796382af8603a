//! Go's build information: the compiler's version and the modules that were linked in.
//!
//! Source: the packages `debug/buildinfo` and `runtime/debug` of Go. Since Go 1.18 the two texts follow the mark;
//! before, there are pointers to them. The traps: the list is wrapped in 16 bytes of sentinel on either side; a
//! module may be replaced by another, or by a directory that nobody else knows; a program built in its own
//! repository has the version `(devel)`.

use assay_model::{DiagnosticCode, Purl};

use super::image::{Image, Known, Width, word};
use crate::{
    Facts, FoundPackage, analysers::go_version::standard_library, binary_file::FormatError,
    byte_order::ByteOrder,
};

const MAGIC: &[u8] = b"\xff Go buildinf:";
/// The mark is aligned to this.
const ALIGNMENT: usize = 16;
/// Bytes before the texts.
const HEADER: usize = 32;
/// Bytes of build information that are read.
const LARGEST: u64 = 16 << 20;
/// Bytes of data that are searched where there is no section for it; the linker puts it first.
const MOST_SEARCHED: u64 = 1 << 20;
/// What is on either side of the list of modules.
const SENTINEL: usize = 16;

/// Takes down the packages of a Go program; of any other nothing.
pub(super) fn read(image: &Image<'_>, facts: &mut Facts) -> Result<(), FormatError> {
    let Some((version, modules)) = texts(image)? else {
        return Ok(());
    };
    if let Some(version) = standard_library(&version) {
        facts.package(FoundPackage::language(Purl::new("golang", "stdlib", &version)));
    }
    modules_of(&modules, facts);
    Ok(())
}

/// The version of Go and the list of modules.
fn texts(image: &Image<'_>) -> Result<Option<(String, String)>, FormatError> {
    let Some(info) = find(image)? else {
        return Ok(None);
    };
    let broken = || FormatError::malformed("it is cut off");
    let (width, flags) = match info.get(14..HEADER) {
        Some([4, flags, ..]) => (Width::Bits32, *flags),
        // The size of pointers is not stated where there are none.
        Some([_, flags, ..]) => (Width::Bits64, *flags),
        _ => return Err(broken()),
    };
    if flags & 2 != 0 {
        let mut rest = info.get(HEADER..).ok_or_else(broken)?;
        let version = inline_text(&mut rest).ok_or_else(broken)?;
        let modules = inline_text(&mut rest).ok_or_else(broken)?;
        return Ok(Some((text(version), text(unwrap(modules)))));
    }
    let order = if flags & 1 != 0 {
        ByteOrder::Big
    } else {
        ByteOrder::Little
    };
    let size = if width == Width::Bits32 { 4 } else { 8 };
    let pointed = |at: usize| -> Result<Vec<u8>, FormatError> {
        let word_at = |bytes: &[u8], at| word(order, width, bytes, at).ok_or_else(broken);
        let pointer = word_at(&info, at)?;
        if pointer == 0 {
            return Ok(Vec::new());
        }
        // To a pointer and a length.
        let string = image.at_address(pointer, 2 * size as u64)?;
        let (address, len) = (word_at(&string, 0)?, word_at(&string, size)?);
        if len == 0 {
            return Ok(Vec::new());
        }
        if len > LARGEST {
            return Err(FormatError::LimitReached("it is too large".into()));
        }
        image.at_address(address, len)
    };
    let (version, modules) = (pointed(16)?, pointed(16 + size)?);
    Ok(Some((text(&version), text(unwrap(&modules)))))
}

/// The build information from its mark on.
fn find(image: &Image<'_>) -> Result<Option<Vec<u8>>, FormatError> {
    let (section, limit) = match image.section(Known::GoBuildInfo) {
        Some(section) => (section, LARGEST),
        None => match image.section(Known::Data) {
            Some(section) => (section, MOST_SEARCHED),
            None => return Ok(None),
        },
    };
    let mut content = image.content(section, limit)?;
    let at = content
        .chunks(ALIGNMENT)
        .position(|chunk| chunk.starts_with(MAGIC))
        .map(|at| at * ALIGNMENT);
    let Some(at) = at else {
        return Ok(None);
    };
    if section.name == Known::Data {
        content = image.content(section, LARGEST)?;
    }
    content.drain(..at);
    Ok(Some(content))
}

/// A text led by its length, a number of seven bits a byte, the lowest first.
fn inline_text<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let mut len: usize = 0;
    for shift in (0..28).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        len |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let (text, after) = rest.split_at_checked(len)?;
            *rest = after;
            return Some(text);
        }
    }
    None
}

/// The list without its sentinels; without those it is none.
fn unwrap(modules: &[u8]) -> &[u8] {
    let end = modules.len().saturating_sub(SENTINEL);
    match modules.get(SENTINEL..end) {
        Some(list) if list.ends_with(b"\n") => list,
        _ => &[],
    }
}

fn text(bytes: &[u8]) -> String {
    crate::lines::text(bytes)
}

/// Takes down the modules of a list: lines of fields parted by tabs.
fn modules_of(list: &str, facts: &mut Facts) {
    let mut modules: Vec<(&str, &str)> = Vec::new();
    let mut replaced_locally = 0;
    for line in list.lines() {
        let mut fields = line.split('\t');
        let kind = fields.next().unwrap_or_default();
        let module = (
            fields.next().unwrap_or_default(),
            fields.next().unwrap_or_default(),
        );
        match kind {
            "mod" | "dep" => modules.push(module),
            "=>" => {
                modules.pop();
                if is_local(module) {
                    replaced_locally += 1;
                } else {
                    modules.push(module);
                }
            }
            _ => {}
        }
    }
    for (path, version) in modules {
        if path.is_empty() || version.is_empty() || version == "(devel)" {
            continue;
        }
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !name.is_empty() {
            let purl = Purl::new("golang", name, version).with_namespace(namespace);
            facts.package(FoundPackage::language(purl));
        }
    }
    if replaced_locally > 0 {
        let message =
            format!("{replaced_locally} Go modules were replaced by local directories and cannot be matched");
        facts.diagnostic(DiagnosticCode::Unidentified, message);
    }
}

/// Whether a replacement is a directory rather than a module.
fn is_local((path, version): (&str, &str)) -> bool {
    path.starts_with(['.', '/']) || version.is_empty() || version == "(devel)"
}
