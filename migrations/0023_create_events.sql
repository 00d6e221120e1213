-- What happened, for whoever's things it happened to: written in the transaction that caused it.
CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- the payload, a JSON object
    data TEXT NOT NULL,
    CONSTRAINT events_owner_fkey FOREIGN KEY (owner) REFERENCES users (id)
);

CREATE INDEX events_by_owner ON events (owner, created_at, id);
