//! The operations of the service: what each answers, out of the store and the intelligence in force.
//!
//! One file a group of operations. What to know first:
//!
//! * *The store decides what is found*, the intelligence what is said of it: severity, score, source, fix and title of a
//!   finding are those that filters and sorting see ([`describe()`]), everything else is read when it is shown.
//! * *Who may see what* is decided in one place, [`Service::scopes`]: one's own account in the region that is called, and
//!   for a delegated administrator the members'.
//! * *Nothing blocks the runtime*: whatever reads the intelligence file runs on a thread of its own.
//! * *Reports are made beside* what is asked meanwhile, by a [`Reporter`], portion by portion.
//! * *Names of findings are numbers in disguise* ([`FindingArns`]): they need no column and no index.

mod agents;
mod bill;
mod calls;
mod criteria;
mod describe;
mod fault;
mod figures;
mod finding_arn;
mod identities;
mod kept_inventory;
mod operations;
pub mod organization;
mod prices;
mod registry;
mod render;
mod reports;
mod resource;
mod service;
mod settings;
mod users;

pub use bill::inventory_of;
pub use calls::StoredCalls;
pub use describe::describe;
pub use fault::store_fault;
pub use figures::StoreFigures;
pub use finding_arn::FindingArns;
pub use identities::{
    StoredIdentities, sealed_from_text, sealed_to_text, standing, status_from_text, status_to_text,
    stored_key,
};
pub use kept_inventory::kept_inventory;
pub use operations::{DeepInspection, operations};
pub use prices::{PriceError, Prices};
pub use reports::{Reporter, destination_of, open_bucket};
pub use service::{OpenError, Service};
pub use users::{FirstKey, NewUser, UserWithKeys};
