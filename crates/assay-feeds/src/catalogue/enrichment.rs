//! Feeds about flaws rather than packages: scores, exploitation, decisions, and the dates of operating systems.

use super::{FeedFile, Format, Presence};
use crate::formats::endoflife::PRODUCTS;

const FIRST_NVD_YEAR: i16 = 2002;

pub(super) fn files(year: i16) -> Vec<FeedFile> {
    let mut files: Vec<FeedFile> = (FIRST_NVD_YEAR..=year).map(nvd).collect();
    files.push(FeedFile::published(
        "vulnrichment",
        "vulnrichment/vulnrichment-develop.zip",
        "https://github.com/cisagov/vulnrichment/archive/refs/heads/develop.zip",
        Format::Vulnrichment,
    ));
    files.extend(end_of_life());
    let epss = "epss_scores-current.csv.gz";
    files.push(
        FeedFile::published(
            "epss",
            &format!("epss/{epss}"),
            &format!("https://epss.empiricalsecurity.com/{epss}"),
            Format::Epss,
        )
        .with_presence(Presence::Required),
    );
    let kev = "known_exploited_vulnerabilities.json";
    files.push(
        FeedFile::published(
            "kev",
            &format!("kev/{kev}"),
            &format!("https://www.cisa.gov/sites/default/files/feeds/{kev}"),
            Format::KnownExploited,
        )
        .with_presence(Presence::Required),
    );
    files
}

/// The site serves a file a product; a mirror may hold all of them in one zip.
fn end_of_life() -> impl Iterator<Item = FeedFile> {
    let zip = FeedFile::published("endoflife", "endoflife/endoflife-api.zip", "", Format::EndOfLife);
    let products = PRODUCTS.iter().map(|product| {
        FeedFile::published(
            "endoflife",
            &format!("endoflife/api/{product}.json"),
            &format!("https://endoflife.date/api/{product}.json"),
            Format::EndOfLifeProduct(product),
        )
    });
    std::iter::once(zip).chain(products)
}

fn nvd(year: i16) -> FeedFile {
    let name = format!("nvdcve-2.0-{year}.json.gz");
    FeedFile::published(
        "nvd",
        &format!("nvd/json/cve/2.0/{name}"),
        &format!("https://nvd.nist.gov/feeds/json/cve/2.0/{name}"),
        Format::Nvd,
    )
    .with_presence(Presence::Optional)
}
