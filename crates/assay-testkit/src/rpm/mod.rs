//! rpm's databases in each of their forms.

mod berkeley;
mod header;
mod ndb;
mod sqlite;

pub use berkeley::BerkeleyBuilder;
pub use header::HeaderBuilder;
pub use ndb::NdbBuilder;
pub use sqlite::SqliteBuilder;
