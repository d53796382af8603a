//! Inventory and intelligence to findings: the one matcher.
