//! The form of an endpoint, read. Its fields bear the contract's names, so that the API's faults find them.

use crate::api::{Fault, WebhookDraft};
use crate::http::FormFields;

/// Every field that a fault can belong to.
pub(super) const FIELDS: [&str; 4] = ["url", "events", "description", "ratePerSecond"];

/// The endpoint that a form asks for, or what of it we cannot even read.
pub(super) fn read(fields: &FormFields) -> Result<WebhookDraft, Vec<Fault>> {
    let Ok(rate_per_second) = fields.get("ratePerSecond").map(str::parse::<i32>).transpose() else {
        let message = "is a whole number, from 1 to 1000".to_owned();
        return Err(vec![Fault { field: "ratePerSecond".to_owned(), message }]);
    };
    Ok(WebhookDraft {
        url: fields.get("url").unwrap_or_default().to_owned(),
        events: patterns(fields),
        description: fields.get("description").map(str::to_owned),
        rate_per_second,
        idempotency_key: fields.get("idempotency_key").map(str::to_owned),
    })
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
        assert_eq!(read(&FormFields::from_query("url=x&description=+")).unwrap().description, None);
    }

    #[test]
    fn an_empty_rate_bounds_nothing_and_another_is_a_whole_number() {
        let rate = |typed: &str| read(&FormFields::from_query(&format!("url=x&ratePerSecond={typed}")));
        assert_eq!(rate("+").unwrap().rate_per_second, None);
        assert_eq!(rate("+25+").unwrap().rate_per_second, Some(25));
        for typed in ["many", "1.5", "10+a+second", "99999999999"] {
            assert_eq!(rate(typed).unwrap_err()[0].field, "ratePerSecond", "{typed}");
        }
    }
}
