-- What holds now, for every inventory that a change may touch, in resources of each type that have it.
CREATE TEMPORARY TABLE IF NOT EXISTS truth (
    inventory BIGINT NOT NULL,
    resource_type TEXT NOT NULL,
    vulnerability BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    score BIGINT NOT NULL,
    fix TEXT NOT NULL,
    source TEXT NOT NULL,
    vendor_severity TEXT NOT NULL,
    title TEXT NOT NULL,
    verdict BIGINT NOT NULL,
    PRIMARY KEY (inventory, resource_type, vulnerability)
);
-- These inventories, and the types.
CREATE TEMPORARY TABLE IF NOT EXISTS held (
    inventory BIGINT NOT NULL,
    resource_type TEXT NOT NULL,
    PRIMARY KEY (inventory, resource_type)
);
-- The resources, or the vulnerabilities, that it is the whole truth about.
CREATE TEMPORARY TABLE IF NOT EXISTS touched (id BIGINT PRIMARY KEY);
-- What holds of each resource, with the finding that tells of it already; 0 for none.
CREATE TEMPORARY TABLE IF NOT EXISTS holding (
    scope BIGINT NOT NULL,
    resource BIGINT NOT NULL,
    vulnerability BIGINT NOT NULL,
    verdict BIGINT NOT NULL,
    finding BIGINT NOT NULL,
    PRIMARY KEY (resource, vulnerability)
);
-- The findings that change, and how they were before.
CREATE TEMPORARY TABLE IF NOT EXISTS changed (
    finding BIGINT PRIMARY KEY,
    scope BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    status BIGINT NOT NULL,
    verdict BIGINT NOT NULL
);
-- By how much the count of findings of a kind changes.
CREATE TEMPORARY TABLE IF NOT EXISTS difference (
    scope BIGINT NOT NULL,
    status BIGINT NOT NULL,
    verdict BIGINT NOT NULL,
    resource BIGINT NOT NULL,
    first_observed_at BIGINT NOT NULL,
    findings BIGINT NOT NULL
);
-- The findings whose layers are looked up anew.
CREATE TEMPORARY TABLE IF NOT EXISTS layered (finding BIGINT PRIMARY KEY);
