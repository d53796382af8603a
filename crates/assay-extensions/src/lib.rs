//! Our own routes below `/assay/v1`, for what Inspector's API has no words for.

mod description;
mod feed;
mod inventory;
mod push;
mod routes;

pub use routes::{Extensions, large, small};
