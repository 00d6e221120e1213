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

#[derive(Debug, Clone, Copy, Iden)]
pub enum Categories {
    Table,
    Id,
    Slug,
    Name,
    Parent,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Brands {
    Table,
    Id,
    Slug,
    Name,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Items {
    Table,
    Id,
    Seller,
    Title,
    Description,
    PriceAmount,
    PriceCurrency,
    Condition,
    Status,
    Category,
    Brand,
    CreatedAt,
    UpdatedAt,
}

/// The columns of all three usage tables; those of hours and days end before `Rolled`.
#[derive(Debug, Clone, Copy, Iden)]
pub enum UsageMinutes {
    Table,
    Start,
    Owner,
    KeyId,
    Operation,
    Status,
    LatencyStep,
    Count,
    Rolled,
    Rolling,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum UsageHours {
    Table,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum UsageDays {
    Table,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum UsageBatches {
    Table,
    Name,
    CreatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Requests {
    Table,
    Id,
    At,
    Owner,
    KeyId,
    SessionId,
    Operation,
    Method,
    Path,
    Query,
    Status,
    Code,
    LatencyUs,
    Address,
    UserAgent,
    Headers,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Idempotency {
    Table,
    Id,
    Sealed,
    ExpiresAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Identities {
    Table,
    Id,
    Owner,
    Platform,
    Identity,
    IsPrimary,
    CreatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Mails {
    Table,
    Id,
    Recipient,
    Sealed,
    CreatedAt,
    NextAt,
    Attempts,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum MailLinks {
    Table,
    Hash,
    Purpose,
    Email,
    PasswordHash,
    Name,
    CreatedAt,
    ExpiresAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Guesses {
    Table,
    Account,
    Failures,
    LastAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum KnownNetworks {
    Table,
    Account,
    Network,
    SeenAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum UsedNonces {
    Table,
    Name,
    ExpiresAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Audit {
    Table,
    Position,
    Id,
    At,
    Action,
    Actor,
    Credential,
    Address,
    RequestId,
    Target,
    Owner,
    StateBefore,
    StateAfter,
    Previous,
    Hash,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum AuditHead {
    Table,
    Id,
    Position,
    Hash,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Events {
    Table,
    Id,
    Owner,
    Type,
    CreatedAt,
    Data,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Counters {
    Table,
    Name,
    Value,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Applications {
    Table,
    Id,
    Number,
    CreatedBy,
    Applicant,
    DiscordId,
    MessageId,
    Name,
    Statement,
    Status,
    Reason,
    DecidedBy,
    DecidedAt,
    CreatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum ApplicationVotes {
    Table,
    Application,
    Voter,
    Vote,
    CreatedAt,
    UpdatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Projects {
    Table,
    Id,
    Owner,
    Name,
    Description,
    Url,
    Tags,
    Visibility,
    CreatedAt,
    UpdatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum ProjectTags {
    Table,
    Project,
    Tag,
    CreatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Vault {
    Table,
    Owner,
    Namespace,
    Name,
    Description,
    Version,
    Sealed,
    DataKey,
    KeyId,
    CreatedAt,
    UpdatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Webhooks {
    Table,
    Id,
    Owner,
    Url,
    Events,
    Description,
    CreatedAt,
    UpdatedAt,
    DisabledAt,
    DisabledCause,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum WebhookSecrets {
    Table,
    Webhook,
    Number,
    Sealed,
    CreatedAt,
    ExpiresAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum DayCounts {
    Table,
    Kind,
    Subject,
    Day,
    Used,
}
