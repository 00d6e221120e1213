//! Sessions by their id, to refuse access tokens of an ended one at once.

use std::sync::Arc;

use super::last_used::Noted;
use super::recent::Recent;
use crate::domain::ids::SessionId;
use crate::store::sessions::{self, SessionState};
use crate::store::{Db, StoreError};

/// A session as the store had it a moment ago, and when its use was last noted.
#[derive(Debug)]
pub struct FoundSession {
    /// The session.
    pub state: SessionState,
    pub(super) noted: Noted,
}

/// The cache.
#[derive(Debug, Default)]
pub struct SessionCache(Recent<SessionId, Arc<FoundSession>>);

impl SessionCache {
    /// The session, ended or not.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn find(&self, db: &Db, id: &SessionId) -> Result<Option<Arc<FoundSession>>, StoreError> {
        match self.0.get(id) {
            Some(known) => Ok(Some(known)),
            // On the heap, as keys are.
            None => Box::pin(self.load(db, id)).await,
        }
    }

    async fn load(&self, db: &Db, id: &SessionId) -> Result<Option<Arc<FoundSession>>, StoreError> {
        let began = self.0.generation();
        let Some(state) = sessions::state(&mut *db.read().await?, id).await? else {
            return Ok(None);
        };
        let found = Arc::new(FoundSession { noted: Noted::at(state.last_used_at), state });
        self.0.keep(began, *id, Arc::clone(&found));
        Ok(Some(found))
    }

    /// Forgets one session: the next use asks the store.
    pub fn forget(&self, id: &SessionId) {
        self.0.forget(id);
    }

    /// Forgets every session.
    pub fn forget_all(&self) {
        self.0.forget_all();
    }
}
