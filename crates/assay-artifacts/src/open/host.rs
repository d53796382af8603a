//! The disks of a host, put together.

use std::{
    fs::{self, File},
    os::unix::fs::FileTypeExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use assay_disks::Device;
use assay_model::{Artifact, ArtifactKind};

use super::tree_of;
use crate::{
    ArtifactError, OpenOptions, Tree,
    disk::{Disks, disk_error, read_limit},
    error,
    fetched::Fetched,
    nodes::Nodes,
    parts::open_regular,
    tree::TreeForm,
};

/// A disk of a host.
#[derive(Clone)]
pub struct HostDisk {
    name: String,
    node: Option<String>,
    content: Content,
}

/// Where the bytes of a disk are.
#[derive(Clone)]
enum Content {
    /// In an image, or on a block device.
    File(PathBuf),
    Device(Arc<dyn Device>),
}

impl HostDisk {
    /// A disk in a file, whatever the format, or a block device.
    pub fn file(path: &Path) -> HostDisk {
        HostDisk {
            name: error::quoted(path),
            node: None,
            content: Content::File(path.to_owned()),
        }
    }

    /// A disk that is no file, such as one that is fetched in pieces, and what messages call it. As much is read of it as
    /// [`Device::held`] explains, and when it fails with [`DiskError::Io`](crate::DiskError::Io), so does reading the host: what
    /// did not come is not taken for what is not there.
    pub fn device(name: &str, device: Arc<dyn Device>) -> HostDisk {
        HostDisk {
            name: name.to_owned(),
            node: None,
            content: Content::Device(device),
        }
    }

    /// Says what the host calls the disk, such as `/dev/sdf`, which its `fstab` may name. Disks of which that is not said have
    /// names in the order in which they are given, from `/dev/sda` or `/dev/nvme0n1` on.
    #[must_use]
    pub fn known_as(mut self, node: &str) -> HostDisk {
        self.node = Some(node.to_owned());
        self
    }

    fn open(
        &self,
        fetched: &mut Vec<Arc<Fetched>>,
        options: &OpenOptions,
    ) -> Result<Arc<dyn Device>, ArtifactError> {
        let path = match &self.content {
            Content::File(path) => path,
            Content::Device(device) => {
                let device = Arc::new(Fetched::new(self.name.clone(), Arc::clone(device)));
                fetched.push(Arc::clone(&device));
                return Ok(assay_disks::meter(device, read_limit(&options.limits)));
            }
        };
        let failed = |error| ArtifactError::from_open(path, error);
        let is_block_device = fs::metadata(path).map_err(failed)?.file_type().is_block_device();
        let file = match is_block_device {
            true => File::open(path).map_err(failed)?,
            false => open_regular(path).map_err(failed)?.0,
        };
        image(file, Some(path), &self.name, options)
    }
}

impl std::fmt::Debug for HostDisk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostDisk")
            .field("name", &self.name)
            .field("node", &self.node)
            .finish_non_exhaustive()
    }
}

/// Opens the disks of one host under a name. The one with the system leads to where the others belong, by its `fstab`; logical
/// volumes may lie across them.
///
/// # Errors
///
/// When a disk is not there, cannot be read or fetched or is in no format that is known, or none holds a file system that is.
pub fn open_host(name: &str, disks: &[HostDisk], options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let nodes = Nodes::new(disks.iter().map(|disk| disk.node.as_deref()));
    let mut fetched = Vec::new();
    let opened: Vec<assay_disks::Disk> = disks
        .iter()
        .map(|disk| {
            Ok(assay_disks::Disk {
                name: disk.name.clone(),
                device: disk.open(&mut fetched, options)?,
            })
        })
        .collect::<Result<_, ArtifactError>>()?;
    let place = match disks {
        [disk] => disk.name.clone(),
        _ => name.to_owned(),
    };
    tree(name, &opened, (nodes, fetched), place, options)
}

pub(super) fn image(
    file: File,
    path: Option<&Path>,
    place: &str,
    options: &OpenOptions,
) -> Result<Arc<dyn Device>, ArtifactError> {
    assay_disks::open_image(file, path, read_limit(&options.limits)).map_err(|error| disk_error(error, place))
}

pub(super) fn tree(
    name: &str,
    disks: &[assay_disks::Disk],
    (nodes, fetched): (Nodes, Vec<Arc<Fetched>>),
    place: String,
    options: &OpenOptions,
) -> Result<Tree, ArtifactError> {
    let mut diagnostics = Vec::new();
    let disks = Disks::open(disks, nodes, fetched, place, &mut diagnostics)?;
    let artifact = Artifact::new(name, ArtifactKind::Disk);
    Ok(Tree {
        diagnostics,
        ..tree_of(artifact, TreeForm::Disks(disks), options)
    })
}
