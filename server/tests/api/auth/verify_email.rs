use std::time::Duration;

use serde_json::json;

use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Engine, TestApp, rows};

const PASSWORD: &str = "a walk along the quay at dawn";
const EMAIL: &str = "ada@example.com";

async fn register(app: &TestApp, password: &str) -> Answer {
    app.nobody().post("/v1/auth/register", json!({ "email": EMAIL, "password": password })).await.is(202)
}

async fn log_in(app: &TestApp, password: &str) -> Answer {
    app.nobody().post("/v1/auth/login", json!({ "email": EMAIL, "password": password })).await
}

async fn verify(app: &TestApp, secret: &str) -> Answer {
    app.nobody().post("/v1/auth/email/verify", json!({ "token": secret })).await
}

#[tokio::test]
async fn where_mail_arrives_an_account_opens_by_its_link_and_not_before() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (mut mailbox, app) = Mailbox::with_app(engine).await;
        register(&app, PASSWORD).await;
        let mail = mailbox.next().await;
        assert_eq!((mail.to.as_str(), mail.subject()), (EMAIL, "Confirm your e-mail address"));
        assert!(mail.text.contains(&format!("{}/verify-email/{}", app.base, mail.secret())), "{}", mail.text);
        log_in(&app, PASSWORD).await.refuses(401, "INVALID_CREDENTIALS");

        verify(&app, &mail.secret()).await.is(204);
        log_in(&app, PASSWORD).await.is(200);
        verify(&app, &mail.secret()).await.refuses(401, "INVALID_LINK");
    }
}

/// S68: whoever asks learns nothing; whoever reads the mail learns it.
#[tokio::test]
async fn s68_an_address_with_an_account_is_told_so_by_mail_alone() {
    let (mut mailbox, app) = Mailbox::with_app(Engine::Sqlite).await;
    let first = register(&app, PASSWORD).await;
    verify(&app, &mailbox.next().await.secret()).await.is(204);
    let again = register(&app, "another password altogether").await;

    assert_eq!(first.body, again.body);
    assert_eq!(mailbox.next().await.subject(), "You have an account already");
    log_in(&app, "another password altogether").await.refuses(401, "INVALID_CREDENTIALS");
    log_in(&app, PASSWORD).await.is(200);
}

/// Who registers somebody else's address chooses no password for its owner.
#[tokio::test]
async fn the_password_is_that_of_the_link_that_was_followed() {
    let (mut mailbox, app) = Mailbox::with_app(Engine::Sqlite).await;
    register(&app, "chosen by somebody else").await;
    let anothers = mailbox.next().await.secret();
    register(&app, PASSWORD).await;
    verify(&app, &mailbox.next().await.secret()).await.is(204);

    log_in(&app, PASSWORD).await.is(200);
    log_in(&app, "chosen by somebody else").await.refuses(401, "INVALID_CREDENTIALS");
    verify(&app, &anothers).await.refuses(401, "INVALID_LINK");
}

#[tokio::test]
async fn a_link_ends_after_a_day_and_what_is_no_link_opens_nothing() {
    let (mut mailbox, app) = Mailbox::with_app(Engine::Sqlite).await;
    register(&app, PASSWORD).await;
    let secret = mailbox.next().await.secret();
    app.clock.advance(Duration::from_secs(24 * 3600));
    verify(&app, &secret).await.refuses(401, "INVALID_LINK");
    for other in ["x".to_owned(), "gpm_".to_owned(), format!("gpm_{}", "A".repeat(43))] {
        verify(&app, &other).await.refuses(401, "INVALID_LINK");
    }

    gatepost::jobs::clean(&app.app).await;
    assert_eq!(rows(&app.app, "mail_links").await, 0);
    assert_eq!(rows(&app.app, "mails").await, 0);
}

/// A mail server that is away costs no mail.
#[tokio::test]
async fn a_mail_that_does_not_go_is_tried_again() {
    let (mut mailbox, app) = Mailbox::with_app(Engine::Sqlite).await;
    mailbox.refusing.store(3, std::sync::atomic::Ordering::SeqCst);
    register(&app, PASSWORD).await;
    let mut arrived = None;
    for _ in 0..20 {
        gatepost::jobs::send_mails(&app.app).await;
        app.clock.advance(Duration::from_secs(3600));
        arrived = mailbox.there();
        if arrived.is_some() {
            break;
        }
    }

    verify(&app, &arrived.expect("a mail").secret()).await.is(204);
    assert_eq!(mailbox.refusing.load(std::sync::atomic::Ordering::SeqCst), 0);
}

/// What waits holds links that open accounts: it is sealed.
#[tokio::test]
async fn s55_a_waiting_mail_is_not_in_clear() {
    let mailbox = Mailbox::open().await;
    mailbox.refusing.store(1_000, std::sync::atomic::Ordering::SeqCst);
    let app = TestApp::with_settings(Engine::Sqlite, &[("SMTP_URL", &mailbox.url)]).await;
    register(&app, PASSWORD).await;
    let gatepost::store::Pools::Sqlite { write, .. } = &app.app.db.pools else { panic!("SQLite") };
    let waiting: (String,) =
        sqlx::query_as("SELECT sealed FROM mails WHERE recipient IS NOT NULL").fetch_one(write).await.expect("a mail");

    assert!(
        waiting.0.len() > 200 && !waiting.0.contains("verify-email") && !waiting.0.contains("gpm_"),
        "{}",
        waiting.0
    );
}
