-- Access tokens without a session that were revoked by themselves, by their jti, until they would have ended anyhow.
CREATE TABLE revoked_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at);
