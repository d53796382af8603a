//! What leaves the service as files: findings as CSV and JSON, bills of materials, and what all of it is called.
//!
//! Pure: shapes of the API and inventories become bytes. What to know first:
//!
//! * A finding is one row and one JSON object, made of the very shape that `ListFindings` answers, so that a report and a list
//!   agree.
//! * A spreadsheet must not run what a package is called: see [`FindingsCsv`].
//! * Bills of materials are those of `assay-sbom`, with what Inspector's exports have beside the packages.

mod bill;
mod csv_findings;
mod findings_file;
mod json_findings;
mod name;

pub use bill::{BillFormat, Flaw, ResourceBill, write_bill};
pub use csv_findings::{COLUMNS, FindingsCsv};
pub use findings_file::FindingsFile;
pub use json_findings::FindingsJson;
pub use name::{bill_folder, bill_name, report_name};
