use serde_json::json;

use crate::support::{Actor, Answer, Credential, TestApp};

async fn revoke(client: &Actor, token: &str) -> Answer {
    client.form("/oauth/revoke", &[("token", token)]).await
}

async fn machine_token(client: &Actor) -> String {
    client.form("/oauth/token", &[("grant_type", "client_credentials")]).await.is(200).text("access_token")
}

fn bearer(app: &TestApp, token: &str) -> Actor {
    app.nobody().with(Credential::Token(token.to_owned()))
}

async fn introspect_is_active(client: &Actor, token: &str) -> bool {
    client.form("/oauth/introspect", &[("token", token)]).await.is(200).body["active"] == json!(true)
}

both_engines! {
    /// S20: a revoked refresh token kills the session's access tokens too, at once.
    async fn s20_a_refresh_token_ends_its_session(app) {
        let owner = app.owner().await;
        let token = owner.refresh_token.clone().expect("a token");
        assert!(revoke(&app.nobody(), &token).await.is(200).body.is_null());

        owner.get("/v1/auth/me").await.refuses(401, "REVOKED");
        app.nobody().post("/v1/auth/refresh", json!({ "refreshToken": token })).await.is(401);
        revoke(&app.nobody(), &token).await.is(200);
    }

    async fn an_access_token_of_a_session_ends_the_session(app) {
        let owner = app.owner().await;
        let Credential::Token(token) = &owner.credential else { panic!("a token") };
        app.nobody().form("/oauth/revoke", &[("token", token), ("token_type_hint", "refresh_token")]).await.is(200);

        owner.get("/v1/auth/me").await.refuses(401, "REVOKED");
    }

    async fn an_access_token_of_a_key_ends_alone(app) {
        let owner = app.owner().await;
        let client = owner.client(&["read"]).await;
        let (first, second) = (machine_token(&client).await, machine_token(&client).await);
        bearer(&app, &first).get("/v1/keys").await.is(200);
        revoke(&client, &first).await.is(200);
        revoke(&client, &first).await.is(200);

        bearer(&app, &first).get("/v1/keys").await.refuses(401, "REVOKED");
        assert!(!introspect_is_active(&client, &first).await);
        bearer(&app, &second).get("/v1/keys").await.is(200);
        machine_token(&client).await;
    }

    /// S20: what is another client's stays, and nobody learns that it is there.
    async fn s20_what_is_anothers_is_not_revoked(app) {
        let owner = app.owner().await;
        let (client, other) = (owner.client(&["read"]).await, owner.client(&["read"]).await);
        let token = machine_token(&client).await;
        let session = owner.refresh_token.clone().expect("a token");
        for foreign in [token.as_str(), session.as_str()] {
            assert!(revoke(&other, foreign).await.is(200).body.is_null());
        }
        bearer(&app, &token).get("/v1/keys").await.is(200);
        owner.get("/v1/auth/me").await.is(200);
        for unknown in ["junk", "a.b.c", &format!("gpr_{}", "A".repeat(43)), "gp_live_", &format!("{token}x")] {
            assert!(revoke(&client, unknown).await.is(200).body.is_null());
            assert!(revoke(&app.nobody(), unknown).await.is(200).body.is_null());
        }
    }
}

/// No false 200: a client that forgot to authenticate is told so, and a key is not taken for a token.
#[tokio::test]
async fn s20_what_is_not_revoked_for_want_of_something_is_no_200() {
    let app = TestApp::sqlite().await;
    let client = app.owner().await.client(&["read"]).await;
    let token = machine_token(&client).await;
    let answer = revoke(&app.nobody(), &token).await.is(401);
    assert_eq!(answer.body["error"], "invalid_client");
    bearer(&app, &token).get("/v1/keys").await.is(200);

    let Credential::Client(_, secret) = &client.credential else { panic!("a client") };
    assert_eq!(revoke(&client, secret).await.is(400).body["error"], "unsupported_token_type");
    machine_token(&client).await;
}
