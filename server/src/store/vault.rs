//! Secrets of the vault, sealed.

use sea_query::{Expr, ExprTrait as _, LockType, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::{Users, Vault};
use super::{Connection, StoreError, Tx};
use crate::domain::ids::UserId;
use crate::domain::time::Time;
use crate::domain::vault::{Kept, Place};

const COLUMNS: [Vault; 10] = [
    Vault::Owner,
    Vault::Namespace,
    Vault::Name,
    Vault::Description,
    Vault::Version,
    Vault::Sealed,
    Vault::DataKey,
    Vault::KeyId,
    Vault::CreatedAt,
    Vault::UpdatedAt,
];

#[derive(FromRow)]
struct Row {
    owner: UserId,
    namespace: String,
    name: String,
    description: Option<String>,
    version: i64,
    sealed: String,
    data_key: String,
    key_id: String,
    created_at: Time,
    updated_at: Time,
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        Self {
            place: Place { owner: row.owner, namespace: row.namespace, name: row.name },
            description: row.description,
            version: row.version,
            sealed: row.sealed,
            data_key: row.data_key,
            key_id: row.key_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn at(place: &Place) -> Expr {
    let (owner, namespace) = (Expr::col(Vault::Owner).eq(place.owner), Expr::col(Vault::Namespace));
    owner.and(namespace.eq(place.namespace.as_str())).and(Expr::col(Vault::Name).eq(place.name.as_str()))
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Vault::Table).to_owned()
}

/// What is kept at a place.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, place: &Place) -> Result<Option<Kept>, StoreError> {
    let statement = select().and_where(at(place)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Kept::from))
}

/// As [`find`], and nobody else puts or deletes there until this transaction ends, also where there is nothing yet.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, place: &Place) -> Result<Option<Kept>, StoreError> {
    let owner = Query::select()
        .column(Users::Id)
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(place.owner))
        .lock(LockType::NoKeyUpdate)
        .to_owned();
    tx.fetch_optional::<(UserId,)>(&owner).await?;
    find(tx, place).await
}

/// Up to `most` secrets of a namespace in the order of their names, those after a name.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    owner: &UserId,
    namespace: &str,
    after: Option<&str>,
    most: u64,
) -> Result<Vec<Kept>, StoreError> {
    let mut statement = select();
    statement.and_where(Expr::col(Vault::Owner).eq(owner)).and_where(Expr::col(Vault::Namespace).eq(namespace));
    if let Some(after) = after {
        statement.and_where(Expr::col(Vault::Name).gt(after));
    }
    statement.order_by(Vault::Name, Order::Asc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Kept::from).collect())
}

/// Keeps a secret at a place that was empty.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, kept: &Kept) -> Result<(), StoreError> {
    let values: [Expr; 10] = [
        kept.place.owner.into(),
        kept.place.namespace.as_str().into(),
        kept.place.name.as_str().into(),
        kept.description.clone().into(),
        kept.version.into(),
        kept.sealed.as_str().into(),
        kept.data_key.as_str().into(),
        kept.key_id.as_str().into(),
        kept.created_at.into(),
        kept.updated_at.into(),
    ];
    let statement = Query::insert().into_table(Vault::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Puts another value where there was one.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, kept: &Kept) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Vault::Table)
        .value(Vault::Description, kept.description.clone())
        .value(Vault::Version, kept.version)
        .value(Vault::Sealed, kept.sealed.as_str())
        .value(Vault::DataKey, kept.data_key.as_str())
        .value(Vault::KeyId, kept.key_id.as_str())
        .value(Vault::UpdatedAt, kept.updated_at)
        .and_where(at(&kept.place))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Removes what is kept at a place.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, place: &Place) -> Result<(), StoreError> {
    let statement = Query::delete().from_table(Vault::Table).and_where(at(place)).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Up to `most` secrets, locked, whose data keys are sealed under another key than this, those after a place.
///
/// # Errors
/// The store's failure.
pub async fn sealed_otherwise(
    tx: &mut Tx,
    key_id: &str,
    after: Option<&Place>,
    most: u64,
) -> Result<Vec<Kept>, StoreError> {
    let mut statement = select();
    statement.and_where(Expr::col(Vault::KeyId).ne(key_id));
    if let Some(after) = after {
        let columns = Expr::tuple([Expr::col(Vault::Owner), Expr::col(Vault::Namespace), Expr::col(Vault::Name)]);
        let place = [after.owner.into(), after.namespace.as_str().into(), after.name.as_str().into()];
        statement.and_where(columns.gt(Expr::tuple(place)));
    }
    for column in [Vault::Owner, Vault::Namespace, Vault::Name] {
        statement.order_by(column, Order::Asc);
    }
    statement.limit(most).lock_exclusive();
    let rows: Vec<Row> = tx.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Kept::from).collect())
}

/// How many secrets are sealed under another key than this.
///
/// # Errors
/// The store's failure.
pub async fn count_sealed_otherwise(connection: &mut Connection, key_id: &str) -> Result<u64, StoreError> {
    let statement = Query::select()
        .expr(Expr::col(Vault::Name).count())
        .from(Vault::Table)
        .and_where(Expr::col(Vault::KeyId).ne(key_id))
        .to_owned();
    let count = connection.fetch_optional::<(i64,)>(&statement).await?;
    Ok(count.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
}

/// Keeps a data key that was sealed anew. The row is locked.
///
/// # Errors
/// The store's failure.
pub async fn rewrap(tx: &mut Tx, kept: &Kept) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Vault::Table)
        .value(Vault::DataKey, kept.data_key.as_str())
        .value(Vault::KeyId, kept.key_id.as_str())
        .and_where(at(&kept.place))
        .and_where(Expr::col(Vault::Version).eq(kept.version))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}
