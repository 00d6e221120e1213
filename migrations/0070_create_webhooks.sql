-- Endpoints that are told what happens to an account's things.
CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    url TEXT NOT NULL,
    -- the kinds of events: names or beginnings of names, separated by spaces
    events TEXT NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- both null while it is told: since when it is not, and why (owner, gone, failing)
    disabled_at BIGINT,
    disabled_cause TEXT,
    CONSTRAINT webhooks_owner_fkey FOREIGN KEY (owner) REFERENCES users (id)
);

CREATE INDEX webhooks_by_owner ON webhooks (owner, created_at, id);

-- What deliveries are signed with: the one that never expires, and those before it for as long as they overlap.
CREATE TABLE webhook_secrets (
    webhook TEXT NOT NULL,
    -- 1, 2, 3: the greatest is the newest
    number BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (webhook, number),
    CONSTRAINT webhook_secrets_webhook_fkey FOREIGN KEY (webhook) REFERENCES webhooks (id)
);
