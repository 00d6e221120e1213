use serde_json::{Value, json};

use super::{hide, names, path, show};

both_engines! {
    async fn what_is_left_out_stays_and_null_clears(app) {
        let owner = app.owner().await;
        let body = json!({ "name": "Loom", "description": "Weaves.", "url": "https://loom.example", "tags": ["weaving"] });
        let made = owner.post("/v1/projects", body).await.is(201).body;
        let named = owner.patch(&path(&made), json!({ "name": "Great loom" })).await.is(200).body;
        assert_eq!((&named["name"], &named["description"], &named["tags"]), (&json!("Great loom"), &json!("Weaves."), &json!(["weaving"])));
        let cleared = owner.patch(&path(&made), json!({ "url": null, "tags": ["Cards", "cards"] })).await.is(200).body;
        assert_eq!((&cleared["url"], &cleared["tags"]), (&Value::Null, &json!(["cards"])));
        assert_eq!(owner.get(&path(&made)).await.is(200).body, cleared);
        assert!(names(&owner, "/v1/projects?tag=weaving", 100).await.is_empty());
        owner.patch(&path(&made), json!({ "tags": ["two words"] })).await.faults("/tags/0");
        owner.patch(&path(&made), json!({ "url": "ftp://loom.example" })).await.faults("/url");
    }

    async fn its_owner_is_told_of_each_change_and_of_nothing_else(app) {
        let owner = app.owner().await;
        let made = show(&owner, "Loom", &["weaving"]).await;
        owner.patch(&path(&made), json!({ "name": "Loom", "tags": ["WEAVING"] })).await.is(200);
        assert_eq!(app.events(&owner, "project.updated").await, 0);
        owner.patch(&path(&made), json!({ "visibility": "private" })).await.is(200);
        let told = owner.get("/v1/events?type=project.updated").await.is(200).body["data"].clone();
        let carried = json!({ "projectId": made["id"], "name": "Loom", "visibility": "private" });
        assert_eq!((told.as_array().map(Vec::len), &told[0]["data"]), (Some(1), &carried));
    }

    async fn s105_only_its_owner_changes_it_and_an_administrator_a_public_one(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        let (public, private) = (show(&owner, "Loom", &[]).await, hide(&owner, "Notes", &[]).await);
        let body = json!({ "description": "Changed." });
        other.patch(&path(&public), body.clone()).await.refuses(403, "FORBIDDEN");
        app.admin().patch(&path(&public), body.clone()).await.is(200);
        for actor in [other, app.admin()] {
            actor.patch(&path(&private), body.clone()).await.refuses(404, "NOT_FOUND");
        }
        owner.patch(&path(&private), body).await.is(200);
        assert_eq!(app.events(&owner, "project.updated").await, 2);
    }

    async fn what_becomes_private_leaves_every_list_and_count_and_comes_back(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        let made = show(&owner, "Loom", &["weaving"]).await;
        let of_owner = format!("/v1/users/{}/projects", owner.account_id());
        for (visibility, seen) in [("private", 0), ("public", 1)] {
            owner.patch(&path(&made), json!({ "visibility": visibility })).await.is(200);
            for list in ["/v1/projects", "/v1/projects?tag=weaving", &of_owner, "/v1/projects/tags"] {
                let listed = other.get(list).await.is(200).body["data"].as_array().map(Vec::len);
                assert_eq!(listed, Some(seen), "{list} while {visibility}");
            }
        }
    }
}
