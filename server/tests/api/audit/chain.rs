//! The chain behind the list (S114).

use std::time::Duration;

use gatepost::domain::audit::{Action, Actor as Who};
use gatepost::store::audit::{self, Broken};

use super::note;
use crate::support::{Home, TestApp, sql};

both_engines! {
    async fn s114_writes_at_once_make_one_unbroken_chain(app) {
        let before = audit::check(&app.app.db).await.expect("whole").last;
        let who = Who::default();
        let app = &app;
        let writes = (0..50).map(|number| {
            let who = who.clone();
            async move { note(app, Action::KeyUpdated, &format!("key_{number}"), &who).await }
        });
        futures_util::future::join_all(writes).await;

        let chain = audit::check(&app.app.db).await.expect("whole");
        assert_eq!(chain.last, before + 50);
    }

    async fn s114_what_was_changed_afterwards_is_named(app) {
        for number in 1..=6 {
            note(&app, Action::KeyUpdated, &format!("key_{number}"), &Who::default()).await;
        }
        let first = audit::check(&app.app.db).await.expect("whole").last - 5;
        let (second, third, last) = (first + 1, first + 2, first + 5);
        for (change, undo, named) in [
            (
                format!("UPDATE audit SET target = 'key_9' WHERE position = {third}"),
                format!("UPDATE audit SET target = 'key_3' WHERE position = {third}"),
                format!("position {third} was changed"),
            ),
            (
                format!("UPDATE audit SET at = at + 1 WHERE position = {second}"),
                format!("UPDATE audit SET at = at - 1 WHERE position = {second}"),
                format!("position {second} was changed"),
            ),
            (
                "UPDATE audit_head SET position = position - 1".to_owned(),
                "UPDATE audit_head SET position = position + 1".to_owned(),
                format!("position {} was changed", last - 1),
            ),
            (
                format!("UPDATE audit SET position = {} WHERE position = {third}", last + 7),
                format!("UPDATE audit SET position = {third} WHERE position = {}", last + 7),
                format!("position {third} is gone"),
            ),
            (
                format!("UPDATE audit SET previous = 'x' || previous WHERE position = {third}"),
                format!("UPDATE audit SET previous = substr(previous, 2) WHERE position = {third}"),
                format!("position {third} does not follow"),
            ),
        ] {
            sql::run(&app, &change).await;
            let found = audit::check(&app.app.db).await.expect_err("broken").to_string();
            assert!(found.contains(&named), "{change}: {found}");
            sql::run(&app, &undo).await;
            audit::check(&app.app.db).await.expect("whole again");
        }
        sql::run(&app, &format!("DELETE FROM audit WHERE position = {last}")).await;
        assert!(matches!(audit::check(&app.app.db).await, Err(Broken::Gone(gone)) if gone == last));
    }

    async fn old_entries_go_and_the_rest_stays_a_chain(app) {
        for number in 0..3 {
            note(&app, Action::KeyUpdated, &format!("old_{number}"), &Who::default()).await;
        }
        let old = audit::check(&app.app.db).await.expect("whole").last;
        app.clock.advance(Duration::from_secs(24 * 3600));
        note(&app, Action::KeyUpdated, "young", &Who::default()).await;
        app.clock.advance(Duration::from_secs(729 * 24 * 3600 + 1));
        gatepost::jobs::clean(&app.app).await;
        assert_eq!(audit::check(&app.app.db).await.expect("whole").first, old + 1);

        // The last one stays, however old, so that the end of the chain can be checked.
        app.clock.advance(Duration::from_secs(2 * 24 * 3600));
        gatepost::jobs::clean(&app.app).await;
        let chain = audit::check(&app.app.db).await.expect("whole");
        assert_eq!((chain.first, chain.last), (old + 1, old + 1));
        note(&app, Action::KeyUpdated, "new", &Who::default()).await;
        audit::check(&app.app.db).await.expect("whole");
    }

    async fn an_entry_that_is_not_written_keeps_its_cause_from_being_written(app) {
        note(&app, Action::KeyUpdated, "kept", &Who::default()).await;
        sql::run(&app, "UPDATE audit_head SET position = position - 1").await;
        let mut tx = app.app.db.write().await.expect("a transaction");
        let change = gatepost::domain::audit::Change {
            action: Action::KeyUpdated, target: "lost".to_owned(), owner: None, before: None, after: None,
        };
        audit::record(&mut tx, (app.clock.now(), &app.app.random), &Who::default(), &change).await.expect_err("the place is taken");
    }
}

/// `gatepost check-audit` says so and fails where the chain is broken.
#[tokio::test]
async fn s114_the_command_fails_where_the_chain_is_broken() {
    let app = TestApp::sqlite().await;
    for number in 1..=3 {
        note(&app, Action::KeyUpdated, &format!("key_{number}"), &Who::default()).await;
    }
    let last = audit::check(&app.app.db).await.expect("whole").last;
    let checked = || Home::command(app.folder(), "check-audit");
    let whole = checked();
    assert!(whole.status.success() && String::from_utf8_lossy(&whole.stdout).contains(&format!("to {last}")));

    sql::run(&app, &format!("UPDATE audit SET target = 'key_9' WHERE position = {last}")).await;
    let broken = checked();
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stderr).contains(&format!("position {last} was changed")));
}
