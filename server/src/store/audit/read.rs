//! Entries as lists show them.

use sea_query::{Expr, ExprTrait as _, Order, Query};

use super::{COLUMNS, Entry};
use crate::domain::ids::UserId;
use crate::domain::names::Names;
use crate::domain::time::Time;
use crate::store::tables::Audit;
use crate::store::{Connection, StoreError, values};

/// Which entries a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Who did it.
    pub actor: Option<UserId>,
    /// Whose thing it is.
    pub owner: Option<UserId>,
    /// The thing.
    pub target: Option<String>,
    /// What was done.
    pub action: Option<Names>,
    /// From this moment on.
    pub from: Option<Time>,
    /// Before this moment.
    pub to: Option<Time>,
}

/// Up to `most` entries that the filter lets through, newest first, those before that position.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    filter: &Filter,
    before: Option<i64>,
    most: u64,
) -> Result<Vec<Entry>, StoreError> {
    let column = |column: Audit| Expr::col(column);
    let conditions = [
        filter.actor.map(|actor| column(Audit::Actor).eq(actor)),
        filter.owner.map(|owner| column(Audit::Owner).eq(owner)),
        filter.target.as_deref().map(|target| column(Audit::Target).eq(target)),
        filter.action.as_ref().map(|action| values::named(Audit::Action, action)),
        filter.from.map(|from| column(Audit::At).gte(from)),
        filter.to.map(|to| column(Audit::At).lt(to)),
        before.map(|before| column(Audit::Position).lt(before)),
    ];
    let mut statement = Query::select();
    statement.columns(COLUMNS).from(Audit::Table).order_by(Audit::Position, Order::Desc).limit(most);
    for condition in conditions.into_iter().flatten() {
        statement.and_where(condition);
    }
    connection.fetch_all(&statement).await
}
