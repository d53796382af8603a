//! Whatever can be opened, seen as layers of one read-only, streaming file tree.
