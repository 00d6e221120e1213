//! A store's failure on the wire: which one it was stands in the log alone.

use super::Problem;
use crate::store::StoreError;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => {
                tracing::warn!(%cause, "the database is away");
                Self::unavailable("The database is away. Try again.")
            }
            StoreError::Contended(cause) => {
                tracing::warn!(%cause, "a transaction lost against another one");
                Self::unavailable("Another request was faster. Try again.")
            }
            // The account was deleted between the gate and here, or a thing that the request names.
            StoreError::Reference(cause) => {
                tracing::warn!(%cause, "a request met the end of what it is about");
                Self::unavailable("What this belongs to was changed meanwhile. Try again.")
            }
            // A conflict that means something is answered where the insert is; here it is a surprise.
            other => Self::broken(other),
        }
    }
}
