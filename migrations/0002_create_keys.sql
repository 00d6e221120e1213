-- API keys. The secret is nowhere: hash is the SHA-256 of it, in base64url
CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    hash TEXT NOT NULL,
    display TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    environment TEXT NOT NULL,
    scopes TEXT NOT NULL,
    -- set where an administrator gave the key a tier of its own
    tier TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    disabled_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT keys_owner_fkey FOREIGN KEY (owner) REFERENCES users (id)
);

CREATE UNIQUE INDEX keys_hash ON keys (hash);
CREATE INDEX keys_by_owner ON keys (owner, created_at, id);
