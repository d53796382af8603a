//! Fetching what a function is made of: its package or image, and its layers.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use assay_collector::{FunctionLayer, Target, layers_of_function};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    call::{AwsError, LAMBDA},
    estate::Site,
    images::Images,
};

/// Bytes of a package. Lambda takes 250 MiB unpacked.
const LARGEST: u64 = 512 << 20;

const LAYERS: [&str; 2] = ["2018-10-31", "layers"];

/// What was fetched, for as long as it is read.
pub(super) struct Fetched {
    pub(super) target: Target,
    _folder: TempDir,
}

/// Fetches what `get-function` tells of.
pub(super) fn fetch(images: &Images, site: &Site, told: &Value) -> Result<Fetched, AwsError> {
    let folder = TempDir::new().map_err(|error| failed(&error))?;
    let code = &told["Code"];
    let image = code["ResolvedImageUri"].as_str().or(code["ImageUri"].as_str());
    let target = match image {
        Some(image) => images.of_function(site, image)?,
        None => {
            let file = folder.path().join("function.zip");
            download(site, &code["Location"], &file)?;
            let mut layers = Vec::new();
            for (number, arn) in layers_of_function(told).into_iter().enumerate() {
                let path = [LAYERS[0], LAYERS[1]];
                let asked = [("find", "LayerVersion"), ("Arn", arn.as_str())];
                let layer = site.place.rest(&LAMBDA, "GetLayerVersionByArn", &path, &asked)?;
                let file = folder.path().join(format!("layer-{number}.zip"));
                download(site, &layer["Content"]["Location"], &file)?;
                layers.push(FunctionLayer { file, arn });
            }
            Target::Function {
                package: file,
                layers,
            }
        }
    };
    Ok(Fetched {
        target,
        _folder: folder,
    })
}

fn download(site: &Site, location: &Value, into: &PathBuf) -> Result<(), AwsError> {
    let address = location.as_str().unwrap_or_default();
    let file = File::create(into).map_err(|error| failed(&error))?;
    let mut file = BufWriter::new(file);
    site.place.line().download(address, LARGEST, &mut file)?;
    file.flush().map_err(|error| failed(&error))
}

fn failed(error: &io::Error) -> AwsError {
    AwsError::Unreachable {
        host: "the directory for temporary files".to_owned(),
        message: error.to_string(),
    }
}
