//! Sessions by their id, to refuse access tokens of an ended one at once.

use std::sync::Arc;

use super::recent::Recent;
use crate::domain::ids::SessionId;
use crate::store::sessions::{self, SessionState};
use crate::store::{Db, StoreError};

/// The cache.
#[derive(Debug, Default)]
pub struct SessionCache(Recent<SessionId, Arc<SessionState>>);

impl SessionCache {
    /// The session, ended or not.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn find(&self, db: &Db, id: &SessionId) -> Result<Option<Arc<SessionState>>, StoreError> {
        if let Some(known) = self.0.get(id) {
            return Ok(Some(known));
        }
        let began = self.0.generation();
        let Some(state) = sessions::state(&mut *db.read().await?, id).await? else {
            return Ok(None);
        };
        let state = Arc::new(state);
        self.0.keep(began, *id, Arc::clone(&state));
        Ok(Some(state))
    }

    /// Forgets one session: the next use asks the store.
    pub fn forget(&self, id: &SessionId) {
        self.0.forget(id);
    }
}
