use std::time::Duration;

use jsonwebtoken::dangerous::insecure_decode;
use serde_json::{Value, json};

use crate::support::actor::FORM;
use crate::support::{Actor, Answer, Credential, TestApp};

async fn refresh(client: &Actor, token: &str, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    form.extend_from_slice(more);
    client.form("/oauth/token", &form).await
}

async fn machine(client: &Actor, scope: &str) -> Answer {
    client.form("/oauth/token", &[("grant_type", "client_credentials"), ("scope", scope)]).await
}

/// RFC 6749's refusal.
#[track_caller]
fn refused(answer: Answer, status: u16, error: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(answer.body["error"], error, "{}", answer.body);
    answer
}

fn bearer(app: &TestApp, issued: &Answer) -> Actor {
    app.nobody().with(Credential::Token(issued.text("access_token")))
}

fn claims(issued: &Answer) -> Value {
    insecure_decode::<Value>(issued.text("access_token")).expect("a JWT").claims
}

both_engines! {
    async fn a_session_is_refreshed_by_whoever_holds_its_token_and_rotates(app) {
        let owner = app.owner().await;
        let first = owner.refresh_token.clone().expect("a token");
        let pair = refresh(&app.nobody(), &first, &[("client_id", "gatepost")]).await.is(200);

        assert_eq!(pair.body["token_type"], "Bearer");
        assert_eq!((&pair.body["expires_in"], &pair.body["scope"]), (&json!(900), &json!("read write")));
        assert_eq!((pair.header("cache-control"), pair.header("pragma")), (Some("no-store"), Some("no-cache")));
        assert_ne!(pair.text("refresh_token"), first);
        bearer(&app, &pair).get("/v1/auth/me").await.is(200);

        let again = refresh(&app.nobody(), &first, &[]).await.is(200);
        assert_eq!(again.text("refresh_token"), pair.text("refresh_token"), "a lost answer costs nothing");
        refresh(&app.nobody(), &pair.text("refresh_token"), &[]).await.is(200);
    }

    async fn s3_reuse_ends_the_session_here_as_well(app) {
        let owner = app.owner().await;
        let first = owner.refresh_token.clone().expect("a token");
        let second = refresh(&app.nobody(), &first, &[]).await.is(200).text("refresh_token");
        app.clock.advance(Duration::from_millis(10_001));

        refused(refresh(&app.nobody(), &first, &[]).await, 400, "invalid_grant");
        refused(refresh(&app.nobody(), &second, &[]).await, 400, "invalid_grant");
        owner.get("/v1/auth/me").await.refuses(401, "REVOKED");
    }

    /// S5, H24: the access token has what was asked for, the next refresh token all that the session has.
    async fn scope_narrows_the_access_token_alone(app) {
        let first = app.owner().await.refresh_token.expect("a token");
        let narrow = refresh(&app.nobody(), &first, &[("scope", "read:items")]).await.is(200);
        assert_eq!(narrow.body["scope"], "read:items");
        bearer(&app, &narrow).get("/v1/keys").await.refuses(403, "INSUFFICIENT_SCOPE");

        let token = narrow.text("refresh_token");
        for wide in ["admin", "read admin", "users:read", "no-such-scope", "read,write"] {
            refused(refresh(&app.nobody(), &token, &[("scope", wide)]).await, 400, "invalid_scope");
        }
        let wide = refresh(&app.nobody(), &token, &[]).await.is(200);
        assert_eq!(wide.body["scope"], "read write", "a refused scope does not use the token up");
    }

    /// S5, H23: the client that the session began with refreshes it, and nobody else; who tries ends it, as at `refreshToken`.
    async fn a_clients_session_is_that_clients_to_refresh(app) {
        let person = app.owner().await;
        let developer = app.owner().await;
        let (client, other) = (developer.client(&["read"]).await, developer.client(&["read"]).await);
        let token = refresh_token_of(&app, &person, &client).await;

        refused(refresh(&other, &token, &[]).await, 400, "invalid_grant");
        refused(refresh(&client, &token, &[]).await, 400, "invalid_grant");
        let token = refresh_token_of(&app, &person, &client).await;
        refused(refresh(&app.nobody(), &token, &[]).await, 400, "invalid_grant");
        let token = refresh_token_of(&app, &person, &client).await;
        let pair = refresh(&client, &token, &[]).await.is(200);
        assert_eq!(claims(&pair)["client_id"], json!(id_of(&client)));
    }

    async fn a_key_becomes_an_access_token_with_the_same_or_fewer_scopes(app) {
        let owner = app.owner().await;
        let client = owner.client(&["read"]).await;
        let all = machine(&client, "").await.is(200);
        assert_eq!((&all.body["scope"], all.body.get("refresh_token")), (&json!("read"), None));
        let said = claims(&all);
        assert_eq!((said["sub"].as_str(), said["client_id"].as_str()), (owner.user_id.as_deref(), Some(id_of(&client).as_str())));
        assert_eq!(said.get("sid"), None);

        let narrow = machine(&client, "keys:read").await.is(200);
        assert_eq!(narrow.body["scope"], "keys:read");
        bearer(&app, &narrow).get("/v1/keys").await.is(200);
        bearer(&app, &narrow).get("/v1/usage").await.refuses(403, "INSUFFICIENT_SCOPE");
        bearer(&app, &narrow).get("/v1/auth/me").await.is(403);
        for wide in ["write", "read write", "admin", "no-such-scope"] {
            refused(machine(&client, wide).await, 400, "invalid_scope");
        }
    }

    /// The token of a key dies with the key, at once, and never has more than the key has now.
    async fn a_keys_token_dies_with_the_key(app) {
        let owner = app.owner().await;
        let client = owner.client(&["read"]).await;
        let token = bearer(&app, &machine(&client, "").await.is(200));
        token.get("/v1/keys").await.is(200);

        let path = format!("/v1/keys/{}", id_of(&client));
        owner.patch(&path, json!({ "scopes": ["read:items"] })).await.is(200);
        token.get("/v1/keys").await.refuses(403, "INSUFFICIENT_SCOPE");
        owner.patch(&path, json!({ "scopes": ["read"], "disabled": true })).await.is(200);
        token.get("/v1/keys").await.refuses(401, "DISABLED");
        owner.patch(&path, json!({ "disabled": false })).await.is(200);
        token.get("/v1/keys").await.is(200);
        owner.delete(&path).await.is(204);
        token.get("/v1/keys").await.refuses(401, "REVOKED");
        refused(machine(&client, "").await, 401, "invalid_client");
    }

    async fn a_keys_token_ends_with_the_key_where_that_is_sooner(app) {
        let owner = app.owner().await;
        let key = owner.post("/v1/keys", json!({ "name": "short", "scopes": ["read"], "expiresInSeconds": 60 })).await.is(201);
        let client = owner.with(Credential::Client(key.text("id"), key.text("secret")));
        let issued = machine(&client, "").await.is(200);
        assert_eq!(issued.body["expires_in"], 60);

        app.clock.advance(Duration::from_secs(60));
        bearer(&app, &issued).get("/v1/keys").await.refuses(401, "EXPIRED");
    }
}

