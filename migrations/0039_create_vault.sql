-- Secrets of other systems that accounts keep here. Each value is sealed under a data key of its own, and that key under
-- one that comes from SECRET_KEY; both are bound to their place (owner, namespace, name, version).
CREATE TABLE vault (
    owner TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    -- how many values it has had
    version BIGINT NOT NULL,
    -- the value
    sealed TEXT NOT NULL,
    -- the data key, and the id of the key that it is sealed under
    data_key TEXT NOT NULL,
    key_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner, namespace, name),
    CONSTRAINT vault_owner_fkey FOREIGN KEY (owner) REFERENCES users (id)
);

CREATE INDEX vault_by_key ON vault (key_id);
