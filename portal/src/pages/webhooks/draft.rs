//! The form of an endpoint, read. Its fields bear the contract's names, so that the API's faults find them.

use crate::api::WebhookDraft;
use crate::http::FormFields;

/// Every field that a fault can belong to.
pub(super) const FIELDS: [&str; 3] = ["url", "events", "description"];

pub(super) fn read(fields: &FormFields) -> WebhookDraft {
    WebhookDraft {
        url: fields.get("url").unwrap_or_default().to_owned(),
        events: patterns(fields),
        description: fields.get("description").map(str::to_owned),
        idempotency_key: fields.get("idempotency_key").map(str::to_owned),
    }
}

/// What was ticked and what was typed, each once: a line each, or between commas or spaces.
pub(super) fn patterns(fields: &FormFields) -> Vec<String> {
    let typed = fields.get("patterns").unwrap_or_default();
    let typed = typed.split(|one: char| one == ',' || one.is_whitespace()).filter(|pattern| !pattern.is_empty());
    let mut patterns: Vec<String> = Vec::new();
    for pattern in fields.all("events").chain(typed) {
        if !patterns.iter().any(|known| known == pattern) {
            patterns.push(pattern.to_owned());
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ticked_and_typed_is_asked_for_once() {
        let fields = FormFields::from_query(
            "url=x&events=key.*&events=item.sold&patterns=order.*%0D%0A+key.*%2C+user.registered",
        );
        assert_eq!(patterns(&fields), ["key.*", "item.sold", "order.*", "user.registered"]);
        assert!(patterns(&FormFields::from_query("url=x&patterns=+%0D%0A")).is_empty());
        assert_eq!(read(&FormFields::from_query("url=x&description=+")).description, None);
    }
}
