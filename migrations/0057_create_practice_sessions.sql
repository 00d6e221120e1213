-- Who practised from when to when, in whole seconds; ended_at is null while it is under way.
CREATE TABLE practice_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    notes TEXT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT practice_sessions_owner_fkey FOREIGN KEY (owner) REFERENCES users (id)
);

-- An account practises once at a time.
CREATE UNIQUE INDEX practice_sessions_under_way ON practice_sessions (owner) WHERE ended_at IS NULL;
CREATE INDEX practice_sessions_by_owner ON practice_sessions (owner, ended_at);
CREATE INDEX practice_sessions_by_end ON practice_sessions (ended_at);
