use serde_json::json;

use crate::support::wallet::Wallet;

both_engines! {
    async fn an_administrator_links_anything_and_unlinks_it(app) {
        let (owner, wallet) = (app.owner().await, Wallet::number(9));
        let body = json!({ "userId": owner.account_id(), "platform": "evm", "identity": wallet.address() });
        let made = app.admin().post("/v1/admin/identities", body.clone()).await.is(201).body;
        assert_eq!(owner.get("/v1/users/me/identities").await.is(200).body["data"], json!([made]));
        app.admin().post("/v1/admin/identities", body).await.refuses(409, "CONFLICT");

        let path = format!("/v1/admin/identities/{}", made["id"].as_str().expect("an id"));
        app.admin().delete(&path).await.is(204);
        app.admin().delete(&path).await.refuses(404, "NOT_FOUND");
        assert_eq!(owner.get("/v1/users/me/identities").await.is(200).body["data"], json!([]));
    }

    async fn an_account_that_is_not_there_is_refused(app) {
        for nobody in ["usr_01k9z3v8q2m4n6p8r0s2t4v6w8", "nonsense"] {
            let body = json!({ "userId": nobody, "platform": "discord", "identity": "1" });
            app.admin().post("/v1/admin/identities", body).await.faults("/userId");
        }
    }
}
