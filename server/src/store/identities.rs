//! Who accounts are elsewhere. Whoever changes an account's identities holds the account alone (`users::hold`).

use sea_query::{Expr, ExprTrait as _, OnConflict, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::Identities;
use super::{Connection, StoreError, Tx, users};
use crate::domain::cursor::Cursor;
use crate::domain::identities::{Identity, Platform};
use crate::domain::ids::{IdentityId, UserId};
use crate::domain::time::Time;
use crate::domain::users::User;

const COLUMNS: [Identities; 6] = [
    Identities::Id,
    Identities::Owner,
    Identities::Platform,
    Identities::Identity,
    Identities::IsPrimary,
    Identities::CreatedAt,
];

#[derive(FromRow)]
struct Row {
    id: IdentityId,
    owner: UserId,
    platform: Platform,
    identity: String,
    is_primary: bool,
    created_at: Time,
}

impl From<Row> for Identity {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            owner: row.owner,
            platform: row.platform,
            identity: row.identity,
            is_primary: row.is_primary,
            created_at: row.created_at,
        }
    }
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Identities::Table).to_owned()
}

/// Whose identity it is, if anybody's.
///
/// # Errors
/// The store's failure.
pub async fn owner_of(
    connection: &mut Connection,
    platform: Platform,
    identity: &str,
) -> Result<Option<UserId>, StoreError> {
    let statement = Query::select()
        .column(Identities::Owner)
        .from(Identities::Table)
        .and_where(Expr::col(Identities::Platform).eq(platform))
        .and_where(Expr::col(Identities::Identity).eq(identity))
        .to_owned();
    let row: Option<(UserId,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|(owner,)| owner))
}

/// The account's identity on a platform that is shown.
///
/// # Errors
/// The store's failure.
pub async fn primary(
    connection: &mut Connection,
    owner: &UserId,
    platform: Platform,
) -> Result<Option<String>, StoreError> {
    let statement = Query::select()
        .column(Identities::Identity)
        .from(Identities::Table)
        .and_where(Expr::col(Identities::Owner).eq(owner))
        .and_where(Expr::col(Identities::Platform).eq(platform))
        .and_where(Expr::col(Identities::IsPrimary).eq(true))
        .to_owned();
    let row: Option<(String,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|(identity,)| identity))
}

/// The identity of that id.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &IdentityId) -> Result<Option<Identity>, StoreError> {
    let statement = select().and_where(Expr::col(Identities::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Identity::from))
}

/// Every identity of these accounts, each account's oldest first.
///
/// # Errors
/// The store's failure.
pub async fn of_all(
    connection: &mut Connection,
    owners: impl IntoIterator<Item = UserId>,
) -> Result<Vec<Identity>, StoreError> {
    let statement = select()
        .and_where(Expr::col(Identities::Owner).is_in(owners))
        .order_by(Identities::CreatedAt, Order::Asc)
        .order_by(Identities::Id, Order::Asc)
        .to_owned();
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Identity::from).collect())
}

/// Up to `most` of an account's identities, oldest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    owner: &UserId,
    after: Option<&Cursor<IdentityId>>,
    most: u64,
) -> Result<Vec<Identity>, StoreError> {
    let mut statement = select();
    statement.and_where(Expr::col(Identities::Owner).eq(owner));
    if let Some(after) = after {
        let place = Expr::tuple([Expr::col(Identities::CreatedAt), Expr::col(Identities::Id)]);
        statement.and_where(place.gt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    statement.order_by(Identities::CreatedAt, Order::Asc).order_by(Identities::Id, Order::Asc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Identity::from).collect())
}

/// Keeps a new identity, unless somebody has it: of two at once, one is told no.
///
/// # Errors
/// The store's failure.
pub async fn insert_if_new(tx: &mut Tx, new: &Identity) -> Result<bool, StoreError> {
    let values: [Expr; 6] = [
        new.id.into(),
        new.owner.into(),
        new.platform.into(),
        new.identity.as_str().into(),
        new.is_primary.into(),
        new.created_at.into(),
    ];
    let statement = Query::insert()
        .into_table(Identities::Table)
        .columns(COLUMNS)
        .values_panic(values)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

/// The account of an identity, and whether that is `new`, which is kept where the identity had none. Of two at once the
/// second waits here, and finds the first one's.
///
/// # Errors
/// The store's failure.
pub async fn owner_or_open(tx: &mut Tx, new: &User, identity: &Identity) -> Result<(Option<UserId>, bool), StoreError> {
    if let Some(owner) = owner_of(tx, identity.platform, &identity.identity).await? {
        return Ok((Some(owner), false));
    }
    users::insert_if_new(tx, new, None).await?;
    if insert_if_new(tx, identity).await? {
        return Ok((Some(new.id), true));
    }
    users::delete(tx, &new.id).await?;
    Ok((owner_of(tx, identity.platform, &identity.identity).await?, false))
}

/// Shows this identity first on its platform, and its account's others there after it.
///
/// # Errors
/// The store's failure.
pub async fn make_primary(tx: &mut Tx, identity: &Identity) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Identities::Table)
        .value(Identities::IsPrimary, Expr::col(Identities::Id).eq(identity.id))
        .and_where(Expr::col(Identities::Owner).eq(identity.owner))
        .and_where(Expr::col(Identities::Platform).eq(identity.platform))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Removes an identity.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, id: &IdentityId) -> Result<(), StoreError> {
    let statement =
        Query::delete().from_table(Identities::Table).and_where(Expr::col(Identities::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}
