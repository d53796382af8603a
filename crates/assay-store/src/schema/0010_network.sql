-- What is told of the networks of an account in a region, kind by kind, as its cloud describes them.
CREATE TABLE network (
    scope BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- A list of objects, as whoever tells has it kept; empty where none was told yet.
    document {blob} NOT NULL,
    -- A digest of the list; empty where none was told yet.
    digest TEXT NOT NULL,
    objects BIGINT NOT NULL,
    -- When the cloud described it so, in microseconds since 1970; 0 for never.
    told_at BIGINT NOT NULL,
    -- When it was last asked for, whether that could be read or not.
    looked_at BIGINT NOT NULL,
    -- Why it could not be read then, or not all of it; empty where it could.
    problem TEXT NOT NULL,
    PRIMARY KEY (scope, kind)
);
