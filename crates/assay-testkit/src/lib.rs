//! Test inputs: small archives, package databases and binaries made on the fly.
