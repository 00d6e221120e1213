both_engines! {
    async fn s56_the_next_request_with_the_key_is_refused(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["keys:read"]).await;
        let keyed = owner.with_key(key["secret"].as_str().expect("a secret"));
        keyed.get("/v1/keys").await.is(200);

        let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        owner.delete(&path).await.is(204);
        keyed.get("/v1/keys").await.refuses(401, "REVOKED");
    }

    async fn revoking_again_changes_nothing(app) {
        let owner = app.owner().await;
        let path = format!("/v1/keys/{}", owner.create_key(&[]).await["id"].as_str().expect("an id"));
        owner.delete(&path).await.is(204);
        let first = owner.get(&path).await.is(200).text("revokedAt");
        app.clock.advance(std::time::Duration::from_secs(1));
        owner.delete(&path).await.is(204);

        assert_eq!(owner.get(&path).await.is(200).text("revokedAt"), first);
    }

    async fn a_stranger_revokes_nothing(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let path = format!("/v1/keys/{}", owner.create_key(&[]).await["id"].as_str().expect("an id"));
        stranger.delete(&path).await.refuses(404, "NOT_FOUND");

        assert_eq!(owner.get(&path).await.is(200).text("status"), "active");
    }

    async fn its_children_are_revoked_with_it_and_each_is_told_of(app) {
        let owner = app.owner().await;
        let make = async |parent: Option<&serde_json::Value>| {
            let mut body = serde_json::json!({ "name": "x", "scopes": ["keys:read"] });
            if let Some(parent) = parent {
                body["parentId"] = parent["id"].clone();
            }
            owner.post("/v1/keys", body).await.is(201).body
        };
        let (parent, other) = (make(None).await, make(None).await);
        let child = make(Some(&parent)).await;
        let grandchild = make(Some(&child)).await;
        let path = |key: &serde_json::Value| format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        let holder = |key: &serde_json::Value| owner.with_key(key["secret"].as_str().expect("a secret"));
        holder(&grandchild).get("/v1/keys").await.is(200);

        owner.delete(&path(&parent)).await.is(204);
        for key in [&parent, &child, &grandchild] {
            holder(key).get("/v1/keys").await.refuses(401, "REVOKED");
            assert_eq!(owner.get(&path(key)).await.is(200).text("status"), "revoked");
        }
        holder(&other).get("/v1/keys").await.is(200);

        let told = app.events_of(&owner.account_id()).await;
        let mut gone: Vec<_> = told.iter().filter(|(kind, _)| kind == "key.revoked").map(|(_, data)| data["keyId"].to_string()).collect();
        gone.sort();
        let mut all: Vec<_> = [&parent, &child, &grandchild].iter().map(|key| key["id"].to_string()).collect();
        all.sort();
        assert_eq!(gone, all);
    }

    async fn every_change_of_a_key_is_in_the_audit_log_and_no_secret(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["keys:read"]).await;
        let (id, secret) = (key["id"].as_str().expect("an id"), key["secret"].as_str().expect("a secret"));
        let path = format!("/v1/keys/{id}");
        owner.patch(&path, serde_json::json!({ "name": "after" })).await.is(200);
        owner.post(&format!("{path}/touch"), serde_json::json!({})).await.is(200);
        owner.delete(&path).await.is(204);
        owner.delete(&path).await.is(204);

        let log = app.audit_of(id).await;
        assert_eq!(log.iter().map(|(action, ..)| action.as_str()).collect::<Vec<_>>(), ["key.created", "key.updated", "key.revoked"]);
        assert_eq!((&log[1].1["name"], &log[1].2["name"]), (&key["name"], &serde_json::json!("after")));
        let told = app.events_of(&owner.account_id()).await;
        assert!(!format!("{log:?}{told:?}").contains(&secret[12..42]));
    }
}
