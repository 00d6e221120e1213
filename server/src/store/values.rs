//! How the nouns of `domain` are written into columns: ids, scopes and names as text, times as milliseconds.

use sea_query::value::Nullable;
use sea_query::{Expr, ExprTrait as _, IntoColumnRef, Value};
use sqlx::decode::Decode;
use sqlx::error::BoxDynError;
use sqlx::{Database, Type};

use crate::domain::applications;
use crate::domain::audit::Action;
use crate::domain::deliveries;
use crate::domain::events::EventType;
use crate::domain::identities::Platform;
use crate::domain::ids::{
    ApplicationId, AuditId, BrandId, CategoryId, DeliveryId, DispatcherId, EventId, IdentityId, ItemId, KeyId, MailId,
    MessageId, OrderId, PracticeId, ProjectId, RequestId, SessionId, UserId, WebhookId,
};
use crate::domain::items::{Condition, Status};
use crate::domain::keys::{Environment, KeyHash, KeyKind, Metadata, Networks, Origins};
use crate::domain::mail_links::Purpose;
use crate::domain::money::Currency;
use crate::domain::names::Names;
use crate::domain::orders;
use crate::domain::projects::{Tags, Visibility};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier};
use crate::domain::webhooks::{Cause, Patterns};

/// Columns of text that hold what `Display` writes and `FromStr` reads. A row that does not read back is
/// `StoreError::Broken`: better no answer than a wrong one.
macro_rules! as_text {
    ($($name:ty),* $(,)?) => {$(
        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Self::String(Some(value.to_string()))
            }
        }

        impl From<&$name> for Value {
            fn from(value: &$name) -> Self {
                Self::String(Some(value.to_string()))
            }
        }

        impl Nullable for $name {
            fn null() -> Value {
                Value::String(None)
            }
        }

        impl<DB: Database> Type<DB> for $name
        where
            String: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(ty)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            &'r str: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok(<&str as Decode<DB>>::decode(value)?.parse()?)
            }
        }
    )*};
}

as_text!(UserId, KeyId, SessionId, ItemId, CategoryId, BrandId, RequestId, EventId, AuditId, IdentityId, MailId);
as_text!(OrderId, MessageId, orders::Status, orders::Party);
as_text!(ProjectId, Tags, Visibility);
as_text!(PracticeId, ApplicationId, applications::Status, applications::Vote);
as_text!(Scopes, Role, Tier, Environment, KeyHash, KeyKind, Metadata, Networks, Origins);
as_text!(Action, EventType, Platform, Purpose);
as_text!(Condition, Status, Currency);
as_text!(WebhookId, Cause, Patterns, DeliveryId, DispatcherId, deliveries::Status, deliveries::Failure);

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Self::BigInt(Some(time.ms()))
    }
}

impl Nullable for Time {
    fn null() -> Value {
        Value::BigInt(None)
    }
}

impl<DB: Database> Type<DB> for Time
where
    i64: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <i64 as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <i64 as Type<DB>>::compatible(ty)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Time
where
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::from_ms(<i64 as Decode<DB>>::decode(value)?))
    }
}

/// Whether a column's name is one of these. A beginning is a span of the index: `key.` up to what follows every text that
/// begins so, bytewise.
pub(super) fn named(column: impl IntoColumnRef + Copy, names: &Names) -> Expr {
    match names {
        Names::One(name) => Expr::col(column).eq(name.as_str()),
        Names::Begin(start) => {
            let end = [start.as_str(), "\u{10ffff}"].concat();
            Expr::col(column).gte(start.as_str()).and(Expr::col(column).lt(end))
        }
    }
}
