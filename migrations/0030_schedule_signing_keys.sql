-- When a key begins to sign: it is published before, and the one before it stays published for a while after.
-- retired_at is no longer read: what has had its time is removed.
ALTER TABLE signing_keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
