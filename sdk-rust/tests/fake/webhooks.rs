//! Receiving webhooks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gatepost_sdk::webhooks::{WebhookError, WebhookVerifier};

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
    assert!(matches!(check("v2,AAAA", BODY, now), Err(WebhookError::NoKnownSignature)));
    assert!(matches!(check(SIGNATURE, BODY, now + 301), Err(WebhookError::TooOld(301, 300))));
    assert!(matches!(check(SIGNATURE, BODY, now - 301), Err(WebhookError::TooNew(301, 300))));
    assert!(matches!(verifier().verify_parts(ID, "soon", SIGNATURE, BODY, at(now)), Err(WebhookError::BadTimestamp)));
    assert!(matches!(WebhookVerifier::new("whsec_"), Err(WebhookError::BadSecret)));
    assert!(matches!(WebhookVerifier::new("secret"), Err(WebhookError::BadSecret)));
}

#[test]
fn a_second_secret_is_taken_while_the_first_is_rotated() {
    let other = WebhookVerifier::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").expect("a secret");
    assert!(other.verify_parts(ID, AT, SIGNATURE, BODY, at(1_614_265_330)).is_err());
    let both = other.also(SECRET).expect("a secret");
    both.verify_parts(ID, AT, SIGNATURE, BODY, at(1_614_265_330)).expect("genuine");
}
