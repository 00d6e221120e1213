//! What the portal keeps about signed-in browsers. It stays sealed: the server has no key to it.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost_portal::{SessionIdHash, SessionStore, SessionStoreError, StoredSession};
use sea_query::{Expr, ExprTrait as _, Order, Query};

use super::tables::PortalSessions as Table;
use super::{Db, StoreError, Tx};
use crate::domain::time::Time;

/// The portal's sessions in the database.
#[derive(Debug, Clone)]
pub struct PortalSessions(Db);

impl PortalSessions {
    /// In this database.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self(db)
    }

    async fn find(&self, id: &SessionIdHash, now: Time) -> Result<Option<(i64, String, i64)>, StoreError> {
        let statement = Query::select()
            .columns([Table::Version, Table::Sealed, Table::ExpiresAt])
            .from(Table::Table)
            .and_where(Expr::col(Table::Hash).eq(text(id)))
            .and_where(Expr::col(Table::ExpiresAt).gt(now))
            .to_owned();
        self.0.read().await?.fetch_optional(&statement).await
    }

    async fn find_ended(&self, now: Time, most: u64) -> Result<Vec<(String, i64, String, i64)>, StoreError> {
        let statement = Query::select()
            .columns([Table::Hash, Table::Version, Table::Sealed, Table::ExpiresAt])
            .from(Table::Table)
            .and_where(Expr::col(Table::ExpiresAt).lte(now))
            .order_by(Table::ExpiresAt, Order::Asc)
            .limit(most)
            .to_owned();
        self.0.read().await?.fetch_all(&statement).await
    }

    async fn write(&self, id: &SessionIdHash, session: &StoredSession) -> Result<bool, StoreError> {
        let mut tx = self.0.write().await?;
        let wrote =
            if session.version == 1 { insert(&mut tx, id, session).await } else { update(&mut tx, id, session).await };
        match wrote {
            Ok(wrote) => tx.commit().await.map(|()| wrote),
            Err(StoreError::Conflict(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn remove(&self, id: &SessionIdHash) -> Result<(), StoreError> {
        let statement =
            Query::delete().from_table(Table::Table).and_where(Expr::col(Table::Hash).eq(text(id))).to_owned();
        let mut tx = self.0.write().await?;
        tx.execute(&statement).await?;
        tx.commit().await
    }
}

async fn insert(tx: &mut Tx, id: &SessionIdHash, session: &StoredSession) -> Result<bool, StoreError> {
    let values: [Expr; 4] =
        [text(id).into(), session.version.into(), sealed(session).into(), session.expires_at_ms.into()];
    let statement = Query::insert()
        .into_table(Table::Table)
        .columns([Table::Hash, Table::Version, Table::Sealed, Table::ExpiresAt])
        .values_panic(values)
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

async fn update(tx: &mut Tx, id: &SessionIdHash, session: &StoredSession) -> Result<bool, StoreError> {
    let statement = Query::update()
        .table(Table::Table)
        .value(Table::Version, session.version)
        .value(Table::Sealed, sealed(session))
        .value(Table::ExpiresAt, session.expires_at_ms)
        .and_where(Expr::col(Table::Hash).eq(text(id)))
        .and_where(Expr::col(Table::Version).eq(session.version.saturating_sub(1)))
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

fn text(id: &SessionIdHash) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

fn sealed(session: &StoredSession) -> String {
    URL_SAFE_NO_PAD.encode(&session.sealed)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> SessionStoreError {
    SessionStoreError(Box::new(error))
}

#[async_trait]
impl SessionStore for PortalSessions {
    async fn load(&self, id: &SessionIdHash, now_ms: i64) -> Result<Option<StoredSession>, SessionStoreError> {
        let found = self.find(id, Time::from_ms(now_ms)).await.map_err(failed)?;
        let Some((version, sealed, expires_at_ms)) = found else { return Ok(None) };
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(failed)?;
        Ok(Some(StoredSession { version, sealed, expires_at_ms }))
    }

    async fn ended(&self, now_ms: i64, most: usize) -> Result<Vec<(SessionIdHash, StoredSession)>, SessionStoreError> {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let found = self.find_ended(Time::from_ms(now_ms), most).await.map_err(failed)?;
        found
            .into_iter()
            .map(|(hash, version, sealed, expires_at_ms)| {
                let mut id = SessionIdHash::default();
                URL_SAFE_NO_PAD.decode_slice(hash, &mut id).map_err(failed)?;
                let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(failed)?;
                Ok((id, StoredSession { version, sealed, expires_at_ms }))
            })
            .collect()
    }

    async fn save(&self, id: &SessionIdHash, session: &StoredSession) -> Result<bool, SessionStoreError> {
        self.write(id, session).await.map_err(failed)
    }

    async fn delete(&self, id: &SessionIdHash) -> Result<(), SessionStoreError> {
        self.remove(id).await.map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch;

    #[tokio::test]
    async fn ended_sessions_are_told_oldest_first_in_batches_until_they_are_deleted() {
        for scratch in scratch::each().await {
            let store = PortalSessions::new(scratch.db.clone());
            let session = |expires_at_ms: i64| StoredSession { version: 1, sealed: vec![0, 255, 7], expires_at_ms };
            for (id, end) in [(1, 300), (2, 100), (3, 200), (4, 301)] {
                assert!(store.save(&[id; 32], &session(end)).await.unwrap());
            }
            assert!(store.load(&[1; 32], 300).await.unwrap().is_none());
            assert_eq!(store.ended(300, 2).await.unwrap(), [([2; 32], session(100)), ([3; 32], session(200))]);
            store.delete(&[2; 32]).await.unwrap();
            assert_eq!(store.ended(300, 9).await.unwrap(), [([3; 32], session(200)), ([1; 32], session(300))]);
        }
    }
}
