//! The names of accounts that called a moment ago, so that showing them asks no store.

use std::sync::Arc;

use super::Auth;
use super::recent::Recent;
use crate::domain::ids::UserId;
use crate::store::{StoreError, users};

/// Names by account; `None` for an account without one.
pub type Accounts = Recent<UserId, Option<Arc<str>>>;

impl Auth {
    /// The name of an account, up to 10 s old.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn account_name(&self, id: &UserId) -> Result<Option<Arc<str>>, StoreError> {
        if let Some(name) = self.accounts.get(id) {
            return Ok(name);
        }
        let began = self.accounts.generation();
        let user = users::find(&mut *self.db.read().await?, id).await?;
        let name = user.and_then(|user| user.name).map(Arc::from);
        self.accounts.keep(began, *id, Option::clone(&name));
        Ok(name)
    }
}
