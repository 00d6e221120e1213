use super::{on_discord, one, path, service};

both_engines! {
    async fn a_platform_has_one_primary_identity(app) {
        let (owner, service) = (app.owner().await, service(&app).await);
        let first = service.post(&path(&owner), on_discord("1")).await.is(201).body;
        let second = service.post(&path(&owner), on_discord("2")).await.is(201).body;
        let other = service.post(&path(&owner), serde_json::json!({ "platform": "github", "identity": "ada" })).await.is(201).body;
        assert_eq!((&first["isPrimary"], &second["isPrimary"], &other["isPrimary"]), (&true.into(), &false.into(), &true.into()));

        let after = owner.put_nothing(&format!("{}/primary", one(&owner, &second))).await.is(200).body;
        assert_eq!(after["isPrimary"], true);
        let listed = owner.get(&path(&owner)).await.is(200).body;
        let is_primary = |one: &serde_json::Value| listed["data"].as_array().expect("data").iter().find(|known| known["id"] == one["id"]).expect("it is listed")["isPrimary"] == true;
        assert_eq!([&first, &second, &other].map(is_primary), [false, true, true]);
        owner.put_nothing(&format!("{}/primary", one(&owner, &second))).await.is(200);
    }

    async fn an_identity_of_another_account_is_a_missing_one(app) {
        let (owner, other, service) = (app.owner().await, app.owner().await, service(&app).await);
        let made = service.post(&path(&owner), on_discord("1")).await.is(201).body;
        other.put_nothing(&format!("{}/primary", one(&other, &made))).await.refuses(404, "NOT_FOUND");
        other.delete(&one(&other, &made)).await.refuses(404, "NOT_FOUND");
        service.delete(&one(&other, &made)).await.refuses(404, "NOT_FOUND");
    }
}
