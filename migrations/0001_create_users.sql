-- Accounts. email is null for accounts that sign in otherwise, such as the built-in administrator.
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT,
    name TEXT,
    role TEXT NOT NULL,
    tier TEXT NOT NULL,
    -- Argon2id in PHC form
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE UNIQUE INDEX users_email ON users (email);
