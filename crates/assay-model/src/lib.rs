//! The vocabulary: package URL, package, advisory, vulnerability, severity, diagnostic.
