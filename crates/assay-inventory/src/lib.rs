//! File tree to packages with evidence and diagnostics, one module a package manager.
