//! Categories.

use sea_query::{Expr, ExprTrait as _, Order, Query};
use sqlx::FromRow;

use super::tables::Categories;
use super::{Connection, StoreError};
use crate::domain::catalogue::{Category, SlugCursor};
use crate::domain::ids::CategoryId;

#[derive(FromRow)]
struct Row {
    id: CategoryId,
    slug: String,
    name: String,
    parent: Option<CategoryId>,
}

/// Up to `most` categories in the order of their slugs, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    after: Option<&SlugCursor>,
    most: u64,
) -> Result<Vec<Category>, StoreError> {
    let mut statement = Query::select();
    statement.columns([Categories::Id, Categories::Slug, Categories::Name, Categories::Parent]).from(Categories::Table);
    if let Some(after) = after {
        statement.and_where(Expr::col(Categories::Slug).gt(after.slug.as_str()));
    }
    statement.order_by(Categories::Slug, Order::Asc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|Row { id, slug, name, parent }| Category { id, slug, name, parent }).collect())
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
