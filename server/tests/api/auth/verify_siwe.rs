use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::wallet::{Wallet, message};
use crate::support::{Actor, Credential, Engine, TestApp, rows};

async fn nonce(application: &Actor) -> String {
    application.post_nothing("/v1/auth/nonce").await.is(200).text("nonce")
}

fn now(app: &TestApp) -> String {
    app.clock.now().to_rfc3339()
}

/// A second from now, or so many.
fn later(app: &TestApp, seconds: u64) -> String {
    app.clock.now().plus(Duration::from_secs(seconds)).to_rfc3339()
}

both_engines! {
    /// Promise 7; a first sign-in opens an account, a later one finds it.
    async fn a_wallet_signs_in_and_has_one_account(app) {
        let (keyed, wallet) = (app.owner().await.keyed(&[]).await, Wallet::number(1));
        let first = wallet.sign_in(&keyed, &now(&app)).await.is(200);
        let again = wallet.sign_in(&app.root(), &now(&app)).await.is(200);
        let other = Wallet::number(2).sign_in(&keyed, &now(&app)).await.is(200);

        assert_eq!(first.text("address"), wallet.address());
        assert_eq!(first.text("userId"), again.text("userId"));
        assert_ne!(first.text("userId"), other.text("userId"));
        let signed_in = app.nobody().with(Credential::Token(first.text("accessToken")));
        let me = signed_in.get("/v1/auth/me").await.is(200);
        assert_eq!((me.text("id"), me.text("address")), (first.text("userId"), wallet.address()));
        assert_eq!((me.text("role"), me.text("tier"), &me.body["name"]), ("authenticated".into(), "free".into(), &json!(null)));
    }

    /// Two at once make one account: the unique rule decides.
    async fn many_first_sign_ins_at_once_open_one_account(app) {
        let (root, wallet) = (app.root(), Wallet::number(3));
        let before = rows(&app.app, "users").await;
        let now = now(&app);
        let answers = join_all((0..10).map(|_| wallet.sign_in(&root, &now))).await;
        let mut users: Vec<String> = answers.into_iter().map(|answer| answer.is(200).text("userId")).collect();
        users.dedup();

        assert_eq!((users.len(), rows(&app.app, "users").await), (1, before + 1));
    }

    async fn s43_a_message_signs_in_once_however_many_send_it_at_once(app) {
        let (root, wallet) = (app.root(), Wallet::number(4));
        let text = message(&root, &wallet, &nonce(&root).await, &now(&app));
        let answers = join_all((0..20).map(|_| wallet.verify(&root, &text))).await;
        let good = answers.iter().filter(|answer| answer.status == 200).count();

        assert_eq!(good, 1);
        answers.into_iter().filter(|answer| answer.status != 200).for_each(|answer| drop(answer.refuses(401, "SIWE_NONCE")));
        wallet.verify(&root, &text).await.refuses(401, "SIWE_NONCE");
    }

    /// Promise 7: a nonce of the client's own is taken once, while its message says that it ends soon.
    async fn promise_7_a_nonce_of_the_clients_own_is_remembered_until_its_message_ends(app) {
        let (root, wallet) = (app.root(), Wallet::number(5));
        let text = message(&root, &wallet, "myOwnNonce42", &now(&app));
        wallet.verify(&root, &text).await.refuses(401, "SIWE_NONCE");
        wallet.verify(&root, &format!("{text}\nExpiration Time: {}", later(&app, 901))).await.refuses(401, "SIWE_NONCE");

        let text = format!("{text}\nExpiration Time: {}", later(&app, 900));
        let answers = join_all((0..10).map(|_| wallet.verify(&root, &text))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        app.clock.advance(Duration::from_secs(599));
        gatepost::jobs::clean(&app.app).await;
        wallet.verify(&root, &text).await.refuses(401, "SIWE_NONCE");
        let other = Wallet::number(6);
        let text = message(&root, &other, "myOwnNonce42", &now(&app));
        other.verify(&root, &format!("{text}\nExpiration Time: {}", later(&app, 60))).await.is(200);

        app.clock.advance(Duration::from_secs(3600));
        gatepost::jobs::clean(&app.app).await;
        assert_eq!(rows(&app.app, "used_nonces").await, 0);
    }

    async fn s43_a_nonce_is_spent_also_by_a_message_that_fails(app) {
        let (root, wallet) = (app.root(), Wallet::number(7));
        let text = message(&root, &wallet, &nonce(&root).await, &now(&app));
        root.post("/v1/auth/verify", json!({ "message": text, "signature": Wallet::number(8).sign(&text) })).await.refuses(401, "SIWE_SIGNATURE");

        wallet.verify(&root, &text).await.refuses(401, "SIWE_NONCE");
    }
}

/// S43, S46, S47, H40 to H48: each wrong message is refused, and the code says what is wrong with it.
#[tokio::test]
async fn each_wrong_message_is_refused_for_what_is_wrong_with_it() {
    let app = TestApp::sqlite().await;
    let (root, wallet, stranger) = (app.root(), Wallet::number(9), app.stranger().await.keyed(&[]).await);
    let domain = app.base.trim_start_matches("http://").to_owned();
    let first_line = |other: &str| (format!("{domain} wants"), format!("{other} wants"));
    let uri = |other: &str| (format!("URI: {}/login", app.base), format!("URI: {other}"));
    let issued = |other: String| (format!("Issued At: {}", now(&app)), format!("Issued At: {other}"));
    let past = app.clock.now().minus(Duration::from_secs(601)).to_rfc3339();
    for ((from, to), status, code) in [
        (first_line(&domain.replacen(':', ".evil.example:", 1)), 401, "SIWE_DOMAIN"),
        (first_line(&format!("{domain}.evil.example")), 422, "INVALID"),
        (first_line(&format!("evil{domain}")), 401, "SIWE_DOMAIN"),
        (first_line(&format!("user@{domain}")), 401, "SIWE_DOMAIN"),
        (first_line("127.0.0.1"), 401, "SIWE_DOMAIN"),
        (uri("https://evil.example/login"), 401, "SIWE_URI"),
        (uri(&format!("http://{}/", domain.replacen(':', ".evil.example:", 1))), 401, "SIWE_URI"),
        (uri(&format!("http://{domain}@evil.example/")), 401, "SIWE_URI"),
        (("Chain ID: 1".into(), "Chain ID: 11155111".into()), 401, "SIWE_CHAIN"),
        (("Chain ID: 1".into(), "Chain ID: 18446744073709551616".into()), 422, "INVALID"),
        (issued(past), 401, "SIWE_TIME"),
        (issued(later(&app, 61)), 401, "SIWE_TIME"),
        (issued(format!("{}\nExpiration Time: {}", now(&app), now(&app))), 401, "SIWE_TIME"),
        (issued(format!("{}\nNot Before: {}", now(&app), later(&app, 1))), 401, "SIWE_TIME"),
        ((wallet.address(), wallet.address().to_lowercase()), 422, "INVALID"),
        ((wallet.address(), Wallet::number(10).address()), 401, "SIWE_SIGNATURE"),
        (("Version: 1".into(), "Version: 1\nURI: https://evil.example/".into()), 422, "INVALID"),
        (("Version: 1".into(), "Version: 1\r".into()), 422, "INVALID"),
    ] {
        let text = message(&root, &wallet, &nonce(&root).await, &now(&app)).replacen(&from, &to, 1);
        wallet.verify(&root, &text).await.refuses(status, code);
    }
    let others = nonce(&stranger).await;
    wallet.verify(&root, &message(&root, &wallet, &others, &now(&app))).await.refuses(401, "SIWE_NONCE");
    let forged = others.replace(['0', '1', '2', '3'], "4");
    wallet.verify(&root, &message(&root, &wallet, &forged, &now(&app))).await.refuses(401, "SIWE_NONCE");
    let old = nonce(&root).await;
    app.clock.advance(Duration::from_secs(600));
    wallet.verify(&root, &message(&root, &wallet, &old, &now(&app))).await.refuses(401, "SIWE_NONCE");
}

#[tokio::test]
async fn garbage_is_refused_as_what_it_is() {
    let app = TestApp::sqlite().await;
    let (root, wallet) = (app.root(), Wallet::number(11));
    let text = message(&root, &wallet, &nonce(&root).await, &now(&app));
    let post = |message: String, signature: String| {
        root.post("/v1/auth/verify", json!({ "message": message, "signature": signature }))
    };
    post("garbage".into(), wallet.sign("garbage")).await.faults("/message");
    post("x".repeat(4_097), wallet.sign("x")).await.faults("/message");
    post("x".repeat(1_000_000), wallet.sign("x")).await.faults("/message");
    post("x".repeat(1_100_000), wallet.sign("x")).await.refuses(413, "TOO_LARGE");
    for bad in ["0x0", "0xzz", "00", "garbage"] {
        post(text.clone(), bad.into()).await.faults("/signature");
    }
    type Spoil = fn(&str) -> String;
    let h49: [Spoil; 5] = [
        |good| good[..130].to_owned(),
        |good| format!("{good}00"),
        |_| format!("0x{}", "00".repeat(65)),
        |good| format!("{}1d", &good[..130]),
        |good| format!("{good}{}", "6492".repeat(16)),
    ];
    for spoil in h49 {
        let text = message(&root, &wallet, &nonce(&root).await, &now(&app));
        let signature = spoil(&wallet.sign(&text));
        post(text, signature).await.refuses(401, "SIWE_SIGNATURE");
    }
}

#[tokio::test]
async fn s46_other_domains_are_a_setting() {
    let app = TestApp::with_settings(Engine::Sqlite, &[("SIWE_DOMAINS", "shop.example.com")]).await;
    let (root, wallet) = (app.root(), Wallet::number(12));
    let on_shop = |text: String| {
        text.replace(&format!("{} wants", app.base.trim_start_matches("http://")), "shop.example.com wants")
            .replace(&app.base, "https://shop.example.com")
    };
    let text = on_shop(message(&root, &wallet, &nonce(&root).await, &now(&app)));

    wallet.verify(&root, &text).await.is(200);
}

#[tokio::test]
async fn a_stopped_account_stays_out() {
    let app = TestApp::sqlite().await;
    let (root, wallet) = (app.root(), Wallet::number(13));
    wallet.sign_in(&root, &now(&app)).await.is(200);
    let gatepost::store::Pools::Sqlite { write, .. } = &app.app.db.pools else { panic!("SQLite") };
    let stop = "UPDATE users SET disabled_at = 1 WHERE id IN (SELECT owner FROM identities)";
    assert_eq!(sqlx::query(stop).execute(write).await.expect("an update").rows_affected(), 1);

    wallet.sign_in(&root, &now(&app)).await.refuses(401, "DISABLED");
}

#[tokio::test]
async fn a_signed_in_user_without_a_key_gets_no_nonce() {
    let app = TestApp::sqlite().await;
    app.owner().await.post_nothing("/v1/auth/nonce").await.refuses(401, "UNAUTHENTICATED");
}
