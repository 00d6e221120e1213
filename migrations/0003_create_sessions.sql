-- A sign-in: one family of refresh tokens. client_key is the API key that was sent along when it began.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    client_key TEXT,
    created_at BIGINT NOT NULL,
    -- the absolute end, which no refresh moves
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    CONSTRAINT sessions_owner_fkey FOREIGN KEY (owner) REFERENCES users (id)
);

CREATE INDEX sessions_by_owner ON sessions (owner, created_at);

-- Every generation stays until its session has ended for good: an old token that comes back is how theft is seen.
CREATE TABLE refresh_tokens (
    -- SHA-256 of the token, in base64url
    hash TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- when it was traded in, or when an access token of its generation was first used
    used_at BIGINT,
    -- the next token, sealed under a key that only this token gives
    successor TEXT,
    CONSTRAINT refresh_tokens_session_fkey FOREIGN KEY (session) REFERENCES sessions (id)
);

CREATE UNIQUE INDEX refresh_tokens_generation ON refresh_tokens (session, generation);
