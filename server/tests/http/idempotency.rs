//! The same request twice (S80, S81; H80, H81).

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::actor::item;
use crate::support::{Actor, Answer, TestApp};

async fn with_key(actor: &Actor, path: &str, key: &str, body: &Value) -> Answer {
    actor.send(Method::POST, path, Some(body.clone()), &[("idempotency-key", key)]).await
}

both_engines! {
    /// S80: the same key with the same body has one effect, and the first answer again, secret and all.
    async fn a_repeated_request_gets_its_first_answer(app) {
        let owner = app.owner().await;
        let body = json!({ "name": "once", "scopes": ["read:items"] });
        let first = with_key(&owner, "/v1/keys", "k-1", &body).await.is(201);
        let again = with_key(&owner, "/v1/keys", "k-1", &body).await.is(201);
        assert_eq!(first.body, again.body);
        assert_eq!(first.header("idempotency-replayed"), None);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(owner.get("/v1/keys").await.is(200).body["data"].as_array().map(Vec::len), Some(1));
        // The structured-field form is the same key.
        assert_eq!(with_key(&owner, "/v1/keys", "\"k-1\"", &body).await.is(201).body, first.body);
    }

    /// S80: another body under the same key is refused; another operation, another caller, another day are others.
    async fn a_key_belongs_to_its_caller_its_operation_and_its_body(app) {
        let owner = app.owner().await;
        let first = with_key(&owner, "/v1/items", "k", &item()).await.is(201);
        let mut other = item();
        other["title"] = json!("Another camera");
        with_key(&owner, "/v1/items", "k", &other).await.refuses(422, "IDEMPOTENCY_KEY_REUSED");
        with_key(&owner, "/v1/keys", "k", &json!({ "name": "k" })).await.is(201);
        let strangers = with_key(&app.stranger().await, "/v1/items", "k", &item()).await.is(201);
        assert_ne!(strangers.body["id"], first.body["id"]);
        let key = owner.keyed(&["write:items"]).await;
        let by_key = with_key(&key, "/v1/items", "day", &item()).await.is(201);
        app.clock.advance(std::time::Duration::from_secs(24 * 3600 + 1));
        assert_ne!(with_key(&key, "/v1/items", "day", &item()).await.is(201).body["id"], by_key.body["id"]);
    }

    /// S80: many at once have one effect; the others get its answer, or are told that it is under way.
    async fn many_at_once_have_one_effect(app) {
        let owner = app.owner().await;
        let body = item();
        let answers = futures_util::future::join_all((0..30).map(|_| with_key(&owner, "/v1/items", "all", &body))).await;
        let mut ids: Vec<_> = answers.iter().filter(|answer| answer.status == 201).map(|answer| answer.text("id")).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1);
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!((answer.status, &answer.body["code"]), (409, &json!("IDEMPOTENCY_IN_FLIGHT")));
        }
        let listed = app.nobody().get(&format!("/v1/items?sellerId={}", owner.user_id.as_deref().expect("an account"))).await;
        assert_eq!(listed.is(200).body["data"].as_array().map(Vec::len), Some(1));
    }

    /// S80: the same key for another thing is another request.
    async fn a_key_belongs_to_the_thing_that_it_was_sent_for(app) {
        let owner = app.owner().await;
        let [one, other] = [owner.create_key(&["read:items"]).await, owner.create_key(&["read:items"]).await];
        let rotate = |key: &Value| format!("/v1/keys/{}/rotate", key["id"].as_str().expect("an id"));
        with_key(&owner, &rotate(&one), "r", &json!({})).await.is(201);
        with_key(&owner, &rotate(&other), "r", &json!({})).await.refuses(422, "IDEMPOTENCY_KEY_REUSED");
    }

    /// A refusal had no effect, so the same key may be tried again.
    async fn a_refusal_is_not_kept(app) {
        let owner = app.owner().await;
        let mut bad = item();
        bad["categoryId"] = json!("cat_nothing");
        assert!(with_key(&owner, "/v1/items", "again", &bad).await.status >= 400);
        with_key(&owner, "/v1/items", "again", &item()).await.is(201);
    }
}

#[tokio::test]
async fn h81_a_key_has_a_form_and_a_length() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    for bad in ["x".repeat(256), "a\"b".to_owned(), "\"\"".to_owned()] {
        let answer = with_key(&owner, "/v1/items", &bad, &item()).await.is(422);
        assert_eq!(answer.body["errors"][0]["in"], "header", "{bad}: {}", answer.body);
    }
    with_key(&owner, "/v1/items", "0", &item()).await.is(201);
    with_key(&owner, "/v1/items", &"x".repeat(255), &item()).await.is(201);
}

#[tokio::test]
async fn s81_no_kept_answer_holds_a_secret_in_clear() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let answer = with_key(&owner, "/v1/keys", "k", &json!({ "name": "secret" })).await.is(201);
    let secret = answer.text("secret");
    let folder = app.app.config.data_dir.clone();
    for entry in std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
    {
        let bytes = std::fs::read(&entry).expect("a file");
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{}", entry.display());
    }
}
