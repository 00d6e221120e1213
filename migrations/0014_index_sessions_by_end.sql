-- For the janitor, which looks for sessions that are over.
CREATE INDEX sessions_by_end ON sessions (ends_at);
CREATE INDEX sessions_by_revocation ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
