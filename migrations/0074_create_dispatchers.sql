-- Who sends webhooks: processes, each of which says now and then until when it is to be believed to live.
CREATE TABLE dispatchers (
    id TEXT NOT NULL PRIMARY KEY,
    alive_until BIGINT NOT NULL
);

-- Who alone sends to an endpoint at present; null, or one that died, where anybody may.
ALTER TABLE webhooks ADD COLUMN dispatcher TEXT;

CREATE INDEX webhooks_by_dispatcher ON webhooks (dispatcher) WHERE dispatcher IS NOT NULL;
