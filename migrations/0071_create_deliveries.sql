-- What is sent to endpoints: the outbox, written in the transaction of the event, and the log of what became of it. Rows
-- name endpoints and events without a foreign key: an event must not fail because an endpoint goes at that moment.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook TEXT NOT NULL,
    -- the event's id, the same over all tries and for all endpoints
    event TEXT NOT NULL,
    type TEXT NOT NULL,
    -- the event's number among those that were told for its owner; null for a test
    sequence BIGINT,
    -- what is sent, byte for byte
    body TEXT NOT NULL,
    -- pending, delivered or failed
    status TEXT NOT NULL,
    -- tries of the schedule, begun anew by a replay; and all attempts that were made
    tries BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- the last attempt's answer: a status of HTTP, or why there was none
    last_status BIGINT,
    last_failure TEXT,
    created_at BIGINT NOT NULL,
    -- when it is to be tried next; while it is sent, when another process may think that this one died; null once it ended
    next_at BIGINT
);

CREATE INDEX deliveries_by_next ON deliveries (next_at, webhook) WHERE next_at IS NOT NULL;
CREATE INDEX deliveries_by_webhook ON deliveries (webhook, created_at, id);
CREATE INDEX deliveries_by_time ON deliveries (created_at);

CREATE TABLE delivery_attempts (
    delivery TEXT NOT NULL,
    -- 1, 2, 3
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    -- what was answered: a status of HTTP, or why there was none
    status BIGINT,
    failure TEXT,
    -- how the answer's body begins
    answer TEXT,
    PRIMARY KEY (delivery, number)
);

-- Since when an endpoint has only failed; null after a success.
ALTER TABLE webhooks ADD COLUMN failing_since BIGINT;
