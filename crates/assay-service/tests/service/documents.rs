//! Documents that are made from what is registered.

use std::path::Path;

use assay_service::operations;

use crate::bench::Bench;

/// `docs/api-coverage.md` says what the service has; `cargo xtask api-coverage` writes it anew.
#[tokio::test(flavor = "multi_thread")]
async fn the_coverage_of_the_api_is_current() {
    let bench = Bench::start(None).await;
    let current = assay_api::api_coverage(&operations(bench.service.clone()).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api-coverage.md");
    if std::env::var_os("ASSAY_WRITE_DOCUMENTS").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == current,
        "docs/api-coverage.md is old; `cargo xtask api-coverage` writes it anew"
    );
    bench.stop().await;
}
