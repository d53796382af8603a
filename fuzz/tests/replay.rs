//! Every seed of every target, and some hundred fixed mutations of each.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use assay_fuzz::{TARGETS, mutate, seeds};
use fastrand::Rng;

/// Bytes that are tried on one target in all: large seeds get fewer mutations.
const BUDGET: usize = 24 << 20;

fn replay(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let seeds = seeds(name).unwrap();
    assert!(!seeds.is_empty(), "{name} has no seeds");
    for seed in &seeds {
        (target.run)(seed);
        let count = (BUDGET / seeds.len() / (seed.len() + 1024)).min(300);
        let mut rng = Rng::with_seed(seed.len() as u64);
        for _ in 0..count {
            (target.run)(&mutate(seed, &seeds, &mut rng));
        }
    }
}

macro_rules! replays {
    ($($function:ident $name:literal;)*) => {
        $(#[test]
        fn $function() {
            replay($name);
        })*

        #[test]
        fn no_target_is_left_out() {
            assert_eq!([$($name),*].as_slice(), TARGETS.map(|target| target.name).as_slice());
        }
    };
}

replays! {
    image "image";
    archive "archive";
    analysers "analysers";
    jar_index "jar-index";
    documents "documents";
    storage "storage";
    containerd "containerd";
    containers "containers";
    kubeconfig "kubeconfig";
    disk "disk";
    xfs "xfs";
    vmdk "vmdk";
    volume_group "volume-group";
    feeds "feeds";
    sbom "sbom";
    layer_record "layer-record";
    index "index";
    versions "versions";
    purl "purl";
    cvss "cvss";
    image_reference "image-reference";
    claim "claim";
    route "route";
    document "document";
    scan_sbom "scan-sbom";
}
