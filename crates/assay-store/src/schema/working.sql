-- What holds now, for every (resource, vulnerability) that a change may touch.
CREATE TEMPORARY TABLE IF NOT EXISTS truth (
    resource BIGINT NOT NULL,
    vulnerability BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    score BIGINT NOT NULL,
    fix TEXT NOT NULL,
    source TEXT NOT NULL,
    vendor_severity TEXT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (resource, vulnerability)
);
-- The resources, or the vulnerabilities, that it is the whole truth about.
CREATE TEMPORARY TABLE IF NOT EXISTS touched (id BIGINT PRIMARY KEY);
-- The findings that change.
CREATE TEMPORARY TABLE IF NOT EXISTS changed (
    finding BIGINT PRIMARY KEY,
    scope BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    status BIGINT NOT NULL,
    severity_before BIGINT NOT NULL,
    score_before BIGINT NOT NULL
);
