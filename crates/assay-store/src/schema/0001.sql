-- One text for both engines. {id} is a key that the engine numbers, {clustered} ends a table that is its own index.
-- Times are microseconds since 1970, scores tenths, probabilities millionths; -1, 0 and '' stand for "none", so that
-- every column can be compared in keysets.

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

-- Who owns data: an account in a region. Changes of findings are numbered within it.
CREATE TABLE scope (
    id {id},
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    next_change BIGINT NOT NULL DEFAULT 1,
    configuration TEXT NOT NULL DEFAULT '',
    UNIQUE (account, region)
);
CREATE TABLE activation (
    scope BIGINT NOT NULL,
    scan_type TEXT NOT NULL,
    status TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (scope, scan_type)
) {clustered};

CREATE TABLE account (
    account TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    relation TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE person (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    -- Sessions of before this time are over; 0 for none.
    sessions_not_before BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, name)
) {clustered};
CREATE TABLE access_key (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX access_key_of ON access_key (account, person);

-- What is assessed once for all who have it: packages and releases of operating systems.
CREATE TABLE subject (
    id {id},
    identity TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    release TEXT NOT NULL,
    architecture TEXT NOT NULL,
    -- The generation that it was assessed with; 0 for never.
    generation BIGINT NOT NULL
);
CREATE INDEX subject_new ON subject (generation);
CREATE INDEX subject_name ON subject (name);
CREATE TABLE subject_key (
    advisory_key TEXT NOT NULL,
    subject BIGINT NOT NULL,
    PRIMARY KEY (advisory_key, subject)
) {clustered};

CREATE TABLE vulnerability (
    id {id},
    name TEXT NOT NULL UNIQUE,
    epss BIGINT NOT NULL,
    exploit TEXT NOT NULL,
    -- The digest of what else is said of it, to notice changes by.
    digest BIGINT NOT NULL,
    -- What is shown when the intelligence knows it no more.
    title TEXT NOT NULL,
    description TEXT NOT NULL
);
CREATE INDEX vulnerability_epss ON vulnerability (epss, id);
CREATE TABLE related (
    vulnerability BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (name, vulnerability)
) {clustered};
CREATE INDEX related_of ON related (vulnerability);

-- A subject has a vulnerability. What stopped to hold stays with `gone` set, so that closed findings can tell their packages.
CREATE TABLE subject_match (
    subject BIGINT NOT NULL,
    vulnerability BIGINT NOT NULL,
    gone BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    score BIGINT NOT NULL,
    source TEXT NOT NULL,
    vendor_severity TEXT NOT NULL,
    fix TEXT NOT NULL,
    fixed_in TEXT NOT NULL,
    PRIMARY KEY (subject, vulnerability)
) {clustered};
CREATE INDEX subject_match_of ON subject_match (vulnerability, subject);

-- What was found in one artifact, by the digest of the whole.
CREATE TABLE inventory (
    id {id},
    digest TEXT NOT NULL UNIQUE,
    document {blob} NOT NULL,
    packages BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE evidence (
    id {id},
    digest TEXT NOT NULL UNIQUE,
    -- JSON: [{path, layer, analyser}].
    places TEXT NOT NULL
);
CREATE TABLE inventory_subject (
    inventory BIGINT NOT NULL,
    subject BIGINT NOT NULL,
    evidence BIGINT NOT NULL,
    PRIMARY KEY (inventory, subject)
) {clustered};
CREATE INDEX inventory_subject_of ON inventory_subject (subject, inventory);

CREATE TABLE resource (
    id {id},
    scope BIGINT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The inventory that was pushed last, and the one that the findings tell of; 0 for none.
    inventory BIGINT NOT NULL,
    assessed_inventory BIGINT NOT NULL,
    state TEXT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    gone_at BIGINT NOT NULL,
    inventory_at BIGINT NOT NULL,
    -- JSON of the description as it was given.
    description TEXT NOT NULL,
    ecr_pushed_at BIGINT NOT NULL,
    ecr_repository TEXT NOT NULL,
    ecr_registry TEXT NOT NULL,
    UNIQUE (scope, type, name)
);
CREATE INDEX resource_name ON resource (scope, name);
CREATE INDEX resource_inventory ON resource (inventory);
CREATE INDEX resource_assessed ON resource (assessed_inventory, type, state);
CREATE INDEX resource_pushed ON resource (scope, ecr_pushed_at, id);
CREATE INDEX resource_repository ON resource (scope, ecr_repository, id);
CREATE INDEX resource_registry ON resource (scope, ecr_registry, id);
CREATE INDEX resource_gone ON resource (gone_at);

-- What a resource may be filtered by, under the names of fields; of tags the key stands in `key`.
CREATE TABLE attribute (
    resource BIGINT NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    text TEXT NOT NULL,
    number DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (resource, name, key, text)
) {clustered};
CREATE INDEX attribute_text ON attribute (name, key, text, resource);

CREATE TABLE coverage (
    resource BIGINT NOT NULL,
    scan_type TEXT NOT NULL,
    scope BIGINT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    mode TEXT NOT NULL,
    last_scanned_at BIGINT NOT NULL,
    -- JSON: what could not be assessed.
    diagnostics TEXT NOT NULL,
    PRIMARY KEY (resource, scan_type)
) {clustered};
CREATE INDEX coverage_scope ON coverage (scope, resource, scan_type);
CREATE INDEX coverage_status ON coverage (scope, status, reason);
CREATE INDEX coverage_scanned ON coverage (reason, last_scanned_at);

-- What many findings have in common: what is said of a vulnerability in resources of one type. Lists and counts by anything
-- said here go over these few, not over the findings.
CREATE TABLE verdict (
    id {id},
    vulnerability BIGINT NOT NULL,
    resource_type TEXT NOT NULL,
    type BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    score BIGINT NOT NULL,
    fix TEXT NOT NULL,
    source TEXT NOT NULL,
    vendor_severity TEXT NOT NULL,
    title TEXT NOT NULL
);
CREATE INDEX verdict_of ON verdict (vulnerability);
-- How many findings of a verdict there are.
CREATE TABLE tally (
    scope BIGINT NOT NULL,
    status BIGINT NOT NULL,
    verdict BIGINT NOT NULL,
    findings BIGINT NOT NULL,
    PRIMARY KEY (scope, status, verdict)
) {clustered};

CREATE TABLE finding (
    id {id},
    scope BIGINT NOT NULL,
    resource BIGINT NOT NULL,
    vulnerability BIGINT NOT NULL,
    verdict BIGINT NOT NULL,
    -- 0, or its own id once a later finding of the same flaw took its place.
    retired BIGINT NOT NULL,
    status BIGINT NOT NULL,
    first_observed_at BIGINT NOT NULL,
    last_observed_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    -- Of a closed one, where its packages were; 0 while it is open.
    inventory BIGINT NOT NULL,
    -- The rule that suppresses it; 0 for none.
    filter BIGINT NOT NULL,
    UNIQUE (resource, vulnerability, retired)
);
CREATE INDEX finding_verdict ON finding (verdict, scope, status, id);
CREATE INDEX finding_first ON finding (scope, status, first_observed_at, id);
CREATE INDEX finding_last ON finding (scope, status, last_observed_at, id);
CREATE INDEX finding_updated ON finding (scope, status, updated_at, id);
CREATE INDEX finding_closed ON finding (closed_at) WHERE closed_at > 0;
CREATE INDEX finding_filter ON finding (filter) WHERE filter > 0;
CREATE INDEX finding_inventory ON finding (inventory) WHERE inventory > 0;

-- What happened to findings: their history, the change feed and the events that are owed, in one.
CREATE TABLE change (
    scope BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    finding BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    -- The status of the finding since then.
    status BIGINT NOT NULL,
    cause BIGINT NOT NULL,
    cause_reference TEXT NOT NULL,
    at BIGINT NOT NULL,
    severity_before BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    score_before BIGINT NOT NULL,
    score BIGINT NOT NULL,
    PRIMARY KEY (scope, sequence)
) {clustered};
CREATE INDEX change_finding ON change (finding, sequence);

CREATE TABLE filter (
    id {id},
    scope BIGINT NOT NULL,
    identifier TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    action TEXT NOT NULL,
    -- As the API has them, and as we do.
    filter_criteria TEXT NOT NULL,
    criteria TEXT NOT NULL,
    description TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- JSON of what we have beyond Inspector: owner, expiry, until fixed.
    terms TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- When it was last seen to suppress anything; 0 for never.
    matched_at BIGINT NOT NULL,
    UNIQUE (scope, name)
);
CREATE INDEX filter_expires ON filter (expires_at) WHERE expires_at > 0;
CREATE TABLE tag (
    arn TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (arn, key)
) {clustered};

-- The intelligence in force. One row for each generation that was ever in force, numbered.
CREATE TABLE generation (
    id {id},
    digest TEXT NOT NULL,
    file TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    -- When every finding was brought up to it; 0 until then.
    applied_at BIGINT NOT NULL
);

CREATE TABLE job (
    id {id},
    kind TEXT NOT NULL,
    -- What it is about; a kind has at most one waiting job about one thing.
    subject TEXT NOT NULL,
    scope BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX job_waiting ON job (kind, subject) WHERE state = 'WAITING';
CREATE INDEX job_due ON job (state, due_at, priority);
CREATE TABLE attempt (
    job BIGINT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (job, number)
) {clustered};
CREATE INDEX attempt_started ON attempt (started_at);

CREATE TABLE call (
    id {id},
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    person TEXT NOT NULL,
    access_key TEXT NOT NULL,
    operation TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX call_at ON call (account, at, id);
