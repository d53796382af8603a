-- Which images containers run. An image as it runs is the set of digests that it is known under there, however many run it.
CREATE TABLE run_image (
    id {id},
    scope BIGINT NOT NULL,
    -- A digest of its digests.
    identity TEXT NOT NULL,
    -- How many containers run it, as all tell together who are counted.
    containers BIGINT NOT NULL,
    -- When that was last told, to the hour, in microseconds since 1970.
    told_at BIGINT NOT NULL,
    UNIQUE (scope, identity)
);
CREATE TABLE run_digest (
    digest TEXT NOT NULL,
    image BIGINT NOT NULL,
    -- 1 where it may be the digest of an index, any image of which may be what runs.
    may_be_index BIGINT NOT NULL,
    PRIMARY KEY (digest, image)
) {clustered};
CREATE INDEX run_digest_of ON run_digest (image);

-- Who tells of containers: a HOST of its own, a NODE of those that Kubernetes runs there, a CLUSTER of all that run in it.
CREATE TABLE teller (
    id {id},
    scope BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- The id of the host, or the ARN of the cluster.
    name TEXT NOT NULL,
    -- The ARN of the cluster; empty for none.
    cluster TEXT NOT NULL,
    -- A digest of what it told last.
    digest TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    -- 0 for nodes of a cluster that tells of itself.
    is_counted BIGINT NOT NULL,
    UNIQUE (scope, kind, name)
);
CREATE INDEX teller_cluster ON teller (scope, cluster);
CREATE INDEX teller_told ON teller (told_at);
-- What they told: how many containers run an image, by namespace and workload of Kubernetes.
CREATE TABLE run (
    teller BIGINT NOT NULL,
    image BIGINT NOT NULL,
    namespace TEXT NOT NULL,
    workload_type TEXT NOT NULL,
    workload TEXT NOT NULL,
    containers BIGINT NOT NULL,
    PRIMARY KEY (teller, image, namespace, workload_type, workload)
) {clustered};
CREATE INDEX run_of ON run (image, teller);

-- Of an image, how many containers run it; -1 for what is none.
ALTER TABLE resource ADD COLUMN ecr_in_use_count BIGINT NOT NULL DEFAULT -1;
UPDATE resource SET ecr_in_use_count = COALESCE((SELECT CAST(MAX(a.number) AS BIGINT) FROM attribute a
    WHERE a.resource = resource.id AND a.name = 'ecr_image_in_use_count' AND a.key = ''), 0) WHERE type = 'AWS_ECR_CONTAINER_IMAGE';
UPDATE resource SET ecr_in_use_at = COALESCE((SELECT CAST(MAX(a.number) AS BIGINT) FROM attribute a
    WHERE a.resource = resource.id AND a.name = 'ecr_image_last_in_use_at' AND a.key = ''), 0)
    WHERE type = 'AWS_ECR_CONTAINER_IMAGE' AND ecr_in_use_at = 0;
