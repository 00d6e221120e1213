//! Webhooks: an account's endpoints, and the secrets that deliveries to them are signed with.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::nullable::nullable;
use super::pages::{self, Page};
use super::webhook_health;
use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::{Action, Change};
use crate::domain::cursor::Cursor;
use crate::domain::deliveries::{self as domain, DeliveryError, Told};
use crate::domain::events::{EventType, WebhookTestData};
use crate::domain::ids::{DeliveryId, EventId, WebhookId};
use crate::domain::time::Time;
use crate::domain::usage::Span;
use crate::domain::webhooks::{Asked, MOST_OLD_SECRETS, Patterns, Rate, Webhook, WebhookError, old_secrets_end};
use crate::generated::types::{Delivery, UsageInterval};
use crate::generated::webhooks::{
    CreateWebhook, CreatedWebhook, RotateWebhookSecret, RotatedWebhookSecret, UpdateWebhook, Webhook as Shown,
    WebhookHealth, WebhookPage, WebhooksApi,
};
use crate::problem::Problem;
use crate::store::deliveries::{self, counts, outbox};
use crate::store::webhooks::{self, Signing, secrets};
use crate::store::{Connection, Tx, audit, idempotency, users};
use crate::webhooks::Secret;

impl WebhooksApi for App {
    async fn create_webhook(&self, caller: Caller, body: CreateWebhook) -> Result<CreatedWebhook, Problem> {
        let (now, owner, most) = (self.clock.now(), *caller.owner(), self.webhooks.most_per_account);
        let target = self.webhooks.guard.target(&body.url)?;
        let webhook = Webhook {
            id: WebhookId::new(now, &self.random)?,
            owner,
            url: target.url.into(),
            events: Patterns::parse(body.events)?,
            description: body.description,
            rate: body.rate_per_second.map(Rate::per_second),
            created_at: now,
            updated_at: now,
            disabled: None,
        };
        let mut tx = self.db.write().await?;
        // Alone, so that nobody counts while another makes one.
        users::hold(&mut tx, &owner, true).await?;
        if webhooks::count(&mut tx, &owner).await? >= most {
            return Err(WebhookError::TooMany(most).into());
        }
        webhooks::insert(&mut tx, &webhook).await?;
        let secret = self.new_secret(&mut tx, &webhook.id, 1, now).await?;
        let created = shown_once(&webhook, &secret);
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &created).await?;
        self.note_webhook(&mut tx, &caller, Action::WebhookCreated, (None, Some(state(&webhook))), &webhook).await?;
        tx.commit().await?;
        Ok(created)
    }

    async fn list_webhooks(&self, caller: Caller, limit: i32, cursor: Option<String>) -> Result<WebhookPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Cursor::parse)?);
        let mut connection = self.db.read().await?;
        let mut found = webhooks::list(&mut connection, caller.owner(), after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Cursor { time: last.created_at, id: last.id }.to_text());
        Ok(WebhookPage { data: found.iter().map(shown).collect(), next_cursor: next })
    }

    async fn get_webhook(&self, caller: Caller, webhook_id: String) -> Result<Shown, Problem> {
        Ok(shown(&found(&mut *self.db.read().await?, &caller, &webhook_id).await?))
    }

    async fn update_webhook(&self, caller: Caller, webhook_id: String, body: UpdateWebhook) -> Result<Shown, Problem> {
        let target = body.url.as_deref().map(|url| self.webhooks.guard.target(url)).transpose()?;
        let asked = Asked {
            url: target.map(|target| target.url.into()),
            events: body.events.map(Patterns::parse).transpose()?,
            description: nullable(body.description),
            rate: nullable(body.rate_per_second).map(|rate| rate.map(Rate::per_second)),
            enabled: body.enabled,
        };
        let mut tx = self.db.write().await?;
        let old = locked(&mut tx, &caller, &webhook_id).await?;
        let webhook = old.clone().changed(asked, self.clock.now());
        webhooks::update(&mut tx, &webhook).await?;
        if webhook.disabled.is_some() {
            deliveries::stop(&mut tx, &webhook.id).await?;
        }
        let states = (Some(state(&old)), Some(state(&webhook)));
        self.note_webhook(&mut tx, &caller, Action::WebhookUpdated, states, &webhook).await?;
        tx.commit().await?;
        Ok(shown(&webhook))
    }

    async fn delete_webhook(&self, caller: Caller, webhook_id: String) -> Result<(), Problem> {
        let mut tx = self.db.write().await?;
        let old = locked(&mut tx, &caller, &webhook_id).await?;
        webhooks::delete(&mut tx, &old.id).await?;
        self.note_webhook(&mut tx, &caller, Action::WebhookDeleted, (Some(state(&old)), None), &old).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn test_webhook(&self, caller: Caller, webhook_id: String) -> Result<Delivery, Problem> {
        let mut tx = self.db.write().await?;
        let webhook = locked(&mut tx, &caller, &webhook_id).await?;
        if webhook.disabled.is_some() {
            return Err(DeliveryError::Disabled.into());
        }
        let now = self.clock.now();
        let data = serde_json::to_string(&WebhookTestData { webhook_id: webhook.id.to_string() });
        let data = data.map_err(Problem::broken)?;
        let event = EventId::new(now, &self.random)?;
        let told = Told { event, kind: EventType::WebhookTest.name(), sequence: None, at: now, data: &data };
        let delivery = domain::Delivery::new(DeliveryId::new(now, &self.random)?, webhook.id, told, now);
        outbox::insert(&mut tx, &delivery).await?;
        tx.commit().await?;
        Ok(super::deliveries::shown(delivery))
    }

    async fn get_webhook_health(
        &self,
        caller: Caller,
        webhook_id: String,
        from: Option<Time>,
        to: Option<Time>,
        interval: UsageInterval,
    ) -> Result<WebhookHealth, Problem> {
        let by = super::usage::interval(interval);
        let span = Span::new(from, to, by, self.clock.now())?;
        let mut connection = self.db.read().await?;
        let webhook = found(&mut connection, &caller, &webhook_id).await?;
        let counted = counts::counts(&mut connection, &webhook.id, span, by).await?;
        Ok(webhook_health::shown(&webhook, span, interval, &counted))
    }

    async fn rotate_webhook_secret(
        &self,
        caller: Caller,
        webhook_id: String,
        body: RotateWebhookSecret,
    ) -> Result<RotatedWebhookSecret, Problem> {
        let overlap = Duration::from_secs(u64::try_from(body.overlap_seconds).unwrap_or(0));
        let mut tx = self.db.write().await?;
        let webhook = locked(&mut tx, &caller, &webhook_id).await?;
        let now = self.clock.now();
        secrets::forget_ended(&mut tx, &webhook.id, now).await?;
        let signing = secrets::signing(&mut tx, &BTreeSet::from([webhook.id]), now).await?;
        if signing.len() > MOST_OLD_SECRETS && !overlap.is_zero() {
            return Err(WebhookError::TooManySecrets.into());
        }
        for old in &signing {
            secrets::end(&mut tx, old, old_secrets_end(overlap, now, old.expires_at)).await?;
        }
        let number = signing.first().map_or(1, |newest| newest.number.saturating_add(1));
        let secret = self.new_secret(&mut tx, &webhook.id, number, now).await?;
        let end = now.plus(overlap);
        let rotated = RotatedWebhookSecret {
            webhook_id: webhook.id.to_string(),
            secret: secret.show_once(),
            previous_expires_at: end,
        };
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &rotated).await?;
        let after = json!({ "secret": number, "previousExpiresAt": end.to_rfc3339() });
        let before = json!({ "secret": number.saturating_sub(1) });
        let states = (Some(before), Some(after));
        self.note_webhook(&mut tx, &caller, Action::WebhookSecretRotated, states, &webhook).await?;
        tx.commit().await?;
        Ok(rotated)
    }
}

