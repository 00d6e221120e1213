//! Signed keys at each consumer. What a forged token can say is a table of its own beside the verifier
//! (`auth/signed_key_tests.rs`); here is what the whole server does.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::{Value, json};

use crate::support::contract::CONTRACT;
use crate::support::{Actor, Credential, TestApp};

const ELSEWHERE: &str = "https://warehouse.example.com";

async fn signed(actor: &Actor, more: Value) -> Value {
    let mut body = json!({ "name": "Warehouse", "kind": "signed", "audience": ELSEWHERE });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    actor.post("/v1/keys", body).await.is(201).body
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

async fn code(app: &TestApp, key: &str) -> Value {
    app.admin().post("/v1/keys/verify", json!({ "key": key })).await.is(200).body["code"].clone()
}

/// The same token with another payload, its signature as it was.
fn forged(token: &str, name: &str, value: Value) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut payload: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).expect("base64url")).expect("JSON");
    payload[name] = value;
    format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(payload.to_string()), parts[2])
}

both_engines! {
    async fn its_token_verifies_offline_with_the_published_set(app) {
        for (name, algorithm) in [("ES256", Algorithm::ES256), ("RS256", Algorithm::RS256)] {
            let owner = app.owner().await;
            let more = json!({ "algorithm": name, "scopes": ["read:items", "write:items"], "claims": { "site": "north" } });
            let key = signed(&owner, more).await;
            let (id, token) = (text(&key, "id"), text(&key, "secret"));
            let issuer = format!("{}/jwks/{id}", app.base);
            assert_eq!((&key["kind"], &key["algorithm"], &key["audience"]), (&json!("signed"), &json!(name), &json!(ELSEWHERE)));

            let head = decode_header(token).expect("a header");
            assert_eq!((head.alg, head.typ.as_deref(), head.kid.as_deref()), (algorithm, Some("apikey+jwt"), Some(id)));
            let set = reqwest::get(format!("{issuer}/.well-known/jwks.json")).await.expect("an answer");
            let set: JwkSet = set.json().await.expect("a JWK set");
            let mut rules = Validation::new(algorithm);
            rules.set_audience(&[ELSEWHERE]);
            rules.set_issuer(&[&issuer]);
            let claims = decode::<Value>(token, &DecodingKey::from_jwk(set.find(id).expect("its key")).expect("a key"), &rules).expect("a good token").claims;
            assert_eq!((&claims["sub"], &claims["scope"], &claims["site"]), (&key["userId"], &json!("read:items write:items"), &json!("north")));
            let life = claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat);
            assert_eq!(life, Some(90 * 24 * 3600));
            assert!(claims["jti"].as_str().is_some_and(|id| id.len() == 22));
        }
    }

    async fn one_for_this_api_is_taken_in_either_header_with_its_scopes(app) {
        let owner = app.owner().await;
        let key = signed(&owner, json!({ "audience": app.base, "scopes": ["read:items", "keys:read"] })).await;
        let token = text(&key, "secret").to_owned();
        for credential in [Credential::Key(token.clone()), Credential::Token(token.clone())] {
            let actor = app.nobody().with(credential);
            let me = actor.get("/v1/me").await.is(200).body;
            assert_eq!((&me["id"], &me["keyId"], &me["scopes"]), (&key["userId"], &key["id"], &key["scopes"]));
            actor.get("/v1/keys").await.is(200);
            actor.post("/v1/items", crate::support::actor::item()).await.refuses(403, "INSUFFICIENT_SCOPE");
        }
        assert_eq!(code(&app, &token).await, "VALID");
    }

    async fn one_for_another_service_is_refused_here_and_verified_for_it(app) {
        let owner = app.owner().await;
        for audience in [ELSEWHERE.to_owned(), format!("{}/", app.base), app.base.to_uppercase()] {
            let token = text(&signed(&owner, json!({ "audience": audience })).await, "secret").to_owned();
            app.nobody().with(Credential::Token(token.clone())).get("/v1/me").await.refuses(401, "INVALID_KEY");
            app.nobody().with_key(&token).get("/v1/me").await.refuses(401, "INVALID_KEY");
            app.nobody().with_key(&token).get("/v1/items").await.refuses(401, "INVALID_KEY");
            assert_eq!(code(&app, &token).await, "VALID", "{audience}");
        }
    }

    async fn it_has_the_life_of_any_other_key(app) {
        let owner = app.owner().await;
        let key = signed(&owner, json!({ "audience": app.base, "expiresInSeconds": 3600, "scopes": ["read:items", "keys:read"] })).await;
        let path = format!("/v1/keys/{}", text(&key, "id"));
        let actor = owner.with_key(text(&key, "secret"));
        let state = async || code(&app, text(&key, "secret")).await;

        actor.get("/v1/me").await.is(200);
        owner.patch(&path, json!({ "scopes": ["read:items"] })).await.is(200);
        actor.get("/v1/keys").await.refuses(403, "INSUFFICIENT_SCOPE");
        owner.patch(&path, json!({ "scopes": ["read:items", "keys:read"] })).await.faults("/scopes");
        owner.patch(&path, json!({ "disabled": true })).await.is(200);
        actor.get("/v1/me").await.refuses(401, "DISABLED");
        assert_eq!(state().await, "DISABLED");
        owner.patch(&path, json!({ "disabled": false })).await.is(200);
        actor.get("/v1/me").await.is(200);
        app.clock.advance(Duration::from_secs(3600));
        actor.get("/v1/me").await.refuses(401, "EXPIRED");
        assert_eq!(state().await, "EXPIRED");
        app.sign_in(owner.account.clone().expect("an account")).await.delete(&path).await.is(204);
        actor.get("/v1/me").await.refuses(401, "REVOKED");
        assert_eq!(state().await, "REVOKED");
    }

    /// S60: who holds no whole token learns nothing.
    async fn a_forged_token_is_no_key_at_all(app) {
        let owner = app.owner().await;
        let token = text(&signed(&owner, json!({ "audience": app.base })).await, "secret").to_owned();
        let other = text(&signed(&app.stranger().await, json!({ "audience": app.base })).await, "secret").to_owned();
        let (head, rest) = token.split_once('.').expect("a token");
        let (other_head, other_rest) = other.split_once('.').expect("a token");
        for bad in [
            forged(&token, "scope", json!("admin")),
            forged(&token, "sub", json!("usr_00000000000000000000000001")),
            forged(&token, "exp", json!(99_999_999_999_i64)),
            format!("{head}.{other_rest}"),
            format!("{other_head}.{rest}"),
            format!("{}.", token.rsplit_once('.').expect("a token").0),
            token[..token.len() - 4].to_owned(),
            format!("{token}="),
        ] {
            let answer = app.nobody().with_key(&bad).get("/v1/me").await.is(401);
            assert_eq!(answer.body["code"], "INVALID_KEY", "{}", answer.body);
            app.nobody().with(Credential::Token(bad.clone())).get("/v1/me").await.is(401);
            assert_eq!(code(&app, &bad).await, "NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn what_a_signed_key_may_not_be_is_pointed_at() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let ask = async |more: Value| {
        let mut body = json!({ "name": "x" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        owner.post("/v1/keys", body).await
    };
    ask(json!({ "kind": "signed" })).await.faults("/audience");
    ask(json!({ "audience": ELSEWHERE })).await.faults("/audience");
    ask(json!({ "claims": { "site": "north" } })).await.faults("/claims");
    ask(json!({ "algorithm": "ES256" })).await.faults("/algorithm");
    let signed = |more: Value| {
        let mut body = json!({ "kind": "signed", "audience": ELSEWHERE });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        ask(body)
    };
    signed(json!({ "claims": { "iss": "https://evil.example" } })).await.faults("/claims/iss");
    signed(json!({ "claims": { "pad": "x".repeat(2048) } })).await.faults("/claims");
    signed(json!({ "audience": "two words" })).await.faults("/audience");
    signed(json!({ "algorithm": "HS256" })).await.faults("/algorithm");
    signed(json!({ "expiresInSeconds": 365 * 24 * 3600 + 1 })).await.faults("/expiresInSeconds");
    signed(json!({ "scopes": ["admin"] })).await.refuses(403, "INSUFFICIENT_SCOPE");
}

/// The largest token that can be made is one that can be used.
#[tokio::test]
async fn the_largest_token_is_still_taken() {
    let app = TestApp::sqlite().await;
    let every = CONTRACT["components"]["schemas"]["Scope"]["enum"].clone();
    let more = json!({ "audience": "\\".repeat(512), "algorithm": "RS256", "claims": { "pad": "\u{1F511}".repeat(508) }, "scopes": every });
    let token = text(&signed(&app.admin(), more).await, "secret").to_owned();
    assert!(token.len() <= 8192, "{}", token.len());
    assert_eq!(code(&app, &token).await, "VALID");
    app.nobody().with_key(&token).get("/v1/me").await.refuses(401, "INVALID_KEY");
}

/// S25: every kind at every consumer; only the diagonal is accepted.
#[tokio::test]
async fn each_kind_of_credential_is_taken_where_it_belongs_and_nowhere_else() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let Credential::Token(access) = owner.credential.clone() else { panic!("a token") };
    let refresh = owner.refresh_token.clone().expect("a refresh token");
    let key = text(&owner.create_key(&[]).await, "secret").to_owned();
    let token = text(&signed(&owner, json!({ "audience": app.base })).await, "secret").to_owned();

    for (kind, text) in [("access", &access), ("refresh", &refresh), ("key", &key), ("signed", &token)] {
        let is_key = matches!(kind, "key" | "signed");
        let status = async |actor: Actor, path: &str| actor.get(path).await.status;
        assert_eq!(
            status(app.nobody().with_key(text), "/v1/me").await,
            if is_key { 200 } else { 401 },
            "{kind} as X-API-Key"
        );
        let bearer = app.nobody().with(Credential::Token(text.clone()));
        assert_eq!(
            status(bearer.clone(), "/v1/me").await,
            if kind == "refresh" { 401 } else { 200 },
            "{kind} as Bearer"
        );
        let user = status(bearer, "/v1/auth/me").await;
        assert_eq!(
            user,
            match kind {
                "access" => 200,
                "refresh" => 401,
                _ => 403,
            },
            "{kind} as a user"
        );
        assert_eq!(code(&app, text).await, if is_key { "VALID" } else { "NOT_FOUND" }, "{kind} at verifyKey");
    }
    for (kind, text) in [("access", &access), ("key", &key), ("signed", &token)] {
        let answer = app.nobody().post("/v1/auth/refresh", json!({ "refreshToken": text })).await;
        assert!(matches!(answer.status, 401 | 422), "{kind} as a refresh token: {}", answer.status);
    }
    app.nobody().post("/v1/auth/refresh", json!({ "refreshToken": refresh })).await.is(200);
}

/// H5, S37: a token that names keys elsewhere makes us look nowhere.
#[tokio::test]
async fn nothing_is_fetched_to_verify_a_token() {
    let app = TestApp::sqlite().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let there = format!("http://{}/jwks.json", listener.local_addr().expect("an address"));
    let token = text(&signed(&app.owner().await, json!({ "audience": app.base })).await, "secret").to_owned();
    let parts: Vec<&str> = token.split('.').collect();
    let mut header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).expect("base64url")).expect("JSON");
    header["jku"] = json!(there);
    header["x5u"] = json!(there);
    let bad = format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), parts[1], parts[2]);

    app.nobody().with_key(&bad).get("/v1/me").await.is(401);
    app.nobody().with_key(&token).get("/v1/me").await.is(200);
    // Whoever had connected stands in the listener's queue before this connection of our own.
    let own = tokio::net::TcpStream::connect(listener.local_addr().expect("an address")).await.expect("a connection");
    let (_, first) = listener.accept().await.expect("a connection");
    assert_eq!(first, own.local_addr().expect("an address"));
}
