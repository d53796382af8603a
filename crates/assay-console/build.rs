//! Takes the built console into the program: every file of `console/dist` as it is and compressed, with its type and digest.
//! Where the console was not built, a page that says so takes its place.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// The page where nothing leads further.
const INDEX: &str = "index.html";

/// Hexadecimal digits of a digest that tell two contents of a file apart.
const DIGEST_DIGITS: usize = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let console = here.join("../../console");
    let dist = console.join("dist");
    // Cargo looks at all that is below a directory. One that is to come is seen by the one that it comes into.
    let watched = if dist.is_dir() { &dist } else { &console };
    println!("cargo::rerun-if-changed={}", watched.display());
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=stub");
    let (content, root) = match dist.join(INDEX).is_file() {
        true => ("Built", dist),
        false => ("Stub", here.join("stub")),
    };
    let mut paths = Vec::new();
    list(&root, "", &mut paths)?;
    paths.sort();
    let mut code = format!("pub(crate) const CONTENT: Content = Content::{content};\n");
    code.push_str("pub(crate) static FILES: &[File] = &[\n");
    for (number, path) in paths.iter().enumerate() {
        let bytes = fs::read(root.join(path))?;
        embed(&out, number, path, &bytes, &mut code)?;
    }
    code.push_str("];\n");
    fs::write(out.join("files.rs"), code)?;
    Ok(())
}

/// The paths of all files below a directory, with `/` between their parts. Hidden ones are notes of what built the console.
fn list(directory: &Path, prefix: &str, paths: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name
            .to_str()
            .ok_or_else(|| format!("{} has a name that is not UTF-8", entry.path().display()))?;
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        match entry.file_type()?.is_dir() {
            true => list(&entry.path(), &format!("{path}/"), paths)?,
            false => paths.push(path),
        }
    }
    Ok(())
}

/// Puts a file beside the generated code, plain and where that is worth it compressed, and writes its entry. The copies keep
/// content and digest together while the console is built anew.
fn embed(
    out: &Path,
    number: usize,
    path: &str,
    bytes: &[u8],
    code: &mut String,
) -> Result<(), Box<dyn Error>> {
    fs::write(out.join(format!("{number}.plain")), bytes)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    let compressed = encoder.finish()?;
    let is_worth_it = compressed.len() < bytes.len() / 10 * 9;
    let gzip = match is_worth_it {
        true => {
            fs::write(out.join(format!("{number}.gzip")), compressed)?;
            format!("Some(include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{number}.gzip\")))")
        }
        false => "None".to_owned(),
    };
    let mut digest = String::new();
    for byte in Sha256::digest(bytes) {
        write!(digest, "{byte:02x}")?;
    }
    digest.truncate(DIGEST_DIGITS);
    writeln!(
        code,
        "    File {{\n        path: {path:?},\n        media_type: {:?},\n        digest: {digest:?},\n        \
         plain: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{number}.plain\")),\n        gzip: {gzip},\n    }},",
        media_type(path),
    )?;
    Ok(())
}

/// The media type of a file by its name. What is not known here is nothing that a browser should make anything of.
fn media_type(path: &str) -> &'static str {
    let (_, extension) = path.rsplit_once('.').unwrap_or_default();
    match extension {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
