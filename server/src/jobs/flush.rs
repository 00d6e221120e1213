//! Writes down what was counted: calls, and when keys were last used.

use crate::app::App;

/// Writes both. What the store does not take now waits for the next time.
pub async fn run(app: &App) {
    if let Err(error) = app.usage.flush(&app.db, app.clock.now()).await {
        tracing::warn!(%error, "usage could not be written and waits");
    }
    if let Err(error) = app.auth.flush().await {
        tracing::warn!(%error, "when keys were last used could not be written and waits");
    }
}
