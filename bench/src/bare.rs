//! The yardstick: poem alone, with a handler that gives the same answer and nothing else.

use anyhow::Result;
use poem::error::{InternalServerError, NotFoundError};
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::web::{Data, Json, Path};
use poem::{EndpointExt as _, Route, Server, get, handler};
use serde::Serialize;
use serde_json::Value;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

#[expect(clippy::needless_pass_by_value, reason = "poem hands a handler its extractors by value")]
#[handler]
fn same_body(body: Data<&Value>) -> Json<Value> {
    Json(body.0.clone())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    seller_id: String,
    title: String,
    description: String,
    price: Price,
    condition: String,
    status: String,
    category_id: Option<String>,
    brand_id: Option<String>,
    created_at: i64,
    updated_at: i64,
}

#[derive(Serialize)]
struct Price {
    amount: i64,
    currency: String,
}

type Row = (String, String, String, String, i64, String, String, String, Option<String>, Option<String>, i64, i64);

const ITEM: &str = "SELECT id, seller, title, description, price_amount, price_currency, condition, status, category, brand, created_at, updated_at FROM items WHERE id = ?";

#[handler]
async fn item(Path(id): Path<String>, pool: Data<&SqlitePool>) -> poem::Result<Json<Item>> {
    let row: Option<Row> = sqlx::query_as(ITEM).bind(&id).fetch_optional(pool.0).await.map_err(InternalServerError)?;
    let (
        id,
        seller_id,
        title,
        description,
        amount,
        currency,
        condition,
        status,
        category_id,
        brand_id,
        created_at,
        updated_at,
    ) = row.ok_or(NotFoundError)?;
    Ok(Json(Item {
        id,
        seller_id,
        title,
        description,
        price: Price { amount, currency },
        condition,
        status,
        category_id,
        brand_id,
        created_at,
        updated_at,
    }))
}

/// Serves until it is stopped; prints its address first.
pub async fn serve(database: &str, body: String) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
    let body: Value = serde_json::from_str(&body)?;
    let routes = Route::new().at("/v1/me", get(same_body)).at("/v1/items/:id", get(item)).data(pool).data(body);
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
    for address in acceptor.local_addr() {
        println!("{}", address.0);
    }
    Server::new_with_acceptor(acceptor).run(routes).await?;
    Ok(())
}
