//! An endpoint for webhooks, switched off: nothing of the demo leaves the house.

use super::Stage;
use crate::domain::ids::{UserId, WebhookId};
use crate::domain::webhooks::{Cause, Disabled, Patterns, Webhook};
use crate::problem::Problem;
use crate::store::Tx;
use crate::store::webhooks::secrets;
use crate::store::webhooks::{self, Signing};
use crate::webhooks::Secret;

pub(super) async fn fill(stage: &Stage<'_>, tx: &mut Tx, owner: UserId) -> Result<(), Problem> {
    let (at, random) = (stage.days_ago(28), &stage.app.random);
    let webhook = Webhook {
        id: WebhookId::new(at, random)?,
        owner,
        url: "https://hooks.demo.example/gatepost".to_owned(),
        events: Patterns::parse(vec!["key.*".to_owned(), "project.created".to_owned()])?,
        description: Some("Tells the group chat.".to_owned()),
        rate: None,
        created_at: at,
        updated_at: at,
        disabled: Some(Disabled { at: stage.days_ago(2), cause: Cause::Owner }),
    };
    webhooks::insert(tx, &webhook).await?;
    let secret = Secret::make(random)?;
    let sealed = stage.app.webhooks.seal(&webhook.id, 1, &secret, random).map_err(Problem::broken)?;
    let kept = Signing { webhook: webhook.id, number: 1, sealed, created_at: at, expires_at: None };
    Ok(secrets::insert(tx, &kept).await?)
}
