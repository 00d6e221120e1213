use serde_json::json;

use crate::support::wallet::Wallet;
use crate::support::{Account, Credential, TestApp};

const NEW: &str = "the tide comes in at noon today";

both_engines! {
    async fn s70_the_new_one_holds_and_other_sessions_end(app) {
        let here = app.owner().await;
        let account = here.account.clone().expect("an account");
        let elsewhere = app.sign_in(account.clone()).await;
        let body = json!({ "currentPassword": account.password, "newPassword": NEW });
        here.post("/v1/auth/password/change", body).await.is(204);

        here.get("/v1/auth/me").await.is(200);
        elsewhere.get("/v1/auth/me").await.refuses(401, "REVOKED");
        let old = json!({ "email": account.email, "password": account.password });
        app.nobody().post("/v1/auth/login", old).await.refuses(401, "INVALID_CREDENTIALS");
        app.sign_in(Account { password: NEW.to_owned(), ..account }).await.get("/v1/auth/me").await.is(200);
    }

    async fn s70_the_current_one_is_needed_and_the_new_one_must_be_good(app) {
        let owner = app.owner().await;
        let account = owner.account.clone().expect("an account");
        let change = |current: String, new: String| owner.post("/v1/auth/password/change", json!({ "currentPassword": current, "newPassword": new }));
        change("not the one that was set".into(), NEW.into()).await.faults("/currentPassword");
        change(account.password.clone(), format!("{} is mine", account.email)).await.faults("/newPassword");
        change(account.password.clone(), "aaaaaaaaaaaaaaaaaaaa".into()).await.faults("/newPassword");

        app.sign_in(account).await.get("/v1/auth/me").await.is(200);
    }
}

#[tokio::test]
async fn an_account_without_a_password_has_none_to_change() {
    let app = TestApp::sqlite().await;
    let pair = Wallet::number(21).sign_in(&app.root(), &app.clock.now().to_rfc3339()).await.is(200);
    let owner = app.nobody().with(Credential::Token(pair.text("accessToken")));
    let body = json!({ "currentPassword": "there is none at all", "newPassword": NEW });

    owner.post("/v1/auth/password/change", body).await.faults("/currentPassword");
}
