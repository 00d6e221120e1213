//! Lists of keys.

use sea_query::{Cond, Expr, ExprTrait as _, Func, LikeExpr, Order, Query};

use super::folded;
use super::row::{Row, select};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{KeyId, UserId};
use crate::domain::keys::{Key, KeyKind, KeyStatus};
use crate::domain::time::Time;
use crate::store::tables::Keys;
use crate::store::{Connection, StoreError};

/// Which keys a list shows. What is `None` lets all through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whose.
    pub owner: Option<UserId>,
    /// Of which group.
    pub namespace: Option<String>,
    /// In which state.
    pub status: Option<KeyStatus>,
    /// Of which kind.
    pub kind: Option<KeyKind>,
    /// With which text in the name, in any case.
    pub search: Option<String>,
}

/// Up to `most` keys, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    filter: &Filter,
    after: Option<&Cursor<KeyId>>,
    most: u64,
    now: Time,
) -> Result<Vec<Key>, StoreError> {
    let mut statement = select();
    statement.cond_where(passes(filter, now));
    if let Some(after) = after {
        statement.cond_where(
            Cond::any()
                .add(column(Keys::CreatedAt).lt(after.time))
                .add(Cond::all().add(column(Keys::CreatedAt).eq(after.time)).add(column(Keys::Id).lt(after.id))),
        );
    }
    statement
        .order_by((Keys::Table, Keys::CreatedAt), Order::Desc)
        .order_by((Keys::Table, Keys::Id), Order::Desc)
        .limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Key::from).collect())
}

/// How many keys there are in that state, over all accounts.
///
/// # Errors
/// The store's failure.
pub async fn count(connection: &mut Connection, status: KeyStatus, now: Time) -> Result<i64, StoreError> {
    let statement =
        Query::select().expr(Expr::cust("COUNT(*)")).from(Keys::Table).cond_where(in_state(status, now)).to_owned();
    let row: Option<(i64,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map_or(0, |(count,)| count))
}

fn column(column: Keys) -> Expr {
    Expr::col((Keys::Table, column))
}

fn passes(filter: &Filter, now: Time) -> Cond {
    let search = filter.search.as_deref().map(|text| column(Keys::Search).like(containing(&folded(text))));
    Cond::all()
        .add_option(filter.owner.map(|owner| column(Keys::Owner).eq(owner)))
        .add_option(filter.namespace.as_deref().map(|namespace| column(Keys::Namespace).eq(namespace)))
        .add_option(filter.kind.map(|kind| column(Keys::Kind).eq(kind)))
        .add_option(search)
        .add_option(filter.status.map(|status| in_state(status, now)))
}

/// Text that stands anywhere; what means something in a pattern means itself.
fn containing(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// What [`Key::status`] says, as a condition.
fn in_state(status: KeyStatus, now: Time) -> Cond {
    let last_use = Expr::expr(Func::coalesce([column(Keys::LastUsedAt), column(Keys::CreatedAt)]));
    let idle_from = last_use.add(column(Keys::MaxIdleMs));
    let not_revoked = column(Keys::RevokedAt).is_null();
    let living =
        Cond::all().add(not_revoked.clone()).add(column(Keys::ExpiresAt).is_null().or(column(Keys::ExpiresAt).gt(now)));
    let in_use = living.clone().add(column(Keys::MaxIdleMs).is_null().or(idle_from.clone().gt(now)));
    match status {
        KeyStatus::Revoked => Cond::all().add(column(Keys::RevokedAt).is_not_null()),
        KeyStatus::Expired => Cond::all().add(not_revoked).add(column(Keys::ExpiresAt).lte(now)),
        KeyStatus::Idle => living.add(column(Keys::MaxIdleMs).is_not_null()).add(idle_from.lte(now)),
        KeyStatus::Disabled => in_use.add(column(Keys::DisabledAt).is_not_null()),
        KeyStatus::Active => in_use.add(column(Keys::DisabledAt).is_null()),
    }
}
