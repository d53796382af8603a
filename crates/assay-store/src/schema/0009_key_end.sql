-- When a key ends to be good, as one that hosts are enrolled with does; 0 for never.
ALTER TABLE access_key ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
