-- What a key's life needs besides: whose count it goes on with, the text that it is searched by, and whether its owner was
-- told that it ends.

-- the first key of a chain of rotations: a count does not begin anew because the secret was replaced
ALTER TABLE keys ADD COLUMN family TEXT;
-- the name in lower case
ALTER TABLE keys ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE keys ADD COLUMN told_at BIGINT;

UPDATE keys SET search = lower(name);

-- what an administrator's list over all owners is filtered by
CREATE INDEX keys_by_namespace_of_all ON keys (namespace, created_at, id) WHERE namespace IS NOT NULL;
CREATE INDEX keys_by_kind ON keys (kind, created_at, id);
CREATE INDEX keys_disabled ON keys (created_at, id) WHERE disabled_at IS NOT NULL;
CREATE INDEX keys_bounded ON keys (created_at, id) WHERE max_idle_ms IS NOT NULL;
-- who waits for the first use of a successor
CREATE INDEX keys_in_grace ON keys (rotated_to) WHERE grace_ms IS NOT NULL;
-- whose owners are still to be told
CREATE INDEX keys_untold ON keys (expires_at) WHERE expires_at IS NOT NULL AND told_at IS NULL AND revoked_at IS NULL;
-- what is over, oldest first
CREATE INDEX keys_by_revocation ON keys (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX keys_by_end ON keys (expires_at) WHERE expires_at IS NOT NULL;
