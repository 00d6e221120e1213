//! The names of tables and columns, once. A table's enum stands in the order of the migrations; those of
//! accounts and of calls stand in files of their own.

#![expect(missing_docs, reason = "the names are the migrations'; what a column means is said there")]

mod accounts;
mod calls;

use sea_query::Iden;

pub use accounts::*;
pub use calls::*;

#[derive(Debug, Clone, Copy, Iden)]
pub enum SchemaMigrations {
    Table,
    Name,
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
    Search,
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
    Sequence,
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
pub enum VanishingChannels {
    Table,
    ChannelId,
    GuildId,
    DurationSeconds,
    MessagesDeleted,
    LastVanishedAt,
    CreatedAt,
    UpdatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum ChannelSettings {
    Table,
    GuildId,
    Key,
    ChannelId,
    CreatedAt,
    UpdatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum PracticeSessions {
    Table,
    Id,
    Owner,
    Notes,
    StartedAt,
    EndedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Orders {
    Table,
    Id,
    Item,
    ItemTitle,
    Buyer,
    Seller,
    PriceAmount,
    PriceCurrency,
    Status,
    EndedBy,
    EndedAt,
    CreatedAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Messages {
    Table,
    OrderId,
    Number,
    Id,
    Sender,
    Body,
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
    FailingSince,
    RatePerSecond,
    NextAttemptFrom,
    Dispatcher,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Dispatchers {
    Table,
    Id,
    AliveUntil,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum Deliveries {
    Table,
    Id,
    Webhook,
    Event,
    Type,
    Sequence,
    Body,
    Status,
    Tries,
    Attempts,
    LastAt,
    LastDurationMs,
    LastStatus,
    LastFailure,
    LastAnswer,
    CreatedAt,
    NextAt,
}

#[derive(Debug, Clone, Copy, Iden)]
pub enum DeliveryAttempts {
    Table,
    Delivery,
    Number,
    At,
    DurationMs,
    Status,
    Failure,
    Answer,
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
