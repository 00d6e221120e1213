use serde_json::{Value, json};

use super::{names, path, show};

both_engines! {
    async fn a_project_is_shown_as_it_was_given_its_tags_in_one_form_each_once(app) {
        let owner = app.owner().await;
        let body = json!({ "name": "Loom", "description": "Weaves.", "url": "https://loom.example/a", "tags": ["Weaving", "C++", "WEAVING"] });
        let made = owner.post("/v1/projects", body).await.is(201).body;
        assert_eq!((&made["tags"], &made["visibility"]), (&json!(["weaving", "c++"]), &json!("public")));
        assert_eq!((&made["ownerId"], &made["url"]), (&json!(owner.account_id()), &json!("https://loom.example/a")));
        assert_eq!(owner.get(&path(&made)).await.is(200).body, made);
        let bare = show(&owner, "Bare", &[]).await;
        assert_eq!((&bare["description"], &bare["url"], &bare["tags"]), (&json!(""), &Value::Null, &json!([])));
    }

    async fn its_owner_and_nobody_else_is_told(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        let made = show(&owner, "Loom", &[]).await;
        let told = owner.get("/v1/events?type=project.created").await.is(200).body["data"].clone();
        let carried = json!({ "projectId": made["id"], "name": "Loom", "visibility": "public" });
        assert_eq!((told.as_array().map(Vec::len), &told[0]["data"]), (Some(1), &carried));
        assert_eq!(app.events(&other, "project.created").await, 0);
    }

    async fn a_repetition_makes_no_second_one(app) {
        let owner = app.owner().await;
        let again = [("idempotency-key", "one")];
        let body = json!({ "name": "Loom", "tags": ["weaving"] });
        let first = owner.send(reqwest::Method::POST, "/v1/projects", Some(body.clone()), &again).await.is(201).body;
        assert_eq!(owner.send(reqwest::Method::POST, "/v1/projects", Some(body), &again).await.is(201).body, first);
        assert_eq!(names(&owner, "/v1/users/me/projects", 100).await, ["Loom"]);
        assert_eq!(app.events(&owner, "project.created").await, 1);
    }

    async fn what_it_cannot_be_is_pointed_at(app) {
        let owner = app.owner().await;
        let with = |name: &str, value: Value| {
            let mut body = json!({ "name": "Loom" });
            body[name] = value;
            body
        };
        for (body, pointer) in [
            (with("tags", json!(["fine", "two words"])), "/tags/1"),
            (with("tags", json!(["<script>"])), "/tags/0"),
            (with("url", json!("javascript:alert(1)")), "/url"),
            (with("url", json!("loom.example")), "/url"),
            (with("visibility", json!("secret")), "/visibility"),
        ] {
            owner.post("/v1/projects", body).await.faults(pointer);
        }
        assert_eq!(app.events(&owner, "project.created").await, 0);
    }
}
