-- What a key is besides a secret and its scopes: its kind, what its owner notes about it, what bounds its use, where it
-- comes from, and, for a signed one, what its public half is.

-- secret, publishable or signed
ALTER TABLE keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'secret';
ALTER TABLE keys ADD COLUMN namespace TEXT;
-- a JSON object
ALTER TABLE keys ADD COLUMN metadata TEXT;
ALTER TABLE keys ADD COLUMN client_name TEXT;
ALTER TABLE keys ADD COLUMN max_idle_ms BIGINT;
-- lists with a space between; empty where anything goes
ALTER TABLE keys ADD COLUMN allowed_origins TEXT NOT NULL DEFAULT '';
ALTER TABLE keys ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT '';
-- limits of its own, besides those of its tier
ALTER TABLE keys ADD COLUMN per_minute BIGINT;
ALTER TABLE keys ADD COLUMN per_day BIGINT;
-- the key that this one only narrows; it dies with it
ALTER TABLE keys ADD COLUMN parent TEXT;
-- the key that this one replaces, and the one that replaces it
ALTER TABLE keys ADD COLUMN rotated_from TEXT;
ALTER TABLE keys ADD COLUMN rotated_to TEXT;
-- how long it lives on once its successor is used, while it waits for that
ALTER TABLE keys ADD COLUMN grace_ms BIGINT;
-- of a signed key: ES256 or RS256, who it is for, further claims (JSON), and its public JWK (JSON)
ALTER TABLE keys ADD COLUMN algorithm TEXT;
ALTER TABLE keys ADD COLUMN audience TEXT;
ALTER TABLE keys ADD COLUMN claims TEXT;
ALTER TABLE keys ADD COLUMN public_jwk TEXT;

CREATE INDEX keys_by_parent ON keys (parent) WHERE parent IS NOT NULL;
CREATE INDEX keys_by_namespace ON keys (owner, namespace, created_at, id) WHERE namespace IS NOT NULL;
CREATE INDEX keys_by_time ON keys (created_at, id);
