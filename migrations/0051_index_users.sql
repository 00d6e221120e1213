-- Lists of accounts, newest first, of all or of one role.
CREATE INDEX users_by_time ON users (created_at, id);
CREATE INDEX users_by_role ON users (role, created_at, id);