impl App {
    async fn new_secret(&self, tx: &mut Tx, webhook: &WebhookId, number: i64, now: Time) -> Result<Secret, Problem> {
        let secret = Secret::make(&self.random)?;
        let sealed = self.webhooks.seal(webhook, number, &secret, &self.random).map_err(Problem::broken)?;
        let kept = Signing { webhook: *webhook, number, sealed, created_at: now, expires_at: None };
        secrets::insert(tx, &kept).await?;
        Ok(secret)
    }

    /// Writes into the audit log what an endpoint was and what it is. To be called last before the commit.
    async fn note_webhook(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        action: Action,
        (before, after): (Option<Value>, Option<Value>),
        webhook: &Webhook,
    ) -> Result<(), Problem> {
        let change = Change { action, target: webhook.id.to_string(), owner: Some(webhook.owner), before, after };
        audit::record(tx, (self.clock.now(), &self.random), &caller.actor(), &change).await?;
        Ok(())
    }
}

/// The caller's endpoint of that id.
pub async fn found(connection: &mut Connection, caller: &Caller, text: &str) -> Result<Webhook, Problem> {
    let found = webhooks::find(connection, &id(text)?, caller.owner()).await?;
    Ok(found.ok_or(WebhookError::NotFound)?)
}

/// The same, and nobody else changes it until this transaction ends.
pub async fn locked(tx: &mut Tx, caller: &Caller, text: &str) -> Result<Webhook, Problem> {
    Ok(webhooks::lock(tx, &id(text)?, caller.owner()).await?.ok_or(WebhookError::NotFound)?)
}

/// A path's id; what cannot be one names nothing.
fn id(text: &str) -> Result<WebhookId, WebhookError> {
    text.parse().map_err(|_| WebhookError::NotFound)
}

/// What the audit log says of it: the address without its query, where people put secrets.
fn state(webhook: &Webhook) -> Value {
    let url = webhook.url.split('?').next().unwrap_or_default();
    let cause = webhook.disabled.map(|disabled| disabled.cause.name());
    json!({ "url": url, "events": webhook.events.texts(), "description": webhook.description, "ratePerSecond": webhook.rate.map(Rate::get), "disabled": cause })
}

fn shown(webhook: &Webhook) -> Shown {
    Shown {
        id: webhook.id.to_string(),
        url: webhook.url.clone(),
        events: webhook.events.texts().to_vec(),
        description: webhook.description.clone(),
        rate_per_second: webhook.rate.map(Rate::get),
        enabled: webhook.disabled.is_none(),
        disabled_at: webhook.disabled.map(|disabled| disabled.at),
        disabled_cause: webhook.disabled.map(|disabled| disabled.cause.into()),
        created_at: webhook.created_at,
        updated_at: webhook.updated_at,
    }
}

fn shown_once(webhook: &Webhook, secret: &Secret) -> CreatedWebhook {
    let Shown {
        id,
        url,
        events,
        description,
        rate_per_second,
        enabled,
        disabled_at,
        disabled_cause,
        created_at,
        updated_at,
    } = shown(webhook);
    let secret = secret.show_once();
    CreatedWebhook {
        id,
        url,
        events,
        description,
        rate_per_second,
        enabled,
        disabled_at,
        disabled_cause,
        created_at,
        updated_at,
        secret,
    }
}
