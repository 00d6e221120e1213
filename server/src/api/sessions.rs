//! Where an account is signed in, and how to end that.

use serde_json::json;

use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::{Action, Change};
use crate::domain::cursor::Cursor;
use crate::domain::ids::SessionId;
use crate::domain::sessions as domain;
use crate::generated::sessions::{RevokedSessions, Session, SessionPage, SessionsApi};
use crate::problem::Problem;
use crate::store::{audit, sessions};

impl SessionsApi for App {
    async fn list_sessions(&self, caller: Caller, limit: i32, cursor: Option<String>) -> Result<SessionPage, Problem> {
        let after = cursor.as_deref().map(Cursor::parse).transpose();
        let after = after.map_err(|error| Problem::invalid_query("cursor", error.to_string()))?;
        let most = usize::try_from(limit).unwrap_or(1);
        // One more than asked for tells whether there is a next page.
        let wanted = u64::try_from(most).unwrap_or(1).saturating_add(1);
        let (now, mut read) = (self.clock.now(), self.db.read().await?);
        let mut found = sessions::list(&mut read, caller.owner(), after.as_ref(), wanted, now).await?;
        let more = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| more).map(|session| Cursor { time: session.created_at, id: session.id });
        let next_cursor = last.map(|cursor| cursor.to_text());
        Ok(SessionPage { data: found.into_iter().map(|session| shown(session, &caller)).collect(), next_cursor })
    }

    async fn revoke_session(&self, caller: Caller, session_id: String) -> Result<(), Problem> {
        let missing = || Problem::not_found("There is no such session.");
        let id: SessionId = session_id.parse().map_err(|_| missing())?;
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let session = sessions::lock_owned(&mut tx, &id, caller.owner()).await?.ok_or_else(missing)?;
        if session.revoked_at.is_none() {
            sessions::revoke(&mut tx, &id, now).await?;
            audit::record(&mut tx, (now, &self.random), &caller.actor(), &ended(&caller, &id, 1)).await?;
        }
        tx.commit().await?;
        self.auth.forget_session(&id);
        Ok(())
    }

    async fn revoke_all_sessions(&self, caller: Caller) -> Result<RevokedSessions, Problem> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let ids = sessions::revoke_all(&mut tx, caller.owner(), now).await?;
        let change = ended(&caller, caller.owner(), ids.len());
        audit::record(&mut tx, (now, &self.random), &caller.actor(), &change).await?;
        tx.commit().await?;
        ids.iter().for_each(|id| self.auth.forget_session(id));
        Ok(RevokedSessions { revoked: i64::try_from(ids.len()).unwrap_or(i64::MAX) })
    }
}

/// One session by its id, or all of an account by the account's.
fn ended(caller: &Caller, target: &impl ToString, sessions: usize) -> Change {
    Change {
        action: Action::SessionRevoked,
        target: target.to_string(),
        owner: Some(*caller.owner()),
        before: None,
        after: Some(json!({ "reason": "asked", "sessions": sessions })),
    }
}

fn shown(session: domain::Session, caller: &Caller) -> Session {
    Session {
        id: session.id.to_string(),
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        current: caller.credential.session() == Some(session.id),
        client_key_id: session.origin.client_key.map(|key| key.to_string()),
        address: session.origin.address.map(|address| address.to_string()),
        user_agent: session.origin.user_agent,
    }
}
