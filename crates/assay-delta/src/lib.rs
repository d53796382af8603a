//! Inventories in the form that a service keeps, and what changed from one to the next.
//!
//! * *One form.* Whatever document an inventory comes in, what was read of it is written anew as `assay.inventory/1`, without
//!   a name. Reading that again gives the same bytes, so that an agent and its service have one digest for it.
//! * *A change is exact or nothing.* It says which digest it makes of which. Whoever applies it takes what comes out only with
//!   that digest, and reads it as if the whole had been sent.

mod change;
mod kept;

pub use change::{Change, ChangeError};
pub use kept::{DIGEST, Kept, KeptError};

/// The largest document that a change is made or applied to, in bytes; of larger ones the whole is sent.
pub const LARGEST: usize = 16 << 20;
