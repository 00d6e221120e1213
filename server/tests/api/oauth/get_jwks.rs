use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::Value;

use crate::support::{Credential, TestApp};

#[tokio::test]
async fn s29_only_public_members_are_published() {
    let app = TestApp::sqlite().await;
    let set = app.nobody().get("/.well-known/jwks.json").await.is(200);

    let keys = set.body["keys"].as_array().expect("keys");
    assert!(!keys.is_empty());
    for key in keys {
        let names: Vec<&str> = key.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names, ["kty", "crv", "use", "alg", "kid", "x", "y"]);
    }
    assert!(set.header("cache-control").is_some_and(|value| value.contains("max-age")));
    assert!(set.header("etag").is_some());
}

#[tokio::test]
async fn an_access_token_verifies_with_the_published_key_and_says_what_rfc_9068_wants() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let Credential::Token(token) = &owner.credential else { panic!("a token") };
    let set: JwkSet = serde_json::from_value(app.nobody().get("/.well-known/jwks.json").await.body).expect("a JWK set");

    let header = decode_header(token).expect("a header");
    assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::ES256, Some("at+jwt")));
    let key = set.find(&header.kid.expect("a kid")).expect("its key");
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&[&app.base]);
    rules.set_issuer(&[&app.base]);
    let claims =
        decode::<Value>(token, &DecodingKey::from_jwk(key).expect("a key"), &rules).expect("a good token").claims;

    assert_eq!(claims["sub"].as_str().map(str::to_owned), owner.user_id);
    assert_eq!(claims["scope"], "read write");
    for claim in ["client_id", "jti", "sid", "iat", "exp"] {
        assert!(claims.get(claim).is_some(), "{claim}");
    }
}

#[tokio::test]
async fn who_has_the_newest_set_is_told_so() {
    let app = TestApp::sqlite().await;
    let url = format!("{}/.well-known/jwks.json", app.base);
    let first = reqwest::get(&url).await.expect("an answer");
    let tag = first.headers().get("etag").expect("a tag").clone();

    let again = reqwest::Client::new().get(&url).header("if-none-match", tag).send().await.expect("an answer");
    assert_eq!(again.status().as_u16(), 304);
    assert!(again.bytes().await.expect("a body").is_empty());
}
