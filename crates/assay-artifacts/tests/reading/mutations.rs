//! Archives with bytes changed, cut or swapped: any answer will do, but there is one.

use std::sync::LazyLock;

use assay_artifacts::{Limits, OpenOptions};
use assay_testkit::{ImageBuilder, LayerBuilder, Packing, gzip, zstd};
use proptest::prelude::*;

use crate::record::read_bytes;

static ARCHIVES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let long = "directory/".repeat(30) + "file";
    let layer = LayerBuilder::new()
        .file("etc/os-release", "ID=debian")
        .file(&long, "deep")
        .hard_link("link", "etc/os-release")
        .hard_link("other", "x.ignored")
        .symbolic_link("s", "etc")
        .whiteout("gone")
        .opaque("empty");
    let image = ImageBuilder::new()
        .layer(layer)
        .layer(LayerBuilder::new().file("b", "2"));
    let docker = image.docker_archive();
    vec![
        gzip(&docker),
        zstd(&docker),
        docker,
        image.oci(Packing::Plain).archive(),
        image.oci(Packing::Gzip).archive(),
        image.oci(Packing::Zstd).archive(),
    ]
});

fn read(bytes: &[u8]) {
    let limits = Limits {
        layer_bytes: 16 << 20,
        entries: 10_000,
        ..Limits::default()
    };
    let options = OpenOptions {
        limits,
        ..OpenOptions::default()
    };
    for prefix in ["", "docker-archive:", "oci:"] {
        let _ = read_bytes(bytes, prefix, &options).map_err(|error| error.to_string());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_bytes(which in 0..6_usize, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = ARCHIVES[which].clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        read(&bytes);
    }

    /// Headers whose checksum still holds get past the first gate.
    #[test]
    fn changed_headers(which in 2..4_usize, block in any::<prop::sample::Index>(), at in 0..512_usize, value in any::<u8>()) {
        let mut bytes = ARCHIVES[which].clone();
        let start = block.index(bytes.len() / 512) * 512;
        bytes[start + at] = value;
        bytes[start + 148..start + 156].fill(b' ');
        let sum: u32 = bytes[start..start + 512].iter().map(|byte| u32::from(*byte)).sum();
        bytes[start + 148..start + 155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        read(&bytes);
    }

    #[test]
    fn cut_and_joined(left in 0..6_usize, right in 0..6_usize, at in any::<prop::sample::Index>(), from in any::<prop::sample::Index>()) {
        let (left, right) = (&ARCHIVES[left], &ARCHIVES[right]);
        let joined = [&left[..at.index(left.len())], &right[from.index(right.len())..]].concat();
        read(&joined);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        read(&bytes);
    }
}
