//! Persistence on SQLite and PostgreSQL. The only crate that knows SQL.
//!
//! What to know first:
//!
//! * *One text for both engines.* Statements have `$n` placeholders; times are microseconds in integers, JSON is text. What
//!   differs stands behind [`Dialect`].
//! * *Assessed once.* A package is a *subject*, kept once however many inventories have it; which vulnerabilities it has hangs
//!   on the subject. An inventory is kept once by its digest, however many resources have it. A finding is the life cycle
//!   alone: since when, in which state. What all packages of a resource say together is drawn from these by SQL.
//! * *Set by set.* Findings change in a handful of statements, however many they are ([`Database::apply`],
//!   [`Database::take_up`]); each change is numbered in the same transaction, and that row is history, feed and event in one.
//! * *No versions, no scores.* SQL compares neither; that is worked out before, by the one matcher.
//! * *Isolation.* Whatever belongs to an account is asked for by its [`ScopeId`]; there is no way to ask without.

mod aggregation;
mod assessment;
mod call;
mod configured;
mod consistency;
mod coverage;
mod criteria;
mod database;
mod document_scan;
mod encryption_key;
mod error;
mod evidence;
mod figures;
mod filter;
mod finding;
mod function;
mod generation;
mod generation_news;
mod identity;
mod in_use;
mod inventory;
mod job;
pub mod kind;
mod life;
mod machine_image;
mod narrow;
mod network;
mod on_demand;
mod organization;
mod people;
#[cfg(test)]
mod plans;
mod preview;
mod push;
mod recount;
mod registry;
mod remedy;
mod report;
mod rescan;
mod resource;
mod schema;
mod scope;
mod service_level;
mod sign_in_code;
mod snapshot;
mod statement;
mod trend;
mod turn;
mod usage;

pub use aggregation::{Aggregate, Aggregates, Aggregation, GroupSort, Grouping, SeverityCounts};
pub use assessment::{Assessed, Subject, SubjectMatch, Unassessed, Vulnerability};
pub use call::{CallFilter, CallOutcome, StoredCall};
pub use coverage::{CoverageGroup, Covered};
pub use database::{Database, Dialect, Place};
pub use error::{Result, StoreError};
pub use figures::Figures;
pub use filter::{Filter, MOST_FILTERS};
pub use finding::{
    Bulk, Cause, Change, Direction, FindingId, Page, Portion, Position, ResourceId, ScopeId, Settled, Sort,
    Sorting, StoredFinding, StoredPackage,
};
pub use generation::Generation;
pub use generation_news::{GenerationEffect, GenerationNews, NewVulnerabilities, TOLD_GENERATIONS};
pub use identity::{StoredAccount, StoredKey, StoredPerson};
pub use in_use::{ClusterUse, RunImage, Runs, Teller, Workload};
pub use inventory::{Attribute, NewInventory, NewResource, NewSubject};
pub use job::{ASSESS, Failure, Job, REPORT, ROLL_OUT};
pub use network::{NetworkKind, NetworkList, NewNetworkKind};
pub use on_demand::{OnDemandScan, ScanProgress};
pub use organization::{Belonging, MOST_MEMBERS, Member, MemberList, MemberStatus, Organization};
pub use people::{MOST_KEYS, OfRole};
pub use preview::{Fixes, Preview, Proposal};
pub use push::{Basis, Content, Kept, NotTaken, PushOutcome, Pushed};
pub use registry::{RegistryRule, RegistryScanType, RegistryScanning, Repository, ScanFrequency};
pub use remedy::Remedy;
pub use report::{Hold, NewReport, ReportEnd, ReportFile, ReportKind, StoredReport};
pub use rescan::{INDEX_DIGEST, Pull};
pub use resource::{InUse, StoredInventory, StoredResource};
pub use sign_in_code::StoredSignInCode;
pub use snapshot::verify_copy;
pub use trend::Trend;
pub use usage::Usage;
