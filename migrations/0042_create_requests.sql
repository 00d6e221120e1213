-- Every answered request that counted, for as long as RETENTION_REQUESTS_DAYS says. Never a secret.
CREATE TABLE requests (
    -- ids grow with time, so they are the order of the lists, too
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    -- whose credential it carried, and which; null for nobody's
    owner TEXT,
    key_id TEXT,
    session_id TEXT,
    operation TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    -- the parameters that the operation knows
    query TEXT,
    status BIGINT NOT NULL,
    -- the code of the problem
    code TEXT,
    latency_us BIGINT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT,
    -- a JSON array of [name, value], the value null where it is a credential
    headers TEXT NOT NULL
);

-- A page costs the same however many there are.
CREATE INDEX requests_by_owner ON requests (owner, id);
CREATE INDEX requests_by_key ON requests (key_id, id) WHERE key_id IS NOT NULL;
