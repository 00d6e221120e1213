//! Keys above and below others, in one query.

use sea_query::{
    CommonTableExpression, Expr, ExprTrait as _, Iden, Order, Query, SelectStatement, UnionType, WithClause,
};

use super::row::{COLUMNS, select};
use crate::domain::keys::GENERATIONS;
use crate::store::tables::Keys;

/// The keys that a query has found so far, each with how far it is from the first.
#[derive(Debug, Clone, Copy, Iden)]
pub(super) enum Line {
    Table,
    Depth,
}

/// A common table of the keys that `found` selects and of those above them, up to the oldest generation.
pub(super) fn upwards(found: SelectStatement) -> WithClause {
    let above = Expr::col((Keys::Table, Keys::Id)).equals((Line::Table, Keys::Parent));
    gathered(found, above)
}

/// The same downwards.
pub(super) fn downwards(found: SelectStatement) -> WithClause {
    let below = Expr::col((Keys::Table, Keys::Parent)).equals((Line::Table, Keys::Id));
    gathered(found, below)
}

fn gathered(mut found: SelectStatement, on: Expr) -> WithClause {
    let further = i64::try_from(GENERATIONS).unwrap_or(i64::MAX) - 1;
    let next = Expr::col((Line::Table, Line::Depth)).add(1_i64);
    let step = select()
        .expr(next)
        .inner_join(Line::Table, on)
        .and_where(Expr::col((Line::Table, Line::Depth)).lt(further))
        .to_owned();
    let both = found.expr(Expr::val(0_i64)).union(UnionType::All, step).to_owned();
    let columns = COLUMNS.iter().map(|column| column.to_string()).chain([Line::Depth.to_string()]);
    let table = CommonTableExpression::new().table_name(Line::Table).columns(columns).query(both).to_owned();
    WithClause::new().recursive(true).cte(table).to_owned()
}

/// Everything that was gathered, the first found ones first.
pub(super) fn all() -> SelectStatement {
    Query::select()
        .columns(COLUMNS.map(|column| (Line::Table, column)))
        .from(Line::Table)
        .order_by((Line::Table, Line::Depth), Order::Asc)
        .to_owned()
}
