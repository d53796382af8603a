//! The continual loop: a change to inventory, intelligence, policy or time; the keys that it touches; findings and what is
//! owed of them.

mod describe;
mod error;
mod intelligence;

pub use describe::{Describe, Described};
pub use error::{EngineError, Result};
pub use intelligence::{Current, Intelligence};
