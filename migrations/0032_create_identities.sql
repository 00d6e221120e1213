-- Who an account is elsewhere: a wallet (evm), and later discord, lens, farcaster, telegram and github. One identity is one
-- account's; is_primary marks the one that is shown where one platform gives an account several.
CREATE TABLE identities (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    platform TEXT NOT NULL,
    -- as the platform writes it, in one form: a wallet's address with its checksum (EIP-55)
    identity TEXT NOT NULL,
    is_primary BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT identities_owner_fkey FOREIGN KEY (owner) REFERENCES users (id)
);

CREATE UNIQUE INDEX identities_platform_identity ON identities (platform, identity);
CREATE INDEX identities_by_owner ON identities (owner, platform, created_at);

-- Nonces of sign-in messages that were used, until no message with them could be good any more. What is only asked for
-- takes no row.
CREATE TABLE used_nonces (
    -- SHA-256 in base64url of a nonce of ours, or of an account's address and its own nonce
    name TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX used_nonces_by_end ON used_nonces (expires_at);
