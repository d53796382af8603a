//! The compiled advisory database: build, open, look up, search, compare generations.
