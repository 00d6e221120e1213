use serde_json::json;

const PASSWORD: &str = "a walk along the quay at dawn";

both_engines! {
    /// S68: nobody learns who has an account.
    async fn s68_the_answer_is_the_same_for_a_new_and_a_known_address(app) {
        let register = |email: &'static str| {
            let nobody = app.nobody();
            async move { nobody.post("/v1/auth/register", json!({ "email": email, "password": PASSWORD })).await.is(202) }
        };
        let first = register("ada@example.com").await;
        let again = register("Ada@Example.com ".trim()).await;

        assert_eq!(first.body, again.body);
    }

    async fn an_account_works_at_once(app) {
        let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada" });
        app.nobody().post("/v1/auth/register", body).await.is(202);

        let login = json!({ "email": "ADA@example.com", "password": PASSWORD });
        app.nobody().post("/v1/auth/login", login).await.is(200);
    }
}

use crate::support::TestApp;

#[tokio::test]
async fn s65_s66_a_weak_password_is_named_as_the_fault() {
    let app = TestApp::sqlite().await;
    for password in ["too short", "123456789012345", "ada.lovelace forever and ever"] {
        let body = json!({ "email": "ada.lovelace@example.com", "password": password });
        app.nobody().post("/v1/auth/register", body).await.faults("/password");
    }
}

#[tokio::test]
async fn what_is_no_address_is_named_as_the_fault() {
    let app = TestApp::sqlite().await;
    for email in ["ada", "@example.com", "ada@", "a da@example.com"] {
        let body = json!({ "email": email, "password": PASSWORD });
        app.nobody().post("/v1/auth/register", body).await.faults("/email");
    }
}

#[tokio::test]
async fn s55_the_password_is_kept_only_as_argon2id() {
    let app = TestApp::sqlite().await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    app.nobody().post("/v1/auth/register", body).await.is(202);

    let gatepost::store::Pools::Sqlite { write, .. } = &app.app.db.pools else { panic!("SQLite") };
    let kept: (String,) = sqlx::query_as("SELECT password_hash FROM users WHERE email = 'ada@example.com'")
        .fetch_one(write)
        .await
        .expect("the account");
    assert!(kept.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept.0);
}
