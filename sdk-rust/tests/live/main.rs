//! Against a running server: `GATEPOST_BASE_URL=… GATEPOST_API_KEY=… cargo nextest run -p gatepost-sdk --features live --test live`.
//!
//! The key must be allowed to write items and keys; the root key is. Without the two variables every test fails, and
//! says so: whoever asks for this target means it.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails with what was expected")]

mod crawler;
mod limits;
mod oauth;
mod platform;
mod wallet;

use std::time::Duration;

use gatepost_sdk::auth::{MemoryTokens, Tokens};
use gatepost_sdk::types::{ItemCondition, ItemStatusChange, KeyStatus, Money, Scope, VerificationCode};
use gatepost_sdk::verify::{SignedKeyError, SignedKeyVerifier, covers_scopes};
use gatepost_sdk::{Client, ErrorKind};

#[expect(clippy::disallowed_methods, reason = "the harness names the server in the environment")]
fn client() -> Client {
    for name in ["GATEPOST_BASE_URL", "GATEPOST_API_KEY"] {
        assert!(
            std::env::var(name).is_ok_and(|value| !value.is_empty()),
            "set {name}: these tests need a running server"
        );
    }
    Client::from_env().expect("both variables hold something usable")
}

fn without_credential() -> Client {
    Client::builder().base_url(client().base_url()).build().expect("a client")
}

fn price(amount: i64) -> gatepost_sdk::types::MoneyBuilder {
    Money::builder().amount(amount).currency("EUR")
}

#[tokio::test]
async fn the_server_is_alive_and_ready() {
    let client = without_credential();
    client.get_health().send().await.expect("alive");
    client.get_readiness().send().await.expect("ready");
}

#[tokio::test]
async fn an_item_is_offered_changed_listed_and_deleted() {
    let client = client();
    let item = client
        .create_item()
        .body_map(|item| item.title("Live camera").price(price(24_900)).condition(ItemCondition::Good))
        .send()
        .await
        .expect("created");
    assert_eq!(item.status(), 201);
    assert!(item.request_id().is_some(), "each answer carries its request id");

    let changed = client
        .update_item()
        .item_id(&item.id)
        .body_map(|body| body.price(price(19_900)).status(ItemStatusChange::Withdrawn).clear_category_id())
        .send()
        .await
        .expect("changed");
    assert_eq!((changed.price.amount, changed.title.as_str()), (19_900, "Live camera"));

    let found = client.get_item().item_id(&item.id).send().await.expect("found");
    assert_eq!(found.updated_at, changed.updated_at);

    client.delete_item().item_id(&item.id).send().await.expect("deleted");
    let gone = client.get_item().item_id(&item.id).send().await.expect_err("gone");
    assert!(gone.is_not_found(), "{gone}");
}

#[tokio::test]
async fn pages_are_turned_to_the_end_without_doubles() {
    let client = client();
    for number in 0..5 {
        let body = client
            .create_item()
            .body_map(|item| item.title(format!("Page {number}")).price(price(1)).condition("fair"));
        body.send().await.expect("created");
    }
    let items = client.list_items().limit(2).stream().collect_all().await.expect("all pages");
    let mut ids: Vec<_> = items.iter().map(|item| item.id.clone()).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert!(all >= 5, "at least those just made, found {all}");
    assert_eq!(ids.len(), all, "no item twice");
}

#[tokio::test]
async fn a_key_is_made_used_verified_and_revoked() {
    let root = client();
    let made =
        root.create_key().body_map(|key| key.name("live test").scopes([Scope::ReadItems])).send().await.expect("made");
    let narrow = root.with_api_key(&made.secret).expect("a key");

    let me = narrow.get_current_user().send().await.expect("the key works");
    assert_eq!(me.key_id.as_deref(), Some(made.id.as_str()));

    let refused = narrow
        .create_item()
        .body_map(|item| item.title("x").price(price(1)).condition(ItemCondition::New))
        .send()
        .await
        .expect_err("the scope is missing");
    assert_eq!(refused.kind(), ErrorKind::Forbidden, "{refused}");
    let scopes = &refused.api().expect("an answer").required_scopes;
    assert!(scopes.iter().any(|scope| scope == "write:items"), "{scopes:?}");

    let verified = root.verify_key().body_map(|body| body.key(made.secret.as_str())).send().await.expect("verified");
    assert_eq!(verified.code, VerificationCode::Valid);

    root.revoke_key().key_id(&made.id).send().await.expect("revoked");
    let dead = narrow.get_current_user().send().await.expect_err("revoked at once");
    assert!(dead.is_unauthenticated(), "{dead}");
    let shown = root.get_key().key_id(&made.id).send().await.expect("still listed");
    assert_eq!(shown.status, KeyStatus::Revoked);
}

