//! One module an upstream format, each to advisories and enrichment; incremental download.
