//! Credentials: keys and tokens, how tokens are kept, and how they are renewed.
//!
//! This room knows when a token is too old and makes sure that many callers renew it once. It knows nothing of
//! retries or of what operations do. A new kind of storage implements [`TokenStore`] and needs nothing else from here.

mod clock;
mod file;
mod refresh;
mod session;
mod store;
mod tokens;

pub use file::FileTokens;
pub use store::{MemoryTokens, TokenStore, TokenStoreError};
pub use tokens::Tokens;

pub(crate) use clock::now;
pub(crate) use session::Session;
