//! A collector: watches registries, disks of hosts and packages of functions, and tells a service what they have; and clusters of
//! Kubernetes, and tells which images they run.
//!
//! * *The service decides.* An image is told of first, by what its manifest says. Whether its layers are read, the service
//!   says: its repository may not be scanned, or the image may have expired. What it still wants it is asked for, so that nothing
//!   is lost with a collector: it keeps no queue, and what it keeps can be found again.
//! * *Notifications only make us look.* They are quick and may be lost or forged; a registry is looked at from time to time too.
//! * *Content is read once.* What is read is named by digest, and a digest that the service has is not read again.
//! * *What is pulled by us is no use* of an image, and is not told as one.

mod collector;
mod configuration;
mod files;
mod hosts;
mod kubernetes;
mod notification;
mod reading;
mod receiver;
mod registry;
mod scanner;
mod service;
mod source;
mod state;

pub use collector::{Collector, CollectorError, Queue};
pub use configuration::{Configuration, ConfigurationError, Directory, Packages, Receiver, Registry};
pub use files::{describe_function, layers_of_function};
pub use hosts::Host;
pub use kubernetes::{AccessError, Cluster, ClusterError};
pub use notification::{Event, Happening, NotificationError, read as read_notification};
pub use reading::{FunctionLayer, ReadError, Reader, Target, Unreadable, UnreadableReason};
pub use receiver::{Inbox, routes};
pub use scanner::Scanner;
pub use service::{Keys, Reported, Service, Wish};
pub use source::{Item, Looked, Source, WatchError};
pub use state::StateFile;
