//! A scan as JSON and as a table for people.
