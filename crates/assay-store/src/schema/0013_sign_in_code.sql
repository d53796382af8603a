-- Codes that people sign in with once, by their digests. One that was used is gone.
CREATE TABLE sign_in_code (
    digest TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    -- When it was made, in microseconds since 1970.
    created_at BIGINT NOT NULL,
    -- From when on it is not good any more.
    ends_at BIGINT NOT NULL
) {clustered};
