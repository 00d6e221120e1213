use serde_json::json;

use super::{hide, path, show};

both_engines! {
    async fn what_is_deleted_is_gone_with_its_tags(app) {
        let owner = app.owner().await;
        for made in [show(&owner, "Loom", &["weaving"]).await, hide(&owner, "Notes", &["weaving"]).await] {
            owner.delete(&path(&made)).await.is(204);
            owner.get(&path(&made)).await.refuses(404, "NOT_FOUND");
            owner.delete(&path(&made)).await.refuses(404, "NOT_FOUND");
        }
        assert_eq!(owner.get("/v1/projects/tags").await.is(200).body["data"], json!([]));
    }

    async fn s105_only_its_owner_deletes_it_and_an_administrator_a_public_one(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        let (public, private) = (show(&owner, "Loom", &[]).await, hide(&owner, "Notes", &[]).await);
        other.delete(&path(&public)).await.refuses(403, "FORBIDDEN");
        for actor in [other, app.admin()] {
            actor.delete(&path(&private)).await.refuses(404, "NOT_FOUND");
        }
        app.admin().delete(&path(&public)).await.is(204);
        owner.get(&path(&private)).await.is(200);
    }
}
