//! Where tokens are kept between calls.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::Tokens;

/// Where tokens are kept. Implement it to keep them in a keychain, a database, a browser's storage.
///
/// The client loads once, saves after each sign-in and renewal, loads again before a renewal (another process may have
/// renewed) and clears when the API says that the tokens are dead.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// What is kept; `None` when nobody is signed in.
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError>;
    /// Keeps these instead of what was kept. Must be durable when it returns: the old refresh token is used up.
    async fn save(&self, tokens: &Tokens) -> Result<(), TokenStoreError>;
    /// Forgets what is kept.
    async fn clear(&self) -> Result<(), TokenStoreError>;
}

/// A token store failed.
#[derive(Debug, thiserror::Error)]
#[error("the token store failed: {0}")]
pub struct TokenStoreError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl TokenStoreError {
    /// Wraps what went wrong.
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl From<std::io::Error> for TokenStoreError {
    fn from(cause: std::io::Error) -> Self {
        Self::new(cause)
    }
}

/// Keeps tokens in memory: gone with the process.
#[derive(Default)]
pub struct MemoryTokens(Mutex<Option<Tokens>>);

impl MemoryTokens {
    /// Nothing kept yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins with tokens that are already there.
    #[must_use]
    pub fn with(tokens: Tokens) -> Self {
        Self(Mutex::new(Some(tokens)))
    }

    fn replace(&self, tokens: Option<Tokens>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tokens;
    }
}

impl fmt::Debug for MemoryTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTokens").finish_non_exhaustive()
    }
}

#[async_trait]
impl TokenStore for MemoryTokens {
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn save(&self, tokens: &Tokens) -> Result<(), TokenStoreError> {
        self.replace(Some(tokens.clone()));
        Ok(())
    }

    async fn clear(&self) -> Result<(), TokenStoreError> {
        self.replace(None);
        Ok(())
    }
}

#[async_trait]
impl<S: TokenStore + ?Sized> TokenStore for std::sync::Arc<S> {
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError> {
        (**self).load().await
    }

    async fn save(&self, tokens: &Tokens) -> Result<(), TokenStoreError> {
        (**self).save(tokens).await
    }

    async fn clear(&self) -> Result<(), TokenStoreError> {
        (**self).clear().await
    }
}
