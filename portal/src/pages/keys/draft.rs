//! The form of a new key, read. Its fields bear the contract's names, so that the API's faults find them.

use crate::api::{Fault, KeyDraft};
use crate::http::FormFields;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A choice of times: what the form sends, what it says, and the seconds.
pub(crate) type Preset = (&'static str, &'static str, Option<i64>);

/// How long a key may live.
pub(super) const LIVES: [Preset; 4] = [
    ("30", "30 days", Some(30 * DAY_SECONDS)),
    ("90", "90 days", Some(90 * DAY_SECONDS)),
    ("365", "1 year", Some(365 * DAY_SECONDS)),
    ("never", "Never", None),
];
pub(super) const DEFAULT_LIFE: &str = "90";

/// How long a key may lie unused.
pub(super) const IDLES: [Preset; 5] = [
    ("", "As long as it likes", None),
    ("1", "1 day", Some(DAY_SECONDS)),
    ("7", "7 days", Some(7 * DAY_SECONDS)),
    ("30", "30 days", Some(30 * DAY_SECONDS)),
    ("90", "90 days", Some(90 * DAY_SECONDS)),
];

/// Every field that a fault can belong to.
pub(super) const FIELDS: [&str; 9] = [
    "name",
    "scopes",
    "expiry",
    "namespace",
    "maxIdleSeconds",
    "allowedOrigins",
    "allowedIps",
    "limits.perMinute",
    "limits.perDay",
];
/// Those of them that are folded away.
pub(super) const MORE: [&str; 6] =
    ["namespace", "maxIdleSeconds", "allowedOrigins", "allowedIps", "limits.perMinute", "limits.perDay"];

/// The key that a form asks for, or what of it we cannot even read.
pub(super) fn read(fields: &FormFields) -> Result<KeyDraft, Vec<Fault>> {
    let mut faults = Vec::new();
    let draft = KeyDraft {
        name: fields.get("name").unwrap_or_default().to_owned(),
        scopes: fields.all("scopes").map(str::to_owned).collect(),
        expires_in_seconds: preset(fields, "expiry", DEFAULT_LIFE, &LIVES, &mut faults),
        namespace: fields.get("namespace").map(str::to_owned),
        max_idle_seconds: preset(fields, "maxIdleSeconds", "", &IDLES, &mut faults),
        allowed_origins: lines(fields, "allowedOrigins"),
        allowed_ips: lines(fields, "allowedIps"),
        per_minute: number(fields, "limits.perMinute", &mut faults),
        per_day: number(fields, "limits.perDay", &mut faults),
        idempotency_key: fields.get("idempotency_key").map(str::to_owned),
    };
    if faults.is_empty() { Ok(draft) } else { Err(faults) }
}

fn preset(fields: &FormFields, name: &str, default: &str, presets: &[Preset], faults: &mut Vec<Fault>) -> Option<i64> {
    let chosen = fields.get(name).unwrap_or(default);
    if let Some((_, _, seconds)) = presets.iter().find(|(id, _, _)| *id == chosen) {
        return *seconds;
    }
    faults.push(Fault { field: name.to_owned(), message: "is none of these".to_owned() });
    None
}

/// One of them a line, or between commas.
fn lines(fields: &FormFields, name: &str) -> Vec<String> {
    let text = fields.get(name).unwrap_or_default();
    text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn number(fields: &FormFields, name: &str, faults: &mut Vec<Fault>) -> Option<i64> {
    let number = fields.get(name)?.parse().ok();
    if number.is_none() {
        faults.push(Fault { field: name.to_owned(), message: "is a whole number".to_owned() });
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(query: &str) -> Result<KeyDraft, Vec<Fault>> {
        read(&FormFields::from_query(query))
    }

    #[test]
    fn a_key_lives_ninety_days_unless_asked_otherwise() {
        assert_eq!(form("name=x").unwrap().expires_in_seconds, Some(7_776_000));
        assert_eq!(form("name=x&expiry=never").unwrap().expires_in_seconds, None);
    }

    #[test]
    fn what_is_left_empty_bounds_nothing() {
        let draft = form("name=x&namespace=&maxIdleSeconds=&allowedOrigins=+%0D%0A&limits.perDay=").unwrap();
        assert_eq!((draft.namespace, draft.max_idle_seconds, draft.per_day), (None, None, None));
        assert!(draft.allowed_origins.is_empty());
    }

    #[test]
    fn lists_come_a_line_each_or_between_commas() {
        let draft = form("name=x&allowedIps=203.0.113.0%2F24%0D%0A+2001%3Adb8%3A%3A1%2C192.0.2.7").unwrap();
        assert_eq!(draft.allowed_ips, ["203.0.113.0/24", "2001:db8::1", "192.0.2.7"]);
    }

    #[test]
    fn every_field_that_cannot_be_read_is_named() {
        let faults = form("name=x&expiry=100000&maxIdleSeconds=2&limits.perMinute=many&limits.perDay=1.5").unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["expiry", "maxIdleSeconds", "limits.perMinute", "limits.perDay"]);
    }
}
