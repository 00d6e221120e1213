//! `webhooks`: endpoints, their secrets, and how they are doing.

use gatepost_sdk::types;

use super::keys::moment;
use super::requests::timestamp;
use super::{Calls, Delivery, Failure};
use crate::dates::Moment;

/// More endpoints than this are not shown; who has them uses the API.
const MAX_WEBHOOKS: usize = 1000;

/// An endpoint as its owner sees it.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub id: String,
    pub url: String,
    pub events: Vec<String>,
    pub description: String,
    /// How many deliveries it gets a second at most; `None` is no bound.
    pub rate_per_second: Option<i32>,
    /// Since when, and why it is told nothing: `owner`, `gone` or `failing`; others may come.
    pub disabled: Option<(Moment, String)>,
    pub created: Moment,
    pub updated: Moment,
}

/// A new endpoint and its secret, which is shown this once.
pub(crate) struct CreatedWebhook {
    pub webhook: Webhook,
    pub secret: String,
}

/// A new secret, and when those before it end.
pub(crate) struct RotatedSecret {
    pub secret: String,
    pub previous_ends: Moment,
}

/// An endpoint to register.
#[derive(Debug, Clone, Default)]
pub(crate) struct WebhookDraft {
    pub url: String,
    pub events: Vec<String>,
    pub description: Option<String>,
    /// How many deliveries it gets a second at most; `None` is no bound.
    pub rate_per_second: Option<i32>,
    /// Makes a form that is sent twice one endpoint.
    pub idempotency_key: Option<String>,
}

/// What to change about an endpoint.
#[derive(Debug, Clone)]
pub(crate) enum WebhookChange {
    About(WebhookDraft),
    Enabled(bool),
}

/// What became of an endpoint's deliveries in one interval.
#[derive(Debug, Clone)]
pub(crate) struct HealthBucket {
    pub start: Moment,
    pub delivered: i64,
    pub failed: i64,
    pub pending: i64,
}

impl Webhook {
    /// The address without its query, where people put secrets, and without its scheme.
    pub fn label(&self) -> &str {
        let address = self.url.split(['?', '#']).next().unwrap_or_default();
        address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/')
    }

    /// For its badge.
    pub const fn state(&self) -> &'static str {
        if self.disabled.is_some() { "disabled" } else { "enabled" }
    }

    /// Why it is told nothing, and what to do about it.
    pub fn why_disabled(&self) -> Option<&'static str> {
        self.disabled.as_ref().map(|(_, cause)| match cause.as_str() {
            "owner" => "You disabled it. What happens meanwhile is not sent later by itself.",
            "gone" => {
                "It answered 410: that it is gone for good. If that was a mistake, mend the receiver and enable it again."
            }
            "failing" => {
                "It only failed for five days. Look at its deliveries for the reason, mend the receiver and enable it again; then replay what failed."
            }
            _ => "It is told nothing until you enable it again.",
        })
    }
}

impl Calls {
    /// The visitor's endpoints, newest first.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, Failure> {
        let mut stream = self.client.list_webhooks().limit(100).stream();
        let mut webhooks = Vec::new();
        while let Some(webhook) = stream.try_next().await? {
            webhooks.push(Webhook::from(webhook));
            if webhooks.len() >= MAX_WEBHOOKS {
                break;
            }
        }
        Ok(webhooks)
    }

    pub async fn webhook(&self, id: &str) -> Result<Webhook, Failure> {
        Ok(self.client.get_webhook().webhook_id(id).send().await?.into_inner().into())
    }

    pub async fn create_webhook(&self, draft: &WebhookDraft) -> Result<CreatedWebhook, Failure> {
        let call = self.client.create_webhook().maybe_idempotency_key(draft.idempotency_key.as_deref());
        let call = call.body_map(|body| {
            let body = body.url(draft.url.as_str()).events(draft.events.iter().map(String::as_str));
            body.maybe_description(draft.description.as_deref()).maybe_rate_per_second(draft.rate_per_second)
        });
        let created = call.send().await?.into_inner();
        let secret = created.secret.clone();
        Ok(CreatedWebhook { webhook: created.into(), secret })
    }

    pub async fn change_webhook(&self, id: &str, change: &WebhookChange) -> Result<Webhook, Failure> {
        let call = self.client.update_webhook().webhook_id(id).body_map(|body| match change {
            WebhookChange::Enabled(enabled) => body.enabled(*enabled),
            WebhookChange::About(draft) => {
                let body = body.url(draft.url.as_str()).events(draft.events.iter().map(String::as_str));
                let body = match &draft.description {
                    Some(description) => body.description(description.as_str()),
                    None => body.clear_description(),
                };
                // The form has the whole endpoint: what is empty in it is to go.
                match draft.rate_per_second {
                    Some(rate) => body.rate_per_second(rate),
                    None => body.clear_rate_per_second(),
                }
            }
        });
        Ok(call.send().await?.into_inner().into())
    }

    pub async fn delete_webhook(&self, id: &str) -> Result<(), Failure> {
        self.client.delete_webhook().webhook_id(id).send().await?;
        Ok(())
    }

    /// Makes the secret that takes over; those before it sign along for that long.
    pub async fn rotate_webhook_secret(
        &self,
        id: &str,
        overlap_seconds: i64,
        idempotency_key: Option<&str>,
    ) -> Result<RotatedSecret, Failure> {
        let call = self.client.rotate_webhook_secret().webhook_id(id).maybe_idempotency_key(idempotency_key);
        let rotated = call.body_map(|body| body.overlap_seconds(overlap_seconds)).send().await?.into_inner();
        Ok(RotatedSecret { secret: rotated.secret, previous_ends: moment(rotated.previous_expires_at) })
    }

    /// Sends an endpoint a test.
    pub async fn test_webhook(&self, id: &str) -> Result<Delivery, Failure> {
        Ok(self.client.test_webhook().webhook_id(id).send().await?.into_inner().into())
    }

    /// What became of an endpoint's deliveries since then, by the hour or by the day.
    pub async fn webhook_health(&self, id: &str, from: Moment, daily: bool) -> Result<Vec<HealthBucket>, Failure> {
        let interval = if daily { types::UsageInterval::Day } else { types::UsageInterval::Hour };
        let call = self.client.get_webhook_health().webhook_id(id).maybe_from(timestamp(Some(from))?);
        let answer = call.interval(interval).send().await?.into_inner();
        let buckets = answer.data.into_iter().map(|bucket| HealthBucket {
            start: moment(bucket.start),
            delivered: bucket.delivered,
            failed: bucket.failed,
            pending: bucket.pending,
        });
        Ok(buckets.collect())
    }
}

/// The answers that hold an endpoint have its properties each; what more they have is read before.
macro_rules! webhook_from {
    ($($answer:ty),+) => {$(
        impl From<$answer> for Webhook {
            fn from(webhook: $answer) -> Self {
                let cause = webhook.disabled_cause.map(|cause| cause.as_str().to_owned()).unwrap_or_default();
                let since = webhook.disabled_at.map(moment).or((!webhook.enabled).then(|| moment(webhook.updated_at)));
                Self {
                    id: webhook.id,
                    url: webhook.url,
                    events: webhook.events,
                    description: webhook.description.unwrap_or_default(),
                    rate_per_second: webhook.rate_per_second,
                    disabled: since.map(|since| (since, cause)),
                    created: moment(webhook.created_at),
                    updated: moment(webhook.updated_at),
                }
            }
        }
    )+};
}

webhook_from!(types::Webhook, types::CreatedWebhook);
