-- Counts that are kept beside the findings, so that questions for numbers go over these few. Those of findings are of active
-- ones alone: what a rule suppresses is in none. All follow from the findings and their changes (`recount.rs`).

-- The names of the packages that a verdict is about.
CREATE TABLE verdict_package (
    verdict BIGINT NOT NULL,
    package TEXT NOT NULL,
    -- What is upgraded, see `subject`.
    remedy TEXT NOT NULL,
    PRIMARY KEY (verdict, package)
) {clustered};
CREATE INDEX verdict_package_of ON verdict_package (package, verdict);

-- What is upgraded to be rid of what a subject has: the first of the keys that advisories about it stand under.
ALTER TABLE subject ADD COLUMN remedy TEXT NOT NULL DEFAULT '';
CREATE INDEX subject_remedy ON subject (remedy);
-- That of all packages of a verdict; '' where they have several.
ALTER TABLE verdict ADD COLUMN remedy TEXT NOT NULL DEFAULT '';

-- The active findings of each resource by severity, and those of them on the network.
CREATE TABLE resource_tally (
    resource BIGINT PRIMARY KEY,
    untriaged BIGINT NOT NULL,
    informational BIGINT NOT NULL,
    low BIGINT NOT NULL,
    medium BIGINT NOT NULL,
    high BIGINT NOT NULL,
    critical BIGINT NOT NULL,
    network BIGINT NOT NULL
) {clustered};

-- The layers of an image or a function that evidence names.
CREATE TABLE evidence_layer (
    evidence BIGINT NOT NULL,
    layer TEXT NOT NULL,
    PRIMARY KEY (evidence, layer)
) {clustered};
-- The layers that the packages of an active finding are in, under the severity that it is counted with.
CREATE TABLE finding_layer (
    finding BIGINT NOT NULL,
    layer TEXT NOT NULL,
    resource BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    PRIMARY KEY (finding, layer)
) {clustered};
CREATE TABLE layer_tally (
    resource BIGINT NOT NULL,
    layer TEXT NOT NULL,
    untriaged BIGINT NOT NULL,
    informational BIGINT NOT NULL,
    low BIGINT NOT NULL,
    medium BIGINT NOT NULL,
    high BIGINT NOT NULL,
    critical BIGINT NOT NULL,
    PRIMARY KEY (resource, layer)
) {clustered};

-- What happened on each day since 1970, by severity. `active` is by how many more there are since.
CREATE TABLE trend (
    scope BIGINT NOT NULL,
    day BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    reopened BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    active BIGINT NOT NULL,
    PRIMARY KEY (scope, day, severity)
) {clustered};
-- Findings by the days that they were active from and to; -1 for those that still are. `fixed` is 1 where a package was fixed
-- or went, 0 where the finding ended with its resource or by what is known. `seconds` is how long they were there, in all.
CREATE TABLE span (
    scope BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    opened_on BIGINT NOT NULL,
    closed_on BIGINT NOT NULL,
    fixed BIGINT NOT NULL,
    findings BIGINT NOT NULL,
    seconds BIGINT NOT NULL,
    PRIMARY KEY (scope, severity, opened_on, closed_on, fixed)
) {clustered};
