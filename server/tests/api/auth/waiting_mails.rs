//! Mails that wait while `SECRET_KEY` is rotated (S103).

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gatepost::auth::{mail_sealer, mails_to_reseal, reseal_mails};
use gatepost::random::Random;
use gatepost::seal::{Resealed, Sealer};
use serde_json::json;

use crate::support::mailbox::Mailbox;
use crate::support::{Engine, TestApp, sql};

const OLD: &str = "a-secret-key-for-tests-of-40-characters!";
const NEW: &str = "another-secret-key-for-tests-of-45-characters";

fn sealer(secrets: &[&str]) -> Sealer {
    mail_sealer(&secrets.iter().map(|secret| (*secret).into()).collect::<Vec<_>>())
}

async fn not_under(app: &TestApp, sealer: &Sealer) -> usize {
    mails_to_reseal(&mut app.app.db.read().await.expect("a connection"), sealer).await.expect("a count")
}

/// As many mails as accounts; the mail server takes none of them for now. Both keys are known, and the old one seals.
async fn with_waiting(engine: Engine, mails: usize) -> (Mailbox, TestApp) {
    let mailbox = Mailbox::open().await;
    mailbox.refusing.store(1_000, Ordering::SeqCst);
    let both = format!("{OLD},{NEW}");
    let app = TestApp::with_settings(engine, &[("SMTP_URL", &mailbox.url), ("SECRET_KEY", &both)]).await;
    for number in 0..mails {
        let body = json!({ "email": format!("ada-{number}@example.com"), "password": "a walk along the quay at dawn" });
        app.nobody().post("/v1/auth/register", body).await.is(202);
    }
    // Each has one to nobody beside it, which goes as soon as anybody looks.
    sql::run(&app, "DELETE FROM mails WHERE recipient IS NULL").await;
    (mailbox, app)
}

async fn afterwards_the_old_key_opens_no_waiting_mail_and_each_goes_out(engine: Engine) {
    let (mut mailbox, app) = with_waiting(engine, 2).await;
    let random = Random::default();
    assert_eq!(not_under(&app, &sealer(&[NEW])).await, 2);
    let done = reseal_mails(&app.app.db, &sealer(&[NEW]), &random).await.expect("nothing breaks");
    assert_eq!(done, Resealed { done: 0, left: 2 }, "without the old key nothing can be moved");

    let both = sealer(&[NEW, OLD]);
    let done = reseal_mails(&app.app.db, &both, &random).await.expect("resealed");
    assert_eq!(done, Resealed { done: 2, left: 0 });
    assert_eq!(reseal_mails(&app.app.db, &both, &random).await.expect("resealed"), Resealed::default());
    let done = reseal_mails(&app.app.db, &sealer(&[OLD]), &random).await.expect("nothing breaks");
    assert_eq!(done, Resealed { done: 0, left: 2 }, "the old key opens nothing");

    mailbox.refusing.store(0, Ordering::SeqCst);
    // By whom they are for: the clock that goes on by hours takes one away from who is just sending it, so it may come twice.
    let mut arrived = BTreeMap::new();
    for _ in 0..20 {
        app.clock.advance(Duration::from_secs(3_600));
        gatepost::jobs::send_mails(&app.app).await;
        arrived.extend(std::iter::from_fn(|| mailbox.there()).map(|mail| (mail.to.clone(), mail)));
        if arrived.len() == 2 {
            break;
        }
    }
    assert_eq!(arrived.len(), 2);
    for mail in arrived.into_values() {
        app.nobody().post("/v1/auth/email/verify", json!({ "token": mail.secret() })).await.is(204);
    }
}

#[tokio::test]
async fn afterwards_the_old_key_opens_no_waiting_mail_and_each_goes_out_sqlite() {
    afterwards_the_old_key_opens_no_waiting_mail_and_each_goes_out(Engine::Sqlite).await;
}

#[tokio::test]
async fn afterwards_the_old_key_opens_no_waiting_mail_and_each_goes_out_postgres() {
    afterwards_the_old_key_opens_no_waiting_mail_and_each_goes_out(Engine::Postgres).await;
}

#[tokio::test]
async fn more_mails_than_a_batch_are_all_moved_and_one_that_nobody_opens_is_counted() {
    let (_mailbox, app) = with_waiting(Engine::Sqlite, 1).await;
    let copies = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) \
        INSERT INTO mails SELECT 'mal_' || printf('%026d', i), recipient, sealed, created_at, 1e15, 0 FROM mails, n";
    sql::run(&app, copies).await;

    // What was copied is bound to another id.
    let done = reseal_mails(&app.app.db, &sealer(&[NEW, OLD]), &Random::default()).await.expect("nothing breaks");
    assert_eq!(done, Resealed { done: 1, left: 250 });
}
