-- Where a session began and when it was last used, for the list that its account sees. expires_at is when it ends unless
-- it is refreshed before.
ALTER TABLE sessions ADD COLUMN last_used_at BIGINT;
ALTER TABLE sessions ADD COLUMN expires_at BIGINT;
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;

UPDATE sessions SET last_used_at = created_at,
    expires_at = (SELECT MAX(refresh_tokens.expires_at) FROM refresh_tokens WHERE refresh_tokens.session = sessions.id);
