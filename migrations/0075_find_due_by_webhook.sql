-- What is due is looked for endpoint by endpoint: however much waits for one, nobody reads past it.
DROP INDEX deliveries_by_next;
CREATE INDEX deliveries_by_due ON deliveries (webhook, next_at, id) WHERE next_at IS NOT NULL;
