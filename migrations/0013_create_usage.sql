-- Calls, counted by minute; hours and days are rolled up from the minutes.
CREATE TABLE usage_minutes (
    -- when the interval begins
    start BIGINT NOT NULL,
    -- empty for a call without a credential
    owner TEXT NOT NULL,
    -- empty for a call without a key
    key_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    status BIGINT NOT NULL,
    -- where the latency stands on the scale of domain/usage.rs
    latency_step BIGINT NOT NULL,
    count BIGINT NOT NULL,
    -- how much of count stands in the hours and days already, and how much is on its way there
    rolled BIGINT NOT NULL,
    rolling BIGINT NOT NULL,
    PRIMARY KEY (owner, start, key_id, operation, status, latency_step)
);

CREATE INDEX usage_minutes_by_start ON usage_minutes (start);
CREATE INDEX usage_minutes_to_roll ON usage_minutes (start) WHERE count <> rolled;
CREATE INDEX usage_minutes_not_rolled ON usage_minutes (owner, start) WHERE count <> rolled;

CREATE TABLE usage_hours (
    -- when the interval begins
    start BIGINT NOT NULL,
    -- empty for a call without a credential
    owner TEXT NOT NULL,
    -- empty for a call without a key
    key_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    status BIGINT NOT NULL,
    -- where the latency stands on the scale of domain/usage.rs
    latency_step BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (owner, start, key_id, operation, status, latency_step)
);

CREATE INDEX usage_hours_by_start ON usage_hours (start);

CREATE TABLE usage_days (
    -- when the interval begins
    start BIGINT NOT NULL,
    -- empty for a call without a credential
    owner TEXT NOT NULL,
    -- empty for a call without a key
    key_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    status BIGINT NOT NULL,
    -- where the latency stands on the scale of domain/usage.rs
    latency_step BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (owner, start, key_id, operation, status, latency_step)
);

-- The names of batches of calls that were kept: one whose commit was never acknowledged is not counted twice.
CREATE TABLE usage_batches (
    name TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE INDEX usage_batches_by_age ON usage_batches (created_at);
