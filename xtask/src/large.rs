//! Inputs of a size that memory must not follow: an image layer of three million files, a long bill of materials.

use std::{
    fs,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use serde_json::json;

const FILES: u32 = 3_000_000;
/// Components of a bill of some 10 MB.
const COMPONENTS: u32 = 36_000;

/// A docker archive with one gzip layer.
pub(crate) fn many_files(path: &Path) -> Result<()> {
    let layer_path = path.with_extension("layer");
    let encoder = GzEncoder::new(
        BufWriter::new(fs::File::create(&layer_path)?),
        Compression::fast(),
    );
    let mut layer = tar::Builder::new(BufWriter::with_capacity(1 << 20, encoder));
    let release = "ID=debian\nVERSION_ID=\"12\"\n";
    append(&mut layer, "etc/os-release", release.as_bytes())?;
    for number in 0..FILES {
        // Among a thousand files one that is a package, and many that are programs.
        let directory = format!("data/{:03}/{:03}", number / 1_000_000, number / 1000 % 1000);
        match number % 1000 {
            0 => {
                let name = format!("srv/node_modules/package-{}/package.json", number / 1000);
                let content = format!("{{\"name\":\"package-{}\",\"version\":\"1.0.0\"}}", number / 1000);
                append(&mut layer, &name, content.as_bytes())?;
            }
            _ => append(&mut layer, &format!("{directory}/file-{number}.dat"), b"")?,
        }
    }
    layer.into_inner()?.into_inner()?.finish()?.flush()?;
    let mut archive = tar::Builder::new(fs::File::create(path)?);
    archive.append_path_with_name(&layer_path, "layer.tar")?;
    fs::remove_file(layer_path)?;
    let config = json!({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": ["sha256:0"]}});
    append(&mut archive, "config.json", config.to_string().as_bytes())?;
    let manifest =
        json!([{"Config": "config.json", "RepoTags": ["example/many:1"], "Layers": ["layer.tar"]}]);
    append(&mut archive, "manifest.json", manifest.to_string().as_bytes())?;
    archive.into_inner()?.flush()?;
    Ok(())
}

fn append(archive: &mut tar::Builder<impl Write>, name: &str, content: &[u8]) -> Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o755);
    archive.append_data(&mut header, name, content)?;
    Ok(())
}

/// A CycloneDX document.
pub(crate) fn sbom(path: &Path) -> Result<()> {
    let components: Vec<_> = (0..COMPONENTS)
        .map(|number| {
            let (name, version) = (format!("component-{number}"), format!("1.{}.{}", number / 100, number % 100));
            json!({
                "type": "library", "bom-ref": format!("r{number}"), "name": name, "version": version,
                "purl": format!("pkg:npm/{name}@{version}"),
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "properties": [{"name": "path", "value": format!("srv/app/node_modules/{name}/package.json")}],
            })
        })
        .collect();
    let document =
        json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components});
    fs::write(path, serde_json::to_vec(&document)?)?;
    Ok(())
}
