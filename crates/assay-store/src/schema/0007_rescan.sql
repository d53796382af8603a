-- When an image was last pulled and last seen running, in microseconds since 1970; 0 for never. For how long that keeps it scanned is
-- part of the configuration of its scope.
ALTER TABLE resource ADD COLUMN ecr_pulled_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resource ADD COLUMN ecr_in_use_at BIGINT NOT NULL DEFAULT 0;
-- When nobody had pushed or used an image for so long that it was not scanned any more; 0 for one that is, or of which nothing is
-- left to forget.
ALTER TABLE resource ADD COLUMN expired_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX resource_expired ON resource (expired_at) WHERE expired_at > 0;
