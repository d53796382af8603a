-- Images whose use changed since rules of suppression were held against what was found in them.
CREATE TABLE use_changed (
    resource BIGINT PRIMARY KEY
) {clustered};
