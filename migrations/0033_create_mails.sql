-- Mails that wait to be sent, written in the transaction that causes them and removed once the mail server has them.
CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    -- null for a mail to nobody: what must look alike from outside costs the same
    recipient TEXT,
    -- subject and text as JSON, sealed: they may hold a link that opens an account
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- when it is to be tried next; while it is being sent, when another process may think that this one died
    next_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL
);

CREATE INDEX mails_by_next ON mails (next_at);

-- Links that were sent by mail and not used: each proves once that somebody reads the address.
CREATE TABLE mail_links (
    -- SHA-256 of the link's secret, in base64url
    hash TEXT NOT NULL PRIMARY KEY,
    -- verifyEmail or resetPassword
    purpose TEXT NOT NULL,
    -- null for a link to nobody
    email TEXT,
    -- of a verification: the account that will be, once somebody has the mail
    password_hash TEXT,
    name TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX mail_links_by_email ON mail_links (email, purpose, expires_at);
CREATE INDEX mail_links_by_end ON mail_links (expires_at);

-- When somebody proved to read the address; null before. It matters where mail is set up.
ALTER TABLE users ADD COLUMN email_verified_at BIGINT;
