//! A scanner that finds keys in public, and signs its reports as GitHub's does.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Actor, Answer};

/// What the scanner calls its key.
pub const NAME: &str = "scanner-of-the-tests";
/// Where it reports.
pub const PATH: &str = "/v1/leaked-keys";

static PAIR: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key pair"));

/// The setting `LEAK_REPORT_KEYS` under which the scanner may report.
pub fn report_keys() -> String {
    let der: PublicKeyX509Der<'_> = PAIR.public_key().as_der().expect("a public key");
    let bytes: &[u8] = der.as_ref();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(bytes));
    json!({ "public_keys": [{ "key_identifier": NAME, "key": pem, "is_current": true }] }).to_string()
}

/// The scanner's signature of these bytes.
pub fn signature(body: &[u8]) -> String {
    STANDARD.encode(PAIR.sign(&SystemRandom::new(), body).expect("a signature"))
}

/// Sends a report, signed.
pub async fn report(by: &Actor, body: &Value) -> Answer {
    let bytes = serde_json::to_vec(body).expect("JSON");
    let signature = signature(&bytes);
    let headers = [
        ("content-type", "application/json"),
        ("github-public-key-identifier", NAME),
        ("github-public-key-signature", &signature),
    ];
    by.send_raw(Method::POST, PATH, Some(bytes), &headers).await
}
