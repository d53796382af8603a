-- Organisations, who belongs to them, and whose rules hold where.

CREATE TABLE organization (
    id TEXT PRIMARY KEY,
    -- The account that heads it; '' where an earlier version did not know.
    management TEXT NOT NULL,
    -- The account that administers scanning; '' for none.
    administrator TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
-- An account belongs to one organisation at most.
CREATE TABLE member (
    account TEXT PRIMARY KEY,
    organization TEXT NOT NULL,
    -- CREATED, ENABLED while the administrator rules it, REMOVED.
    status TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
) {clustered};
CREATE INDEX member_of ON member (organization, account);
-- What is turned on by itself in accounts that become members.
CREATE TABLE auto_enable (
    organization TEXT NOT NULL,
    region TEXT NOT NULL,
    scan_type TEXT NOT NULL,
    PRIMARY KEY (organization, region, scan_type)
) {clustered};

-- The relations of accounts were one column, and those that had one were one organisation.
INSERT INTO organization (id, management, administrator, created_at)
SELECT 'o-0000000000',
    COALESCE((SELECT MIN(m.account) FROM account m WHERE m.relation = 'management'), ''),
    COALESCE((SELECT MIN(d.account) FROM account d WHERE d.relation = 'delegated-administrator'), ''),
    MIN(a.created_at)
FROM account a WHERE a.relation <> 'standalone' HAVING COUNT(*) > 0;
INSERT INTO member (account, organization, status, added_at, changed_at)
SELECT a.account, o.id,
    CASE WHEN o.administrator = '' OR o.administrator = a.account THEN 'CREATED' ELSE 'ENABLED' END,
    a.created_at, a.created_at
FROM account a CROSS JOIN organization o WHERE a.relation <> 'standalone';
ALTER TABLE account DROP COLUMN relation;

-- The scope whose rules of suppression hold here: this one, or that of the administrator in the same region.
ALTER TABLE scope ADD COLUMN ruler BIGINT NOT NULL DEFAULT 0;
INSERT INTO scope (account, region)
SELECT DISTINCT o.administrator, s.region FROM organization o CROSS JOIN scope s WHERE o.administrator <> ''
ON CONFLICT DO NOTHING;
UPDATE scope SET ruler = COALESCE((SELECT a.id FROM member m CROSS JOIN organization o CROSS JOIN scope a
    WHERE m.account = scope.account AND m.status = 'ENABLED' AND o.id = m.organization
    AND a.account = o.administrator AND a.region = scope.region), id);
CREATE INDEX scope_ruler ON scope (ruler);
