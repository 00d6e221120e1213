use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Engine, TestApp};

const OLD: &str = "a walk along the quay at dawn";
const NEW: &str = "the tide comes in at noon today";
const EMAIL: &str = "ada@example.com";

/// An account whose address is confirmed.
async fn with_account(engine: Engine) -> (Mailbox, TestApp) {
    let (mut mailbox, app) = Mailbox::with_app(engine).await;
    app.nobody().post("/v1/auth/register", json!({ "email": EMAIL, "password": OLD })).await.is(202);
    let secret = mailbox.next().await.secret();
    app.nobody().post("/v1/auth/email/verify", json!({ "token": secret })).await.is(204);
    (mailbox, app)
}

async fn log_in(app: &TestApp, password: &str) -> Answer {
    app.nobody().post("/v1/auth/login", json!({ "email": EMAIL, "password": password })).await
}

async fn forgot(app: &TestApp, email: &str) -> Answer {
    app.nobody().post("/v1/auth/password/forgot", json!({ "email": email })).await.is(202)
}

async fn reset(app: &TestApp, secret: &str, password: &str) -> Answer {
    app.nobody().post("/v1/auth/password/reset", json!({ "token": secret, "password": password })).await
}

#[tokio::test]
async fn s70_a_reset_sets_the_password_ends_every_session_and_tells_the_owner() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (mut mailbox, app) = with_account(engine).await;
        let session = log_in(&app, OLD).await.is(200);
        forgot(&app, EMAIL).await;
        let first = mailbox.next().await;
        assert_eq!((first.to.as_str(), first.subject()), (EMAIL, "Set a new password"));
        forgot(&app, EMAIL).await;
        let second = mailbox.next().await.secret();

        reset(&app, &second, NEW).await.is(204);
        assert_eq!(mailbox.next().await.subject(), "Your password was changed");
        log_in(&app, OLD).await.refuses(401, "INVALID_CREDENTIALS");
        log_in(&app, NEW).await.is(200);
        let token = crate::support::Credential::Token(session.text("accessToken"));
        app.nobody().with(token).get("/v1/auth/me").await.refuses(401, "REVOKED");
        let refresh = json!({ "refreshToken": session.text("refreshToken") });
        app.nobody().post("/v1/auth/refresh", refresh).await.is(401);
        for spent in [first.secret(), second] {
            reset(&app, &spent, OLD).await.refuses(401, "INVALID_LINK");
        }
    }
}

#[tokio::test]
async fn s70_of_two_resets_at_once_one_wins() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (mut mailbox, app) = with_account(engine).await;
        forgot(&app, EMAIL).await;
        let secret = mailbox.next().await.secret();
        let answers = join_all((0..8).map(|_| reset(&app, &secret, NEW))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 204);

        assert_eq!(won.len(), 1);
        lost.into_iter().for_each(|answer| drop(answer.refuses(401, "INVALID_LINK")));
    }
}

#[tokio::test]
async fn s70_a_link_is_good_for_half_an_hour() {
    let (mut mailbox, app) = with_account(Engine::Sqlite).await;
    forgot(&app, EMAIL).await;
    let late = mailbox.next().await.secret();
    app.clock.advance(Duration::from_secs(30 * 60));
    reset(&app, &late, NEW).await.refuses(401, "INVALID_LINK");

    forgot(&app, EMAIL).await;
    let in_time = mailbox.next().await.secret();
    app.clock.advance(Duration::from_secs(30 * 60 - 1));
    reset(&app, &in_time, "too short").await.faults("/password");
    reset(&app, &in_time, "ada@example.com is mine").await.faults("/password");
    reset(&app, &in_time, NEW).await.is(204);
}

/// S68: the answer is one for all, and only an account's address gets a mail.
#[tokio::test]
async fn s68_only_the_mailbox_tells_whether_there_is_an_account() {
    let (mut mailbox, app) = with_account(Engine::Sqlite).await;
    let unknown = forgot(&app, "nobody@example.com").await;
    let known = forgot(&app, EMAIL).await;

    assert_eq!(unknown.body, known.body);
    assert_eq!(mailbox.next().await.to, EMAIL);
    assert!(mailbox.there().is_none());
}

/// Nobody fills another's mailbox: three links at a time are enough.
#[tokio::test]
async fn an_address_has_three_links_at_a_time() {
    let (mut mailbox, app) = with_account(Engine::Sqlite).await;
    for _ in 0..5 {
        forgot(&app, EMAIL).await;
    }
    let links = [mailbox.next().await, mailbox.next().await, mailbox.next().await];
    reset(&app, &links[0].secret(), NEW).await.is(204);

    assert_eq!(mailbox.next().await.subject(), "Your password was changed");
}
