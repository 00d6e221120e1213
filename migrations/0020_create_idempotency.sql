-- First answers of requests that carried an Idempotency-Key, kept so that a repetition gets the same one. id is the
-- SHA-256 of credential, operation and key; the answer may hold a one-time secret, so it is sealed.
CREATE TABLE idempotency (
    id TEXT NOT NULL PRIMARY KEY,
    sealed TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX idempotency_by_end ON idempotency (expires_at);
