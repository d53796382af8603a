//! CVSS scores and severity bands.
