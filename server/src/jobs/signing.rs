//! Keeps the keys that sign access tokens in time, and learns what other processes did to them.

use crate::app::App;

/// One round.
pub async fn tend(app: &App) {
    if let Err(error) = app.auth.tend_signing_keys(app.config.signing_key).await {
        tracing::error!(%error, "the signing keys could not be tended; those that are known go on");
    }
}