#[tokio::test]
async fn faults_are_named_by_their_place() {
    let error = client()
        .create_item()
        .body_map(|item| item.title("").price(price(-1)).condition("shiny"))
        .send()
        .await
        .expect_err("a bad body");
    assert!(error.is_invalid(), "{error}");
    let faults = &error.api().expect("an answer").errors;
    for pointer in ["/title", "/price/amount", "/condition"] {
        assert!(faults.iter().any(|fault| fault.pointer == pointer), "{pointer} in {faults:?}");
    }
}

#[tokio::test]
async fn a_user_signs_up_signs_in_and_is_renewed() {
    let client = without_credential().with_tokens(MemoryTokens::new());
    let email = format!("rust-{}@example.com", std::process::id());
    let password = "wear-a-blue-raincoat-today";
    client
        .register_account()
        .body_map(|body| body.email(email.as_str()).password(password))
        .send()
        .await
        .expect("accepted");
    let pair = client
        .login_with_password()
        .body_map(|body| body.email(email.as_str()).password(password))
        .send()
        .await
        .expect("signed in");

    let me = client.get_me().send().await.expect("the token was kept");
    assert_eq!(me.id, pair.user_id);

    // The same pair, as if its access token had ended. A second renewal would be reuse and end the session.
    let ended = Tokens::new(pair.access_token.clone(), Some(pair.refresh_token.clone()), Some(Duration::ZERO));
    client.keep_tokens(ended).await.expect("kept");
    let calls =
        futures_util::future::join_all((0..50).map(|_| async { client.get_me().send().await.map(|_| ()) })).await;
    let failed: Vec<_> = calls.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{failed:?}");

    let elsewhere = without_credential().with_tokens(MemoryTokens::new());
    let login = elsewhere.login_with_password().body_map(|body| body.email(email.as_str()).password(password));
    let second = login.send().await.expect("signed in elsewhere");
    elsewhere.logout().await.expect("signed out there");
    let dead = without_credential().with_access_token(&second.access_token).expect("a token");
    assert!(dead.get_me().send().await.expect_err("ended").is_unauthenticated());
    client.get_me().send().await.expect("the other session lives");

    client.revoke_all_sessions().send().await.expect("signed out");
    let out = client.get_me().send().await.expect_err("the tokens are forgotten");
    assert!(out.is_unauthenticated(), "{out}");
}

#[tokio::test]
async fn a_signed_key_is_verified_offline_until_it_is_revoked() {
    let root = client();
    for algorithm in ["ES256", "RS256"] {
        let body = root.create_key().body_map(|key| {
            key.name("signed")
                .kind("signed")
                .algorithm(algorithm)
                .audience("https://shop.example")
                .scopes([Scope::ReadItems])
        });
        let made = body.send().await.expect("made");
        let verifier = || SignedKeyVerifier::new([root.base_url()], ["https://shop.example"]).expect("a verifier");
        let found = verifier().verify(&made.secret).await.expect("good");
        assert_eq!((&found.key_id, &found.user_id), (&made.id, &made.user_id));
        assert_eq!(found.scopes, ["read:items"]);

        let elsewhere = SignedKeyVerifier::new([root.base_url()], ["https://other.example"]).expect("a verifier");
        assert_eq!(elsewhere.verify(&made.secret).await, Err(SignedKeyError::WrongAudience));
        root.revoke_key().key_id(&made.id).send().await.expect("revoked");
        assert_eq!(verifier().verify(&made.secret).await, Err(SignedKeyError::UnknownKey));
    }
}

#[tokio::test]
async fn the_umbrella_scopes_stand_for_what_the_server_says() {
    for one in client().list_scopes().limit(100).stream().collect_all().await.expect("all scopes") {
        let scope = [one.scope.as_str()];
        assert_eq!(covers_scopes(&["read", "write"], &scope), !one.admin_granted, "{scope:?}");
        assert!(covers_scopes(&["admin"], &scope) && covers_scopes(&scope, &scope), "{scope:?}");
    }
}
