//! `sessions`: where the account is signed in.

use gatepost_sdk::types;

use super::keys::moment;
use super::{Calls, Failure};
use crate::client_name::client_name;
use crate::dates::Moment;

/// More sessions than this are not shown; ending all of them works all the same.
const MAX_SESSIONS: usize = 200;

/// A session of the account, in the API: the portal's own sign-ins are among them.
#[derive(Debug, Clone)]
pub(crate) struct AccountSession {
    pub id: String,
    pub created: Moment,
    pub last_used: Moment,
    pub expires: Moment,
    /// The one that asks.
    pub current: bool,
    pub address: Option<String>,
    /// What the client is, in words.
    pub client: String,
    /// What the client calls itself, to the letter.
    pub user_agent: Option<String>,
}

impl Calls {
    /// The sessions of the account, newest first.
    pub async fn sessions(&self) -> Result<Vec<AccountSession>, Failure> {
        let mut stream = self.client.list_sessions().limit(100).stream();
        let mut sessions = Vec::new();
        while let Some(session) = stream.try_next().await? {
            sessions.push(AccountSession::from(session));
            if sessions.len() >= MAX_SESSIONS {
                break;
            }
        }
        Ok(sessions)
    }

    /// Signs out in one place.
    pub async fn end_session(&self, id: &str) -> Result<(), Failure> {
        self.client.revoke_session().session_id(id).send().await?;
        Ok(())
    }

    /// Ends every session of the account, in the API.
    pub async fn sign_out_everywhere(&self) -> Result<(), Failure> {
        self.client.revoke_all_sessions().send().await?;
        Ok(())
    }
}

impl From<types::Session> for AccountSession {
    fn from(session: types::Session) -> Self {
        Self {
            id: session.id,
            created: moment(session.created_at),
            last_used: moment(session.last_used_at),
            expires: moment(session.expires_at),
            current: session.current,
            address: session.address,
            client: client_name(session.user_agent.as_deref()),
            user_agent: session.user_agent,
        }
    }
}
