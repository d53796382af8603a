//! `assay scan` and `assay sbom`.
use crate::{Answer, cli};
pub(crate) fn scan(_options: &cli::Scan) -> anyhow::Result<Answer> {
    anyhow::bail!("soon")
}
pub(crate) fn sbom(_options: &cli::Sbom) -> anyhow::Result<Answer> {
    anyhow::bail!("soon")
}
