use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

async fn names(actor: &Actor, query: &str) -> Vec<String> {
    let (mut names, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/keys?{query}{next}")).await.is(200);
        names.extend(
            page.body["data"]
                .as_array()
                .expect("data")
                .iter()
                .filter_map(|key| key["name"].as_str().map(str::to_owned)),
        );
        match page.body["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return names,
        }
    }
}

async fn create(actor: &Actor, name: &str) -> Value {
    actor.post("/v1/keys", json!({ "name": name })).await.is(201).body
}

both_engines! {
    async fn newest_first_and_every_key_once_whatever_the_page(app) {
        let owner = app.owner().await;
        for number in 0..7 {
            create(&owner, &number.to_string()).await;
            // Some are made in the same millisecond.
            app.clock.advance(Duration::from_millis(number % 2));
        }
        let whole = names(&owner, "limit=100").await;
        assert_eq!(whole.len(), 7);
        assert_eq!(whole.first().map(String::as_str), Some("6"));
        for limit in [1, 3, 7] {
            assert_eq!(names(&owner, &format!("limit={limit}")).await, whole, "{limit}");
        }
    }

    async fn only_ones_own_keys_are_there_for_an_administrator_too(app) {
        let owner = app.owner().await;
        create(&owner, "mine").await;

        assert!(names(&app.stranger().await, "").await.is_empty());
        assert!(!names(&app.admin(), "limit=100").await.contains(&"mine".to_owned()));
    }

    async fn each_state_is_a_filter(app) {
        let owner = app.owner().await;
        let path = |key: &Value| format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        create(&owner, "active").await;
        let disabled = create(&owner, "disabled").await;
        owner.patch(&path(&disabled), json!({ "disabled": true })).await.is(200);
        let revoked = create(&owner, "revoked").await;
        owner.delete(&path(&revoked)).await.is(204);
        owner.post("/v1/keys", json!({ "name": "expired", "expiresInSeconds": 1 })).await.is(201);
        owner.post("/v1/keys", json!({ "name": "idle", "maxIdleSeconds": 1 })).await.is(201);
        app.clock.advance(Duration::from_secs(1));

        for state in ["active", "disabled", "revoked", "expired", "idle"] {
            assert_eq!(names(&owner, &format!("status={state}")).await, [state]);
        }
    }
}

both_engines! {
    async fn namespace_kind_and_name_are_filters_and_go_together(app) {
        let owner = app.owner().await;
        for (name, namespace) in [("100% ours", "a"), ("100 tills", "a"), ("ÄPFEL_x", "b"), ("äpfelyx", "b"), ("back\\slash", "b")] {
            owner.post("/v1/keys", json!({ "name": name, "namespace": namespace })).await.is(201);
            app.clock.advance(Duration::from_millis(1));
        }
        assert_eq!(names(&owner, "namespace=a").await, ["100 tills", "100% ours"]);
        assert_eq!(names(&owner, "search=100%25").await, ["100% ours"]);
        assert_eq!(names(&owner, "search=%C3%84pfel").await, ["äpfelyx", "ÄPFEL_x"]);
        assert_eq!(names(&owner, "search=L_X").await, ["ÄPFEL_x"]);
        assert_eq!(names(&owner, "search=%5C").await, ["back\\slash"]);
        assert_eq!(names(&owner, "namespace=b&search=x&kind=secret&status=active&limit=1").await, ["äpfelyx", "ÄPFEL_x"]);
        assert!(names(&owner, "namespace=c").await.is_empty());
    }
}

#[tokio::test]
async fn a_cursor_that_we_did_not_give_is_refused() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    for cursor in ["x", "MTIuMTI", "%27%20OR%201%3D1"] {
        owner.get(&format!("/v1/keys?cursor={cursor}")).await.faults("/cursor");
    }
}
