//! Accounts, and what they show to be let in.

use sea_query::Iden;

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
    EmailVerifiedAt,
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
    Kind,
    Namespace,
    Metadata,
    ClientName,
    MaxIdleMs,
    AllowedOrigins,
    AllowedIps,
    PerMinute,
    PerDay,
    Parent,
    RotatedFrom,
    RotatedTo,
    GraceMs,
    Algorithm,
    Audience,
    Claims,
    PublicJwk,
    Family,
    Search,
    ToldAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Sessions {
    Table,
    Id,
    Owner,
    ClientKey,
    Client,
    CreatedAt,
    EndsAt,
    RevokedAt,
    LastUsedAt,
    ExpiresAt,
    Address,
    UserAgent,
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
pub enum RevokedTokens {
    Table,
    Id,
    ExpiresAt,
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
    SignsFrom,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum PortalSessions {
    Table,
    Hash,
    Version,
    Sealed,
    ExpiresAt,
}
