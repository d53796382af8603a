//! Inputs of tests.

use assay_assess::{CvssScore, Exploit, Vulnerability};
use assay_model::{CvssVersion, Standing};

/// A vulnerability of which nothing is known.
pub(crate) fn vulnerability(id: &str) -> Vulnerability {
    Vulnerability {
        id: id.to_owned(),
        aliases: Vec::new(),
        title: String::new(),
        description: String::new(),
        cvss: Vec::new(),
        epss: None,
        known_exploited: None,
        ssvc: None,
        exploit: Exploit::Unknown,
        cwes: Vec::new(),
        references: Vec::new(),
        standing: Standing::Valid,
        published: None,
        modified: None,
        words: Vec::new(),
    }
}

/// A score with a vector of its version.
pub(crate) fn score(source: &str, version: CvssVersion, tenths: u8) -> CvssScore {
    let vector = match version {
        CvssVersion::V2 => "AV:N/AC:L/Au:N/C:P/I:P/A:P",
        CvssVersion::V30 => "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        CvssVersion::V31 => "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        CvssVersion::V40 => "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    };
    CvssScore {
        source: source.to_owned(),
        version,
        vector: vector.to_owned(),
        tenths,
    }
}
