//! What was called: counted, and one by one.

use sea_query::Iden;

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
