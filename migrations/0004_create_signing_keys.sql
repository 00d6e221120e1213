-- The ES256 key pairs of access tokens. id is the RFC 7638 thumbprint; the private key is sealed under SECRET_KEY.
CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    public_x TEXT NOT NULL,
    public_y TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
