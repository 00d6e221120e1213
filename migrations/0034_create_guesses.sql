-- Wrong passwords in a row from networks that the account never signed in from. account is the SHA-256 of the address that
-- was typed, whether or not anybody has it.
CREATE TABLE guesses (
    account TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

CREATE INDEX guesses_by_time ON guesses (last_at);

-- Networks that an account signed in from: an address, or the /64 of an IPv6 address. Guesses from elsewhere do not slow these.
CREATE TABLE known_networks (
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    CONSTRAINT known_networks_pkey PRIMARY KEY (account, network)
);

CREATE INDEX known_networks_by_time ON known_networks (seen_at);
