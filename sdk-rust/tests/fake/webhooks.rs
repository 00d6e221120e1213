//! Receiving webhooks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gatepost_sdk::events::Event;
use gatepost_sdk::webhooks::{WebhookError, WebhookVerifier};
use reqwest::header::{HeaderMap, HeaderValue};

/// The example of the Standard Webhooks specification.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const AT: &str = "1614265330";
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verifier() -> WebhookVerifier {
    WebhookVerifier::new(SECRET).expect("a secret")
}

fn check(signature: &str, body: &[u8], now: u64) -> Result<(), WebhookError> {
    verifier().verify_parts(ID, AT, signature, body, at(now))
}

#[test]
fn the_specifications_example_is_genuine() {
    check(SIGNATURE, BODY, 1_614_265_330).expect("genuine");
    check(&format!("v1,AAAA v2,other {SIGNATURE}"), BODY, 1_614_265_330 + 300).expect("one of several matches");
}

#[test]
fn each_cause_has_its_name() {
    let now = 1_614_265_330;
    assert!(
        matches!(check(SIGNATURE, b"{\"test\":2432232314}", now), Err(WebhookError::Mismatch)),
        "other bytes, same JSON"
    );
    assert!(matches!(check("v1,AAAA", BODY, now), Err(WebhookError::Mismatch)));
    assert!(matches!(check("v2,AAAA", BODY, now), Err(WebhookError::NoSignature)));
    assert!(matches!(check(SIGNATURE, BODY, now + 301), Err(WebhookError::TooOld(301, 300))));
    assert!(matches!(check(SIGNATURE, BODY, now - 301), Err(WebhookError::TooNew(301, 300))));
    assert!(matches!(
        verifier().verify_parts(ID, "soon", SIGNATURE, BODY, at(now)),
        Err(WebhookError::InvalidTimestamp)
    ));
    assert!(matches!(WebhookVerifier::new("whsec_"), Err(WebhookError::InvalidSecret)));
    assert!(matches!(WebhookVerifier::new("secret"), Err(WebhookError::InvalidSecret)));
}

#[test]
fn a_second_secret_is_taken_while_the_first_is_rotated() {
    let other = WebhookVerifier::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").expect("a secret");
    assert!(other.verify_parts(ID, AT, SIGNATURE, BODY, at(1_614_265_330)).is_err());
    let both = other.also(SECRET).expect("a secret");
    both.verify_parts(ID, AT, SIGNATURE, BODY, at(1_614_265_330)).expect("genuine");
}

const EVENT: &str = r#"{"type":"key.revoked","timestamp":"2026-11-22T12:00:00.000Z","data":{"keyId":"key_1","name":"Käse","revokedAt":"2026-11-22T12:00:00.000Z"}}"#;

/// The headers of a message that was sent just now.
#[expect(clippy::disallowed_methods, reason = "the verifier goes by the machine's time")]
fn sent(body: &str) -> HeaderMap {
    verifier().signed_headers("evt_1", body.as_bytes(), SystemTime::now()).expect("headers")
}

fn unwrapped(headers: &HeaderMap, body: &str) -> Result<Event, WebhookError> {
    verifier().unwrap(headers, body.as_bytes())
}

fn with(mut headers: HeaderMap, name: &'static str, value: &'static str) -> HeaderMap {
    headers.insert(name, HeaderValue::from_static(value));
    headers
}

#[test]
fn an_event_is_typed_by_what_it_is() {
    match unwrapped(&sent(EVENT), EVENT) {
        Ok(Event::KeyRevoked(event)) => assert_eq!((&*event.data.key_id, &*event.data.name), ("key_1", "Käse")),
        other => panic!("{other:?}"),
    }
    let event = verifier().verify::<serde_json::Value>(&sent(EVENT), EVENT.as_bytes()).expect("genuine");
    assert_eq!((&*event.id, &*event.event_type), ("evt_1", "key.revoked"));
}

#[test]
fn an_event_that_this_version_does_not_know_survives() {
    for body in [r#"{"type":"moon.risen","data":{"phase":"new"}}"#, r#"{"no":"type"}"#, "[1]"] {
        let whole = serde_json::from_str(body).expect("JSON");
        assert_eq!(unwrapped(&sent(body), body).expect("genuine"), Event::Unknown(whole));
    }
    let more = EVENT.replace("\"name\"", "\"since\":1,\"name\"");
    let Ok(Event::KeyRevoked(event)) = unwrapped(&sent(&more), &more) else { panic!("a known event with more in it") };
    assert_eq!(event.data.extra["since"], 1);
}

