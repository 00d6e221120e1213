//! Sessions in memory, for tests and for the preview: they end with the process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::store::{SessionIdHash, SessionStore, SessionStoreError, StoredSession};

/// A [`SessionStore`] that forgets everything when the process ends.
#[derive(Debug, Default)]
pub struct MemorySessions(Mutex<HashMap<SessionIdHash, StoredSession>>);

#[async_trait]
impl SessionStore for MemorySessions {
    async fn load(&self, id: &SessionIdHash, now_ms: i64) -> Result<Option<StoredSession>, SessionStoreError> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(sessions.get(id).filter(|session| session.expires_at_ms > now_ms).cloned())
    }

    async fn save(&self, id: &SessionIdHash, session: &StoredSession) -> Result<bool, SessionStoreError> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = sessions.get(id).map_or(0, |stored| stored.version);
        if stored + 1 != session.version {
            return Ok(false);
        }
        sessions.insert(*id, session.clone());
        Ok(true)
    }

    async fn ended(&self, now_ms: i64, most: usize) -> Result<Vec<(SessionIdHash, StoredSession)>, SessionStoreError> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = sessions.iter().filter(|(_, session)| session.expires_at_ms <= now_ms);
        let mut ended: Vec<_> = ended.map(|(id, session)| (*id, session.clone())).collect();
        ended.sort_by_key(|(_, session)| session.expires_at_ms);
        ended.truncate(most);
        Ok(ended)
    }

    async fn delete(&self, id: &SessionIdHash) -> Result<(), SessionStoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }
}
