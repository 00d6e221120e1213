-- What lists filter by, and what retention looks for.
CREATE INDEX events_by_type ON events (owner, type, created_at, id);
CREATE INDEX events_by_time ON events (created_at);
CREATE INDEX audit_by_actor ON audit (actor, position);
CREATE INDEX audit_by_action ON audit (action, position);
CREATE INDEX audit_by_time ON audit (at, position);
