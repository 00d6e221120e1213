use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

const FOUR_HUNDRED_FOUR: &str = "public, max-age=30";

fn set_of(key: &Value) -> String {
    format!("/jwks/{}/.well-known/jwks.json", key["id"].as_str().expect("an id"))
}

async fn signed(owner: &Actor, more: Value) -> Value {
    let mut body = json!({ "name": "x", "kind": "signed", "audience": "https://elsewhere.example" });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    owner.post("/v1/keys", body).await.is(201).body
}

both_engines! {
    /// S29, S41: the public members, all of them and no other, to be kept for as long as a revocation may take elsewhere.
    async fn a_set_holds_one_public_key_member_by_member(app) {
        let owner = app.owner().await;
        for (algorithm, names) in [("ES256", ["kty", "use", "alg", "kid", "crv", "x", "y"].as_slice()), ("RS256", &["kty", "use", "alg", "kid", "n", "e"])] {
            let key = signed(&owner, json!({ "algorithm": algorithm })).await;
            let set = app.nobody().get(&set_of(&key)).await.is(200);
            assert_eq!(set.body["keys"].as_array().map(Vec::len), Some(1));
            let jwk = set.body["keys"][0].as_object().expect("a key");
            assert_eq!(jwk.keys().map(String::as_str).collect::<Vec<_>>(), names);
            assert_eq!((&jwk["use"], &jwk["alg"], &jwk["kid"]), (&json!("sig"), &json!(algorithm), &key["id"]));
            assert_eq!(set.header("content-type"), Some("application/jwk-set+json"));
            assert_eq!(set.header("cache-control"), Some("public, max-age=300"));
            assert!(set.header("etag").is_some());
        }
    }

    /// S39: one body and one set of headers for every key that has no set.
    async fn what_has_no_set_looks_like_what_never_was(app) {
        let owner = app.owner().await;
        let revoked = signed(&owner, json!({})).await;
        owner.delete(&format!("/v1/keys/{}", revoked["id"].as_str().expect("an id"))).await.is(204);
        let disabled = signed(&owner, json!({})).await;
        owner.patch(&format!("/v1/keys/{}", disabled["id"].as_str().expect("an id")), json!({ "disabled": true })).await.is(200);
        let expired = signed(&owner, json!({ "expiresInSeconds": 60 })).await;
        app.clock.advance(Duration::from_secs(60));
        let secret = owner.create_key(&[]).await;
        let never = json!({ "id": "key_4c8s2m0q6v1x9z3b5d7f0h2k4n" });
        let junk = json!({ "id": "x" });

        let mut seen = Vec::new();
        for key in [&never, &revoked, &disabled, &expired, &secret, &junk] {
            let answer = app.nobody().get(&set_of(key)).await.refuses(404, "NOT_FOUND");
            assert_eq!(answer.header("cache-control"), Some(FOUR_HUNDRED_FOUR));
            let mut body = answer.body.clone();
            body.as_object_mut().expect("an object").remove("requestId").expect("a request id");
            let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            seen.push((body, names));
        }
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
    }

    async fn a_key_that_works_again_has_its_set_again(app) {
        let owner = app.owner().await;
        let key = signed(&owner, json!({})).await;
        let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        let before = app.nobody().get(&set_of(&key)).await.is(200);
        owner.patch(&path, json!({ "disabled": true })).await.is(200);
        app.nobody().get(&set_of(&key)).await.is(404);
        owner.patch(&path, json!({ "disabled": false })).await.is(200);
        assert_eq!(app.nobody().get(&set_of(&key)).await.is(200).body, before.body);
    }
}

#[tokio::test]
async fn who_has_the_newest_set_is_told_so() {
    let app = TestApp::sqlite().await;
    let key = signed(&app.owner().await, json!({})).await;
    let url = format!("{}{}", app.base, set_of(&key));
    let tag = reqwest::get(&url).await.expect("an answer").headers().get("etag").expect("a tag").clone();
    let again = reqwest::Client::new().get(&url).header("if-none-match", tag).send().await.expect("an answer");
    assert_eq!(again.status().as_u16(), 304);
}
