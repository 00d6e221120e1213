//! Categories.

use sea_query::{Expr, ExprTrait as _, Order, Query};
use sqlx::FromRow;

use super::tables::Categories;
use super::{Connection, StoreError};
use crate::domain::catalogue::{Category, MOST_CATEGORIES, Tree};
use crate::domain::ids::CategoryId;

#[derive(FromRow)]
struct Row {
    id: CategoryId,
    slug: String,
    name: String,
    parent: Option<CategoryId>,
}

/// The whole tree.
///
/// # Errors
/// The store's failure.
pub async fn tree(connection: &mut Connection) -> Result<Tree, StoreError> {
    let statement = Query::select()
        .columns([Categories::Id, Categories::Slug, Categories::Name, Categories::Parent])
        .from(Categories::Table)
        .order_by(Categories::Slug, Order::Asc)
        .limit(MOST_CATEGORIES)
        .to_owned();
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(Tree::of(rows.into_iter().map(|Row { id, slug, name, parent }| Category { id, slug, name, parent }).collect()))
}

/// Whether there is a category of that id.
///
/// # Errors
/// The store's failure.
pub async fn exists(connection: &mut Connection, id: &CategoryId) -> Result<bool, StoreError> {
    let statement = Query::select()
        .column(Categories::Id)
        .from(Categories::Table)
        .and_where(Expr::col(Categories::Id).eq(id))
        .to_owned();
    Ok(connection.fetch_optional::<(CategoryId,)>(&statement).await?.is_some())
}
