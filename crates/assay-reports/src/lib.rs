//! A scan as JSON and as a table for people.
//!
//! JSON is a contract: versioned by its `schema` member, documented in `docs/scan-format.md`, byte-equal for equal
//! input. The tables are for reading only and may change.

pub mod intelligence;
mod inventory_json;
mod json;
mod layout;
mod scan_json;
mod scan_table;
mod view;

pub use inventory_json::write_inventory;
pub use scan_json::write_scan;
pub use scan_table::{Detail, write_table};
pub use view::{NotApplicable, Selection, select, select_among};
