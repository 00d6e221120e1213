-- Who changed what, from where, before and after: rows are only ever added, and each carries the hash of the one before,
-- so that a change to an old row shows. Never a secret.
CREATE TABLE audit (
    position BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    -- the account that did it; null for a visitor
    actor TEXT,
    -- what it was done with: a key's id, a session's id, or "rootKey"
    credential TEXT,
    address TEXT,
    request_id TEXT,
    -- the id of the thing, and the account whose thing it is
    target TEXT NOT NULL,
    owner TEXT,
    -- JSON objects
    state_before TEXT,
    state_after TEXT,
    -- SHA-256 in base64url: of the row before, and of this one together with that
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE UNIQUE INDEX audit_id ON audit (id);
CREATE INDEX audit_by_owner ON audit (owner, position);
CREATE INDEX audit_by_target ON audit (target, position);

-- The end of the chain: one row, locked while a row is added, so that two never share a place.
CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO audit_head (id, position, hash) VALUES (1, 0, '');
