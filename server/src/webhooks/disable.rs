//! An endpoint that is given up: it is told nothing more, and its owner learns of it by another way.

use serde_json::json;

use crate::app::App;
use crate::domain::audit::{Action, Actor, Change};
use crate::domain::events::WebhookDisabledData;
use crate::domain::ids::WebhookId;
use crate::domain::mails::Letter;
use crate::domain::webhooks::Cause;
use crate::store::{StoreError, audit, deliveries, events, users, webhooks};

/// Disables an endpoint, tells its owner's other endpoints and writes a mail. One that is disabled already stays as it is.
///
/// # Errors
/// The store's failure.
pub async fn disable(app: &App, id: &WebhookId, cause: Cause) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let Some((owner, url)) = webhooks::disable(&mut tx, id, now, cause).await? else { return Ok(()) };
    deliveries::stop(&mut tx, id).await?;
    // People put secrets into queries.
    let url = url.split('?').next().unwrap_or_default().to_owned();
    let told = WebhookDisabledData { webhook_id: id.to_string(), url: url.clone(), cause: cause.to_string() };
    events::tell(&mut tx, (now, &app.random), &owner, &told).await?;
    let email = users::find(&mut tx, &owner).await?.and_then(|owner| owner.email);
    app.auth.write_notice(&mut tx, email.as_deref(), |site| Letter::webhook_disabled(site, &url, cause), now).await?;
    let change = Change {
        action: Action::WebhookDisabled,
        target: id.to_string(),
        owner: Some(owner),
        before: Some(json!({ "disabled": null })),
        after: Some(json!({ "disabled": cause.name() })),
    };
    audit::record(&mut tx, (now, &app.random), &Actor::default(), &change).await?;
    tx.commit().await?;
    tracing::info!(webhook = %id, cause = cause.name(), "a webhook was disabled");
    Ok(())
}
