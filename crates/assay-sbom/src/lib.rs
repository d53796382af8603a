//! CycloneDX and SPDX documents to packages.
