//! A small mirror of advisory feeds, in the upstreams' layout.

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use zip::write::SimpleFileOptions;

/// Writes feed files below a directory.
#[derive(Clone, Debug)]
pub struct MirrorBuilder(PathBuf);

impl MirrorBuilder {
    /// An empty mirror.
    pub fn new(directory: &Path) -> MirrorBuilder {
        MirrorBuilder(directory.to_owned())
    }

    /// With OSV documents of an ecosystem, as the zip that upstream serves.
    #[must_use]
    pub fn osv(self, ecosystem: &str, documents: &[&str]) -> MirrorBuilder {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (number, document) in documents.iter().enumerate() {
            zip.start_file(format!("{number}.json"), SimpleFileOptions::default())
                .expect("a name that is new");
            zip.write_all(document.as_bytes())
                .expect("memory takes all bytes");
        }
        let bytes = zip.finish().expect("memory takes all bytes").into_inner();
        self.file(&format!("osv/{ecosystem}/all.zip"), bytes)
    }

    /// With the Debian security tracker's JSON.
    #[must_use]
    pub fn debian(self, json: &str) -> MirrorBuilder {
        self.file("debian/tracker/data/json", json)
    }

    /// With one file of Alpine's secdb.
    #[must_use]
    pub fn alpine(self, branch: &str, repository: &str, json: &str) -> MirrorBuilder {
        self.file(&format!("alpine/secdb/{branch}/{repository}.json"), json)
    }

    /// With a year of NVD.
    #[must_use]
    pub fn nvd(self, year: i16, json: &str) -> MirrorBuilder {
        self.file(
            &format!("nvd/json/cve/2.0/nvdcve-2.0-{year}.json.gz"),
            crate::gzip(json.as_bytes()),
        )
    }

    /// With EPSS rows.
    #[must_use]
    pub fn epss(self, csv: &str) -> MirrorBuilder {
        self.file("epss/epss_scores-current.csv.gz", crate::gzip(csv.as_bytes()))
    }

    /// With CISA's catalogue.
    #[must_use]
    pub fn kev(self, json: &str) -> MirrorBuilder {
        self.file("kev/known_exploited_vulnerabilities.json", json)
    }

    /// With any file.
    #[must_use]
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> MirrorBuilder {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a path below the mirror"))
            .expect("a directory that can be made");
        fs::write(path, content).expect("a file that can be written");
        self
    }
}
