//! The targets, one function each.

mod artifacts;
mod containers;
mod disks;
mod documents;
mod feeds;
mod requests;
mod scans;
mod storages;
mod words;

/// A parser under test.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Parses; whatever comes of it is thrown away.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: [Target; 25] = [
    Target {
        name: "image",
        run: artifacts::image,
    },
    Target {
        name: "archive",
        run: artifacts::archive,
    },
    Target {
        name: "analysers",
        run: artifacts::analysers,
    },
    Target {
        name: "jar-index",
        run: artifacts::jar_index,
    },
    Target {
        name: "documents",
        run: storages::documents,
    },
    Target {
        name: "storage",
        run: storages::unpacked,
    },
    Target {
        name: "containerd",
        run: storages::names,
    },
    Target {
        name: "containers",
        run: containers::containers,
    },
    Target {
        name: "kubeconfig",
        run: containers::kubeconfig,
    },
    Target {
        name: "disk",
        run: disks::disk,
    },
    Target {
        name: "xfs",
        run: disks::xfs,
    },
    Target {
        name: "vmdk",
        run: disks::vmdk,
    },
    Target {
        name: "volume-group",
        run: disks::volume_group,
    },
    Target {
        name: "feeds",
        run: feeds::feeds,
    },
    Target {
        name: "sbom",
        run: documents::sbom,
    },
    Target {
        name: "layer-record",
        run: documents::layer_record,
    },
    Target {
        name: "index",
        run: documents::index,
    },
    Target {
        name: "versions",
        run: words::versions,
    },
    Target {
        name: "purl",
        run: words::purl,
    },
    Target {
        name: "cvss",
        run: words::cvss,
    },
    Target {
        name: "image-reference",
        run: words::image_reference,
    },
    Target {
        name: "claim",
        run: requests::claim,
    },
    Target {
        name: "route",
        run: requests::route,
    },
    Target {
        name: "document",
        run: requests::document,
    },
    Target {
        name: "scan-sbom",
        run: scans::scan_sbom,
    },
];
