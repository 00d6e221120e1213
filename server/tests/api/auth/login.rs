use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn s68_a_wrong_password_and_an_unknown_address_are_refused_alike() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let known = owner.account.expect("an account").email;
    let login = |email: String| {
        let nobody = app.nobody();
        async move {
            let body = json!({ "email": email, "password": "not the one that was set here" });
            nobody.post("/v1/auth/login", body).await.refuses(401, "INVALID_CREDENTIALS")
        }
    };
    let (wrong, unknown) = (login(known).await, login("nobody-here@example.com".to_owned()).await);

    for member in ["type", "title", "status", "detail", "code"] {
        assert_eq!(wrong.body[member], unknown.body[member], "{member}");
    }
}

#[tokio::test]
async fn s67_the_sixth_guess_in_fifteen_minutes_waits() {
    let app = TestApp::with_settings(crate::support::Engine::Sqlite, &[("LIMITS_AUTH_PER_15_MINUTES", "5")]).await;
    let guess = || async {
        let body = json!({ "email": "ada@example.com", "password": "a guess that is long enough" });
        app.nobody().post("/v1/auth/login", body).await
    };
    for _ in 0..5 {
        guess().await.refuses(401, "INVALID_CREDENTIALS");
    }
    let refused = guess().await.refuses(429, "RATE_LIMITED");
    assert!(refused.header("retry-after").is_some());

    app.clock.advance(std::time::Duration::from_secs(15 * 60));
    guess().await.refuses(401, "INVALID_CREDENTIALS");
}

both_engines! {
    async fn a_pair_of_tokens_comes_back_and_the_access_token_works(app) {
        let owner = app.owner().await;
        let account = owner.account.clone().expect("an account");
        let pair = app.nobody().post("/v1/auth/login", json!({ "email": account.email, "password": account.password })).await.is(200);

        assert_eq!(pair.body["tokenType"], "Bearer");
        assert_eq!(pair.body["expiresIn"], 900);
        assert!(pair.text("refreshToken").starts_with("gpr_"));
        owner.get("/v1/auth/me").await.is(200);
    }
}
