//! The search at the end of every test sees what it is for (S10, S55).

use crate::support::{Actor, TestApp, sql};

/// Keeps a secret where none may be, sees that it is noticed, and lets the test end without it.
async fn planted(app: &TestApp, statement: impl Fn(&str) -> String, place: &str) {
    let secret = app.owner().await.create_key(&["read"]).await["secret"].as_str().expect("a secret").to_owned();
    assert_eq!(app.found_at_rest(), Vec::<String>::new());
    sql::run(app, &statement(&secret)).await;

    let places = app.found_at_rest();
    assert!(places.iter().any(|found| found == place), "{places:?}");
    assert!(places.iter().all(|found| !found.contains(&secret)), "{places:?}");
    app.shown.forget();
}

both_engines! {
    async fn a_key_in_a_table_is_found_and_its_column_is_named(app) {
        planted(&app, |secret| format!("UPDATE users SET name = 'so: {secret}'"), "users.name").await;
    }

    async fn a_password_in_a_table_is_found(app) {
        let owner: Actor = app.owner().await;
        let password = owner.account.expect("an account").password;
        sql::run(&app, &format!("UPDATE keys SET description = '{password}'")).await;
        sql::run(&app, &format!("UPDATE users SET name = '{password}'")).await;

        assert!(app.found_at_rest().contains(&"users.name".to_owned()));
        app.shown.forget();
    }

    async fn a_token_in_the_log_is_found(app) {
        let owner = app.owner().await;
        assert_eq!(app.found_at_rest(), Vec::<String>::new());
        tracing::info!(token = owner.refresh_token, "a line that must never be written");

        assert_eq!(app.found_at_rest(), ["the log"]);
        app.shown.forget();
    }
}
