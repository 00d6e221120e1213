use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, Credential, TestApp};

async fn introspect(client: &Actor, token: &str) -> Value {
    let answer = client.form("/oauth/introspect", &[("token", token)]).await.is(200);
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), (Some("no-store"), Some("no-cache")));
    answer.body
}

/// The body as it came, to the byte.
async fn bytes(app: &TestApp, client: &Actor, token: &str) -> (u16, Vec<u8>) {
    let Credential::Client(id, secret) = &client.credential else { panic!("a client") };
    let request = reqwest::Client::new().post(format!("{}/oauth/introspect", app.base)).basic_auth(id, Some(secret));
    let form = format!("token={token}");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.bytes().await.expect("a body").to_vec())
}

fn text(credential: &Credential) -> &str {
    match credential {
        Credential::Token(text) | Credential::Client(_, text) | Credential::Key(text) => text,
        Credential::None | Credential::Both(..) | Credential::Publishable(..) => panic!("no one token"),
    }
}

both_engines! {
    async fn what_belongs_to_the_clients_owner_is_told_of(app) {
        let owner = app.owner().await;
        let client = owner.client(&["read"]).await;
        let Credential::Client(id, secret) = &client.credential else { panic!("a client") };
        let user = owner.user_id.as_deref();

        let session = introspect(&client, text(&owner.credential)).await;
        assert_eq!((&session["active"], session["sub"].as_str(), &session["client_id"]), (&json!(true), user, &json!("gatepost")));
        assert_eq!((&session["scope"], &session["token_type"], session["aud"].as_str()), (&json!("read write"), &json!("Bearer"), Some(app.base.as_str())));
        assert_eq!(session["exp"].as_i64().zip(session["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(900));

        let refresh = introspect(&client, owner.refresh_token.as_deref().expect("a token")).await;
        assert_eq!((&refresh["active"], refresh.get("token_type")), (&json!(true), None));

        let key = introspect(&client, secret).await;
        assert_eq!((&key["active"], &key["client_id"], &key["scope"], key.get("exp")), (&json!(true), &json!(id), &json!("read"), None));

        let narrow = client.form("/oauth/token", &[("grant_type", "client_credentials"), ("scope", "read:items")]).await.is(200);
        let narrow = introspect(&client, &narrow.text("access_token")).await;
        assert_eq!((&narrow["scope"], &narrow["client_id"], narrow["sub"].as_str()), (&json!("read:items"), &json!(id), user));
    }

    /// S21: whatever the reason, the same bytes.
    async fn s21_what_is_not_active_for_the_client_is_all_alike(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let client = owner.client(&["read"]).await;
        let ended = app.owner().await;
        app.nobody().form("/oauth/revoke", &[("token", ended.refresh_token.as_deref().expect("a token"))]).await.is(200);
        let mine = app.sign_in(owner.account.clone().expect("an account")).await;
        app.nobody().form("/oauth/revoke", &[("token", mine.refresh_token.as_deref().expect("a token"))]).await.is(200);
        let used = owner.refresh_token.clone().expect("a token");
        app.nobody().post("/v1/auth/refresh", json!({ "refreshToken": used })).await.is(200);
        let dead = owner.create_key(&["read"]).await;
        owner.delete(&format!("/v1/keys/{}", dead["id"].as_str().expect("an id"))).await.is(204);
        let foreign_key = stranger.create_key(&["read"]).await;

        let unknown = format!("gpr_{}", "A".repeat(43));
        for (what, token) in [
            ("junk", "junk"),
            ("three parts", "a.b.c"),
            ("an unknown refresh token", unknown.as_str()),
            ("a used refresh token", used.as_str()),
            ("a token of an ended session", text(&mine.credential)),
            ("a stranger's ended one", text(&ended.credential)),
            ("a stranger's access token", text(&stranger.credential)),
            ("a stranger's refresh token", stranger.refresh_token.as_deref().expect("a token")),
            ("a stranger's key", foreign_key["secret"].as_str().expect("a secret")),
            ("a revoked key", dead["secret"].as_str().expect("a secret")),
            ("the root key", crate::support::ROOT_KEY),
        ] {
            assert_eq!(bytes(&app, &client, token).await, (200, br#"{"active":false}"#.to_vec()), "{what}");
        }
        app.clock.advance(Duration::from_secs(900));
        assert_eq!(bytes(&app, &client, text(&owner.credential)).await.1, br#"{"active":false}"#, "an expired one");
    }

    async fn what_was_issued_to_the_client_is_told_of_whosever_it_is(app) {
        let (developer, person) = (app.owner().await, app.owner().await);
        let client = developer.client(&["read"]).await;
        let other = developer.client(&["read"]).await;
        let account = person.account.clone().expect("an account");
        let body = json!({ "email": account.email, "password": account.password });
        let pair = app.nobody().with_key(text(&client.credential)).post("/v1/auth/login", body).await.is(200);

        let told = introspect(&client, &pair.text("accessToken")).await;
        assert_eq!((&told["active"], told["sub"].as_str()), (&json!(true), person.user_id.as_deref()));
        assert_eq!(introspect(&other, &pair.text("accessToken")).await, json!({ "active": false }));
    }

    /// Rotating a client's key makes no other client: what was issued to it stays its own to ask about and to revoke.
    async fn what_was_issued_to_the_client_stays_its_own_when_its_key_is_rotated(app) {
        let (developer, person) = (app.owner().await, app.owner().await);
        let client = developer.client(&["read"]).await;
        let account = person.account.clone().expect("an account");
        let body = json!({ "email": account.email, "password": account.password });
        let pair = app.nobody().with_key(text(&client.credential)).post("/v1/auth/login", body).await.is(200);
        let (access, refresh) = (pair.text("accessToken"), pair.text("refreshToken"));
        let machine = client.form("/oauth/token", &[("grant_type", "client_credentials")]).await.is(200).text("access_token");
        let Credential::Client(id, _) = &client.credential else { panic!("a client") };
        let new = developer.post(&format!("/v1/keys/{id}/rotate"), json!({})).await.is(201);
        let client = developer.with(Credential::Client(new.text("id"), new.text("secret")));

        for token in [&access, &refresh, &machine] {
            assert_eq!(introspect(&client, token).await["active"], json!(true));
        }
        for token in [&machine, &refresh] {
            client.form("/oauth/revoke", &[("token", token)]).await.is(200);
        }
        for token in [&access, &refresh, &machine] {
            assert_eq!(introspect(&client, token).await, json!({ "active": false }));
        }
    }
}

/// S21: who does not authenticate learns nothing.
#[tokio::test]
async fn s21_introspection_is_for_clients() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let token = owner.refresh_token.clone().expect("a token");
    for somebody in [app.nobody(), owner.clone(), app.root(), owner.keyed(&["read"]).await] {
        let answer = somebody.form("/oauth/introspect", &[("token", &token)]).await.is(401);
        assert_eq!(answer.body["error"], "invalid_client");
        assert!(answer.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Basic realm=")));
    }
    let client = owner.client(&["read"]).await;
    let Credential::Client(id, secret) = &client.credential else { panic!("a client") };
    let form = [("token", token.as_str()), ("client_id", id), ("client_secret", secret)];
    assert_eq!(app.nobody().form("/oauth/introspect", &form).await.is(200).body["active"], json!(true));
    app.nobody().get("/oauth/introspect").await.refuses(405, "METHOD_NOT_ALLOWED");
}
