//! The names of tables and columns, once. A table's enum stands in the order of the migrations.

#![expect(missing_docs, reason = "the names are the migrations'; what a column means is said there")]

use sea_query::Iden;

#[derive(Debug, Clone, Copy, Iden)]
pub enum SchemaMigrations {
    Table,
    Name,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Users {
    Table,
    Id,
    Email,
    Name,
    Role,
    Tier,
    PasswordHash,
    CreatedAt,
    DisabledAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Keys {
    Table,
    Id,
    Owner,
    Hash,
    Display,
    Name,
    Description,
    Environment,
    Scopes,
    Tier,
    CreatedAt,
    ExpiresAt,
    LastUsedAt,
    DisabledAt,
    RevokedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Sessions {
    Table,
    Id,
    Owner,
    ClientKey,
    CreatedAt,
    EndsAt,
    RevokedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum RefreshTokens {
    Table,
    Hash,
    Session,
    Generation,
    CreatedAt,
    ExpiresAt,
    UsedAt,
    Successor,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum SigningKeys {
    Table,
    Id,
    PublicX,
    PublicY,
    Sealed,
    CreatedAt,
    RetiredAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum PortalSessions {
    Table,
    Hash,
    Sealed,
    ExpiresAt,
}
