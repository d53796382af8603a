-- What a generation of the intelligence brought beside the one that findings were up to before; no row where that is not known.
CREATE TABLE generation_news (
    generation BIGINT PRIMARY KEY,
    -- Advisories.
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    -- JSON: ids of vulnerabilities.
    vulnerabilities TEXT NOT NULL
) {clustered};
-- How many findings of an account in a region came and closed by it; no row for none.
CREATE TABLE generation_effect (
    digest TEXT NOT NULL,
    scope BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    PRIMARY KEY (scope, digest)
) {clustered};

-- Bills of materials that were scanned without being kept, by day since 1970.
CREATE TABLE document_scan (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    day BIGINT NOT NULL,
    scans BIGINT NOT NULL,
    PRIMARY KEY (account, region, day)
) {clustered};
