//! Our own routes below `/assay/v1`, for what Inspector's API has no words for.
//!
//! What to know first:
//!
//! * Routes are signed, refused, logged and counted like the operations of the API; the shell sees to that.
//! * A route and its description are one thing: the router and the OpenAPI document (`/assay/v1/openapi.json`) are made of
//!   one list, and types of requests and answers describe themselves. Shapes of Inspector's come from its model.
//! * What a route answers is its caller's own account's, in the region of the request; a delegated administrator's
//!   explanations reach its members.

mod accounts;
mod agents;
mod answer;
mod backup;
mod calls;
mod change;
mod clusters;
mod containers;
mod description;
mod document;
mod explain;
mod feed;
mod filters;
mod fixes;
mod gaps;
mod images;
mod intelligence;
mod inventory;
mod kept;
mod keys;
mod kind;
mod mark;
mod network;
mod packages;
mod preview;
mod problem;
mod push;
mod reports;
mod request;
mod resources;
mod routes;
mod running;
mod scans;
mod sessions;
mod shapes;
mod take_up;
mod tellers;
mod trends;
mod users;

pub use routes::{Extensions, Routes, routes};
