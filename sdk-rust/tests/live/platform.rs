//! The vault, keys for pages, keys that were found in public, and what is kept with a key.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepost_sdk::types::{KeyStatus, LeakLabel, LeakedKey};
use serde::{Deserialize, Serialize};

use crate::{client, without_credential};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Plan {
    plan: String,
    seats: u32,
}

#[derive(Debug, Deserialize)]
struct Other {
    #[serde(rename = "customer")]
    _customer: u32,
}

#[tokio::test]
async fn metadata_is_read_back_as_what_it_was() {
    let root = client();
    let pro = Plan { plan: "pro".to_owned(), seats: 5 };
    let make = root.create_key().body_map(|key| key.name("Typed").metadata_from(&pro));
    let made = make.send().await.expect("made");
    assert_eq!(made.metadata_as::<Plan>().expect("a plan"), pro);
    let verified = root.verify_key().body_map(|body| body.key(made.secret.as_str())).send().await.expect("verified");
    assert_eq!(verified.metadata_as::<Option<Plan>>().expect("a plan").as_ref(), Some(&pro));

    let shown = root.get_key().key_id(&made.id).send().await.expect("shown");
    let error = shown.metadata_as::<Other>().expect_err("another thing");
    assert!(error.to_string().contains("customer"), "{error}");

    let cleared = root.update_key().key_id(&made.id).body_map(|body| body.clear_metadata()).send().await;
    let cleared = cleared.expect("cleared");
    assert_eq!(cleared.metadata_as::<Option<Plan>>().expect("none"), None);
    assert!(cleared.metadata_as::<Plan>().is_err(), "nothing is no plan");
    root.revoke_key().key_id(&made.id).send().await.expect("revoked");
}

#[tokio::test]
async fn a_secret_is_kept_listed_without_its_value_read_and_deleted() {
    let root = client();
    let namespace = format!("rust-{}", std::process::id());
    let put = |name: &str, value: &str| {
        let body = root.put_secret().namespace(namespace.as_str()).name(name);
        body.body_map(|body| body.value(value)).send()
    };
    let first = put("stripe", "sk_live_1").await.expect("kept");
    let second = put("stripe", "sk_live_ü2").await.expect("kept");
    assert_eq!((first.created, first.version, second.created, second.version), (true, 1, false, 2));
    put("mail", "x").await.expect("kept");
    let listed = root.list_secrets().namespace(namespace.as_str()).limit(1).stream().collect_all().await;
    let names: Vec<String> = listed.expect("listed").into_iter().map(|secret| secret.name).collect();
    assert_eq!(names, ["mail", "stripe"]);
    let read = || root.get_secret().namespace(namespace.as_str()).name("stripe").send();
    assert_eq!(read().await.expect("read").value, "sk_live_ü2");
    for name in names {
        root.delete_secret().namespace(namespace.as_str()).name(name).send().await.expect("deleted");
    }
    assert!(read().await.expect_err("gone").is_not_found());
}

#[tokio::test]
async fn a_publishable_key_reads_what_is_public_from_its_own_pages_and_nothing_else() {
    let root = client();
    let origin = "https://shop.example";
    let make = root.create_key().body_map(|key| key.name("Page").kind("publishable").allowed_origins([origin]));
    let key = make.send().await.expect("made");
    let from = |origin: &str| {
        let page = without_credential().with_api_key(&key.secret).expect("a key");
        page.with_header("origin", origin).expect("a header")
    };
    from(origin).list_items().limit(1).send().await.expect("what is public");
    from(origin).create_nonce().send().await.expect("signing in");
    assert!(from(origin).list_keys().send().await.expect_err("what is not").is_forbidden());
    let elsewhere = from("https://evil.example").list_items().send().await.expect_err("another page");
    assert_eq!((elsewhere.is_forbidden(), elsewhere.code()), (true, Some("ORIGIN_DENIED")));
    root.revoke_key().key_id(&key.id).send().await.expect("revoked");
}

/// A secret scanner's signature: the server under test trusts `scanner`, whose private key the harness names.
#[expect(clippy::disallowed_methods, reason = "the harness names the key in the environment")]
fn signature(bytes: &[u8]) -> String {
    let file = std::env::var("GATEPOST_SCANNER").expect("GATEPOST_SCANNER: run this through scripts/with-server.sh");
    let pem = std::fs::read_to_string(file).expect("a private key");
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(text).expect("base64");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &der).expect("a key pair");
    STANDARD.encode(pair.sign(&SystemRandom::new(), bytes).expect("a signature"))
}

#[tokio::test]
async fn a_report_of_a_leaked_key_signed_over_what_is_sent_revokes_it() {
    let root = client();
    let key = root.create_key().body_map(|key| key.name("Leaked")).send().await.expect("made");
    let leaked = |token: &str| {
        let built = LeakedKey::builder().token(token).type_("gatepost_api_key").url("https://example.com/ü");
        LeakedKey::try_from(built).expect("whole")
    };
    let report = vec![leaked(&key.secret), leaked("gp_live_nothing")];
    let bytes = serde_json::to_vec(&report).expect("JSON");
    let nobody = without_credential();
    let call = || nobody.report_leaked_keys().body(report.clone()).github_public_key_identifier("scanner");
    assert!(call().send().await.expect_err("not signed").is_unauthenticated());
    let labels = call().github_public_key_signature(signature(&bytes)).send().await.expect("taken");
    let labels: Vec<&LeakLabel> = labels.iter().map(|one| &one.label).collect();
    assert_eq!(labels, [&LeakLabel::TruePositive, &LeakLabel::FalsePositive]);
    assert_eq!(root.get_key().key_id(&key.id).send().await.expect("shown").status, KeyStatus::Revoked);
}
