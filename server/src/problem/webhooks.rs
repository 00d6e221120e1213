//! What cannot be done with a webhook, on the wire.

use super::Problem;
use crate::domain::deliveries::DeliveryError;
use crate::domain::webhooks::WebhookError;
use crate::webhooks::TargetError;

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::NotFound => Self::not_found("There is no such webhook."),
            WebhookError::TooMany(most) => {
                Self::conflict(format!("The account has {most} webhooks, which is the most. Delete one first."))
            }
            WebhookError::NoSuchEvents(place) => Self::invalid_body(format!("/events/{place}"), error.to_string()),
            WebhookError::TooManySecrets => Self::conflict(
                "Too many earlier secrets still sign. Rotate with overlapSeconds 0 to end them, or wait until they have ended.",
            ),
        }
    }
}

impl From<TargetError> for Problem {
    fn from(error: TargetError) -> Self {
        Self::invalid_body("/url", error.to_string())
    }
}

impl From<DeliveryError> for Problem {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::NotFound => Self::not_found("There is no such delivery."),
            DeliveryError::Disabled => Self::conflict("The webhook is disabled. Enable it first."),
        }
    }
}
