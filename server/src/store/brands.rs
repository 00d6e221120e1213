//! Brands.

use sea_query::{Expr, ExprTrait as _, Order, Query};
use sqlx::FromRow;

use super::tables::Brands;
use super::{Connection, StoreError};
use crate::domain::catalogue::{Brand, SlugCursor};
use crate::domain::ids::BrandId;

#[derive(FromRow)]
struct Row {
    id: BrandId,
    slug: String,
    name: String,
}

/// Up to `most` brands in the order of their slugs, those after the cursor; only such whose folded name begins so.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    start: Option<&str>,
    after: Option<&SlugCursor>,
    most: u64,
) -> Result<Vec<Brand>, StoreError> {
    let mut statement = Query::select();
    statement.columns([Brands::Id, Brands::Slug, Brands::Name]).from(Brands::Table);
    if let Some(start) = start {
        let end = [start, "\u{10ffff}"].concat();
        statement.and_where(Expr::col(Brands::Search).gte(start)).and_where(Expr::col(Brands::Search).lt(end));
    }
    if let Some(after) = after {
        statement.and_where(Expr::col(Brands::Slug).gt(after.slug.as_str()));
    }
    statement.order_by(Brands::Slug, Order::Asc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|Row { id, slug, name }| Brand { id, slug, name }).collect())
}

/// Whether there is a brand of that id.
///
/// # Errors
/// The store's failure.
pub async fn exists(connection: &mut Connection, id: &BrandId) -> Result<bool, StoreError> {
    let statement =
        Query::select().column(Brands::Id).from(Brands::Table).and_where(Expr::col(Brands::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<(BrandId,)>(&statement).await?.is_some())
}
