-- Which repositories of an account's registry are scanned, and when: JSON, as `registry.rs` has it.
CREATE TABLE registry (
    scope BIGINT PRIMARY KEY,
    configuration TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
-- When what is in a resource is held against what is known: always, once when it comes, or never. Images and repositories alone
-- have other than the first.
ALTER TABLE resource ADD COLUMN frequency TEXT NOT NULL DEFAULT 'CONTINUOUS_SCAN';

-- Who has an inventory, and who of them learns, is told without looking at the resources.
DROP INDEX resource_assessed;
CREATE INDEX resource_assessed ON resource (assessed_inventory, type, state, scope, frequency);
