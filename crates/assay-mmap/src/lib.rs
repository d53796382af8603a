//! Read-only memory maps of immutable files; the only crate with unsafe code.
