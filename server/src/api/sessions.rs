//! Where an account is signed in, and how to end that.

use crate::app::App;
use crate::auth::Caller;
use crate::generated::sessions::{RevokedSessions, SessionsApi};
use crate::problem::Problem;
use crate::store::sessions;

impl SessionsApi for App {
    async fn revoke_all_sessions(&self, caller: Caller) -> Result<RevokedSessions, Problem> {
        let mut tx = self.db.write().await?;
        let ended = sessions::revoke_all(&mut tx, caller.owner(), self.clock.now()).await?;
        tx.commit().await?;
        for id in &ended {
            self.auth.forget_session(id);
        }
        Ok(RevokedSessions { revoked: i64::try_from(ended.len()).unwrap_or(i64::MAX) })
    }
}
