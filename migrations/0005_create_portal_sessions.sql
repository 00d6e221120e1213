-- What the portal keeps about a signed-in browser: opaque to the server, found by the hash of the cookie's id.
CREATE TABLE portal_sessions (
    hash TEXT NOT NULL PRIMARY KEY,
    -- counts the writes: a save that comes second writes nothing
    version BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX portal_sessions_by_end ON portal_sessions (expires_at);
