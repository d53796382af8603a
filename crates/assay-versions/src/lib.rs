//! The order of versions and the meaning of ranges, one module an ecosystem, with order-preserving byte keys.