#[test]
fn a_digest_tells_a_wrong_secret_from_a_changed_body() {
    let headers = sent(EVENT);
    let other = WebhookVerifier::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").expect("a secret");
    let cause = other.unwrap::<Event>(&headers, EVENT.as_bytes());
    assert!(matches!(cause, Err(WebhookError::WrongSecret)), "{cause:?}");
    let rewritten = EVENT.replace(':', ": ");
    assert!(matches!(unwrapped(&headers, &rewritten), Err(WebhookError::BodyChanged)));

    let mut without = headers.clone();
    without.remove("content-digest");
    assert!(unwrapped(&without, EVENT).is_ok());
    assert!(matches!(unwrapped(&without, &rewritten), Err(WebhookError::Mismatch)));
    let elsewhere = with(headers, "content-digest", "sha-512=:AAAA:");
    assert!(matches!(unwrapped(&elsewhere, &rewritten), Err(WebhookError::Mismatch)));
}

#[test]
fn a_digest_alone_makes_nothing_genuine() {
    let mut headers = sent("{}");
    headers.insert("content-digest", sent(EVENT)["content-digest"].clone());
    assert!(matches!(unwrapped(&headers, EVENT), Err(WebhookError::WrongSecret)));
}

#[test]
fn a_header_that_is_missing_is_named() {
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut headers = sent(EVENT);
        headers.remove(name);
        assert!(matches!(unwrapped(&headers, EVENT), Err(WebhookError::MissingHeader(missing)) if missing == name));
        assert!(matches!(unwrapped(&with(headers, name, ""), EVENT), Err(WebhookError::MissingHeader(_))));
    }
    assert!(matches!(unwrapped(&sent("no"), "no"), Err(WebhookError::InvalidBody(_))));
}

/// Made by the `standardwebhooks` package of npm: `new Webhook(secret).sign(id, at, body)`.
#[test]
fn what_an_independent_library_signs_is_genuine() {
    for (secret, id, at, body, signature) in VECTORS {
        let verifier = WebhookVerifier::new(secret).expect("a secret");
        let now = UNIX_EPOCH + Duration::from_secs(at.parse().expect("seconds"));
        verifier.verify_parts(id, at, signature, body.as_bytes(), now).expect(id);
        let headers = verifier.signed_headers(id, body.as_bytes(), now).expect("headers");
        assert_eq!(headers["webhook-signature"], signature, "{id}");
    }
}

const VECTORS: [(&str, &str, &str, &str, &str); 4] = [
    (
        "whsec_khCpExudQwCOG1aRUqxnLlHF4oX4y07H",
        "evt_a",
        "1795000000",
        "{}",
        "v1,vbn1dIZGeqC5lECu4jijA526+QlPGxSwFaRJ4xWEuMc=",
    ),
    (
        "whsec_RHv5OPsUqmhcTtrR7MfMEwXn8Zx3BE4+3IUXbVTsjSg=",
        "evt_b",
        "1795000001",
        r#"{"type":"key.revoked","data":{"name":"Käse ≠ 🧀"}}"#,
        "v1,OnZbppeVm0P0jpNWYh+ndaOQcMkkmK6l6uD6ZE+WoVg=",
    ),
    (
        "whsec_s7Cy5MZ7vDFawlXazLv6CVNn7Tpe9osQEw26JuDylrg3ijYf0ppurtvNOEpcIPAReT6OCQmfYSw9pBZ/ISgN6w==",
        "evt_c",
        "1795000002",
        "",
        "v1,w8Bf8EQPLs6Kn0CCJtSeHU+tsRQCIkl5o8bxDz2++k8=",
    ),
    (
        "whsec_+CmuyjeEMYofFr3njCC/UY65Cjp0OHXTpKgPkBadmU8r59XjcxO4EvwYqmaeP9BD",
        "evt_d",
        "1795000003",
        "{\"a\":\"\\n\\u00e9\"}\n",
        "v1,n6MWJkxXe8IQZs7kM946NvCklTcEcf2vzkfH4c2EUs0=",
    ),
];
