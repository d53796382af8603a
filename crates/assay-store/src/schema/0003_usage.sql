-- What the service is used for, and what is set about it.

-- How much was used on a day since 1970, by the types of usage that Inspector's API has: hours and scans.
CREATE TABLE usage (
    scope BIGINT NOT NULL,
    day BIGINT NOT NULL,
    type TEXT NOT NULL,
    quantity DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (scope, day, type)
) {clustered};

-- When a type of scan was turned on for the first time.
ALTER TABLE activation ADD COLUMN first_enabled_at BIGINT NOT NULL DEFAULT 0;
UPDATE activation SET first_enabled_at = changed_at;

-- Within how many days findings of a severity are to be fixed.
CREATE TABLE service_level (
    scope BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    days BIGINT NOT NULL,
    PRIMARY KEY (scope, severity)
) {clustered};

-- Keys that whoever uses the service chose for what is kept of one type of scan of one type of resource.
CREATE TABLE encryption_key (
    scope BIGINT NOT NULL,
    scan_type TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (scope, scan_type, resource_type)
) {clustered};

-- Scans that somebody asked for.
CREATE TABLE on_demand_scan (
    id {id},
    scope BIGINT NOT NULL,
    identifier TEXT NOT NULL,
    -- What the client called it, so that it is asked for once; '' for nothing.
    token TEXT NOT NULL,
    resource BIGINT NOT NULL,
    resource_name TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    UNIQUE (scope, identifier)
);
CREATE INDEX on_demand_scan_of ON on_demand_scan (scope, resource_name, id);
