use std::time::Duration;

use crate::support::TestApp;

both_engines! {
    async fn the_account_and_its_session_are_shown(app) {
        let owner = app.owner().await;
        let me = owner.get("/v1/auth/me").await.is(200);

        assert_eq!(Some(me.text("id")), owner.user_id);
        assert_eq!(me.text("email"), owner.account.expect("an account").email);
        assert_eq!(me.body["role"], "authenticated");
        assert!(me.text("sessionId").starts_with("ses_"));
    }
}

#[tokio::test]
async fn a_key_is_not_a_signed_in_user() {
    let app = TestApp::sqlite().await;
    let keyed = app.owner().await.keyed(&["read"]).await;
    let answer = keyed.get("/v1/auth/me").await;

    assert!(matches!(answer.status, 401 | 403), "{}", answer.body);
}

#[tokio::test]
async fn s16_an_access_token_ends_after_fifteen_minutes() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    app.clock.advance(Duration::from_secs(15 * 60 - 1));
    owner.get("/v1/auth/me").await.is(200);

    app.clock.advance(Duration::from_secs(1));
    let refused = owner.get("/v1/auth/me").await.refuses(401, "EXPIRED");
    assert!(refused.header("www-authenticate").is_some_and(|challenge| challenge.contains("invalid_token")));
}
