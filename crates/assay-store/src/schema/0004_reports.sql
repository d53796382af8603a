-- Reports of findings and exports of bills of materials: what was ordered, and what came of it.
CREATE TABLE report (
    id TEXT PRIMARY KEY,
    scope BIGINT NOT NULL,
    kind TEXT NOT NULL,
    format TEXT NOT NULL,
    -- As the API has it, and as we do.
    filter_criteria TEXT NOT NULL,
    criteria TEXT NOT NULL,
    -- JSON: the numbers of the scopes that it is about.
    scopes TEXT NOT NULL,
    -- JSON of the destination, as the API has it.
    destination TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code TEXT NOT NULL,
    error_message TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- 0 until it is over.
    ended_at BIGINT NOT NULL,
    -- Findings, or resources, that were written so far.
    written BIGINT NOT NULL
);
CREATE INDEX report_of ON report (scope, kind, created_at);
CREATE INDEX report_ended ON report (ended_at) WHERE ended_at > 0;
-- An account orders one of a kind at a time.
CREATE UNIQUE INDEX report_alone ON report (scope, kind) WHERE status = 'IN_PROGRESS';

-- The objects that a report has, or may have if it was broken off. Each is noted before it is written.
CREATE TABLE report_file (
    report TEXT NOT NULL,
    name TEXT NOT NULL,
    -- In bytes; -1 until it is whole.
    size BIGINT NOT NULL,
    PRIMARY KEY (report, name)
) {clustered};
