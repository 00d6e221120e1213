use gatepost_sdk::webhooks::{WebhookError, WebhookEvent, WebhookVerifier};
use reqwest::header::HeaderMap;

/// Whether a request is a genuine delivery: answer 204 to `Ok` and 400 to `Err`, which names the fault.
///
/// `body` must be the bytes as they came: parsed and written again, they have another signature.
/// The same event may come twice, with the same `id`. Answer first, work later.
pub fn receive(secret: &str, headers: &HeaderMap, body: &[u8]) -> Result<WebhookEvent, WebhookError> {
    WebhookVerifier::new(secret)?.verify(headers, body)
}