/// A session of `person` that begins with the client's key.
async fn refresh_token_of(app: &TestApp, person: &Actor, client: &Actor) -> String {
    let Credential::Client(_, secret) = &client.credential else { panic!("a client") };
    let account = person.account.clone().expect("an account");
    let body = json!({ "email": account.email, "password": account.password });
    app.nobody().with_key(secret).post("/v1/auth/login", body).await.is(200).text("refreshToken")
}

fn id_of(client: &Actor) -> String {
    let Credential::Client(id, _) = &client.credential else { panic!("a client") };
    id.clone()
}

#[tokio::test]
async fn s12_each_refusal_has_its_error_and_only_ascii() {
    let app = TestApp::sqlite().await;
    let client = app.owner().await.client(&["read"]).await;
    let (id, secret) = match &client.credential {
        Credential::Client(id, secret) => (id.as_str(), secret.as_str()),
        _ => panic!("a client"),
    };
    let unknown = format!("gpr_{}", "A".repeat(43));
    let grant = ("grant_type", "client_credentials");
    let renew = ("grant_type", "refresh_token");
    for (form, status, error) in [
        (vec![], 400, "invalid_request"),
        (vec![("grant_type", "")], 400, "invalid_request"),
        (vec![renew], 400, "invalid_request"),
        (vec![renew, ("refresh_token", "")], 400, "invalid_request"),
        (vec![("grant_type", "password"), ("username", "a"), ("password", "b")], 400, "unsupported_grant_type"),
        (vec![("grant_type", "authorization_code"), ("code", "a")], 400, "unsupported_grant_type"),
        (vec![("grant_type", "imp\"li\\cit\u{e9}\r\n")], 400, "unsupported_grant_type"),
        (vec![renew, ("refresh_token", &unknown)], 400, "invalid_grant"),
        (vec![renew, ("refresh_token", "gpr_short")], 400, "invalid_grant"),
        (vec![grant], 401, "invalid_client"),
        (vec![grant, ("client_id", id)], 401, "invalid_client"),
        (vec![grant, ("client_id", "gatepost")], 401, "invalid_client"),
        (vec![grant, ("client_secret", secret)], 400, "invalid_request"),
        (vec![grant, ("client_id", id), ("client_secret", &format!("{secret}x"))], 401, "invalid_client"),
        (vec![grant, ("client_id", "key_other"), ("client_secret", secret)], 401, "invalid_client"),
        (vec![renew, renew, ("refresh_token", &unknown)], 400, "invalid_request"),
    ] {
        let answer = refused(app.nobody().form("/oauth/token", &form).await, status, error);
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert_eq!(challenge.starts_with("Basic realm="), status == 401, "{form:?}");
        let text = answer.text("error_description");
        assert!(text.bytes().all(|b| matches!(b, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text}");
    }
    app.nobody().form("/oauth/token", &[grant, ("client_id", id), ("client_secret", secret)]).await.is(200);
}

#[tokio::test]
async fn a_client_shows_itself_in_one_way() {
    let app = TestApp::sqlite().await;
    let client = app.owner().await.client(&["read"]).await;
    let Credential::Client(id, secret) = &client.credential else { panic!("a client") };
    let grant = ("grant_type", "client_credentials");

    client.form("/oauth/token", &[grant, ("client_id", id)]).await.is(200);
    refused(client.form("/oauth/token", &[grant, ("client_id", "key_other")]).await, 400, "invalid_request");
    let both = [grant, ("client_id", id), ("client_secret", secret)];
    refused(client.form("/oauth/token", &both).await, 400, "invalid_request");
    let root = app.nobody().with(Credential::Client("root".to_owned(), crate::support::ROOT_KEY.to_owned()));
    refused(root.form("/oauth/token", &[grant]).await, 401, "invalid_client");
}

/// S13: what stands in the address is not read.
#[tokio::test]
async fn s13_nothing_is_read_from_the_query() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let client = owner.client(&["read"]).await;
    let Credential::Client(id, secret) = &client.credential else { panic!("a client") };
    let query = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");

    refused(app.nobody().form(&format!("/oauth/token?{query}"), &[]).await, 400, "invalid_request");
    let Credential::Token(token) = &owner.credential else { panic!("a token") };
    app.nobody().get(&format!("/v1/keys?access_token={token}")).await.is(401);
    app.nobody().get(&format!("/v1/keys?api_key={secret}")).await.is(401);
}

/// S11: what a client sends besides is not read, and what has no value is not there.
#[tokio::test]
async fn s11_unknown_and_empty_parameters_do_no_harm() {
    let app = TestApp::sqlite().await;
    let token = app.owner().await.refresh_token.expect("a token");
    let more = [("scope", ""), ("client_secret", ""), ("client_id", ""), ("resource", "https://elsewhere.example")];
    refresh(&app.nobody(), &token, &more).await.is(200);

    let body = Some(b"grant_type=client_credentials".to_vec());
    let answer = app
        .nobody()
        .send_raw(
            reqwest::Method::POST,
            "/oauth/token",
            body,
            &[("content-type", "application/x-www-form-urlencoded; charset=UTF-8")],
        )
        .await;
    refused(answer, 401, "invalid_client");
}

/// S14: a token is for this server, and one for another server is refused here.
#[tokio::test]
async fn s14_a_token_has_one_audience() {
    let (app, other) = (TestApp::sqlite().await, TestApp::sqlite().await);
    let issued = machine(&app.owner().await.client(&["read"]).await, "").await.is(200);
    let said = claims(&issued);

    assert_eq!((said["aud"].as_str(), said["iss"].as_str()), (Some(app.base.as_str()), Some(app.base.as_str())));
    bearer(&other, &issued).get("/v1/me").await.refuses(401, "INVALID_TOKEN");
}

/// H25: one letter off, or the right prefix and the wrong length.
#[tokio::test]
async fn h25_a_token_that_is_nearly_one_is_none() {
    let app = TestApp::sqlite().await;
    let client = app.owner().await.client(&["read"]).await;
    let Credential::Client(id, secret) = client.credential.clone() else { panic!("a client") };
    let last = if secret.ends_with('0') { '1' } else { '0' };
    for bad in [format!("{}{last}", &secret[..secret.len() - 1]), format!("{secret}0"), "gp_live_".to_owned()] {
        let answer = machine(&client.with(Credential::Client(id.clone(), bad)), "").await;
        refused(answer, 401, "invalid_client");
    }
}

/// Guesses of a secret are charged to whoever makes them, and the answer keeps the standard's form.
#[tokio::test]
async fn bad_secrets_are_charged_to_their_address() {
    let app = TestApp::with_settings(crate::support::Engine::Sqlite, &[("LIMITS_ANONYMOUS_PER_MINUTE", "3")]).await;
    let client = app.owner().await.client(&["read"]).await;
    let Credential::Client(id, _) = &client.credential else { panic!("a client") };
    let bad = client.with(Credential::Client(id.clone(), "gp_live_guess".to_owned()));
    let mut last = None;
    for _ in 0..4 {
        last = Some(
            bad.send_raw(
                reqwest::Method::POST,
                "/oauth/token",
                Some(b"grant_type=client_credentials".to_vec()),
                &[FORM],
            )
            .await,
        );
    }
    let last = refused(last.expect("an answer"), 429, "temporarily_unavailable");
    assert!(last.header("retry-after").is_some());
}
