-- Attempts to deliver that an endpoint gets a second at most; null where nothing bounds them.
ALTER TABLE webhooks ADD COLUMN rate_per_second BIGINT;
-- With such a bound, from when on the next attempt may be made.
ALTER TABLE webhooks ADD COLUMN next_attempt_from BIGINT;

-- An event's number among those that its owner's endpoints were told of; null where none was to be told.
ALTER TABLE events ADD COLUMN sequence BIGINT;

CREATE INDEX deliveries_by_event ON deliveries (event, webhook);
