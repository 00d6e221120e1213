use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{on_discord, service};
use crate::support::rows;
use crate::support::wallet::Wallet;

both_engines! {
    async fn the_first_time_opens_an_account_and_the_next_finds_it(app) {
        let service = service(&app).await;
        let first = service.post("/v1/users/resolve", on_discord("80351110224678912")).await.is(200).body;
        let second = service.post("/v1/users/resolve", on_discord("80351110224678912")).await.is(200).body;

        assert_eq!((&first["created"], &second["created"]), (&json!(true), &json!(false)));
        assert_eq!(first["user"], second["user"]);
        assert_eq!((&first["user"]["role"], &first["user"]["tier"]), (&json!("authenticated"), &json!("free")));
        assert_eq!(first["user"]["identities"][0]["isPrimary"], true);
        let user = first["user"]["id"].as_str().expect("an id");
        assert_eq!(app.events_of(user).await, [("user.registered".to_owned(), json!({ "userId": user }))]);
    }

    async fn of_many_at_once_one_opens_the_account(app) {
        let service = service(&app).await;
        let before = rows(&app.app, "users").await;
        let answers = join_all((0..20).map(|_| service.post("/v1/users/resolve", on_discord("80351110224678912")))).await;
        let bodies: Vec<Value> = answers.into_iter().map(|answer| answer.is(200).body).collect();

        assert_eq!(bodies.iter().filter(|body| body["created"] == true).count(), 1);
        assert!(bodies.iter().all(|body| body["user"]["id"] == bodies[0]["user"]["id"]));
        assert_eq!(rows(&app.app, "users").await, before + 1);
    }

    async fn s112_an_identity_is_the_same_however_it_is_typed(app) {
        let service = service(&app).await;
        let first = service.post("/v1/users/resolve", json!({ "platform": "github", "identity": "Octo-Cat" })).await.is(200).body;
        let again = service.post("/v1/users/resolve", json!({ "platform": "github", "identity": "octo-cat" })).await.is(200).body;
        assert_eq!((&again["created"], &again["user"]), (&json!(false), &first["user"]));
    }

    async fn nobody_vouches_for_a_wallet_and_one_with_an_account_is_found(app) {
        let service = service(&app).await;
        let wallet = Wallet::number(7);
        let body = json!({ "platform": "evm", "identity": wallet.address().to_lowercase() });
        let before = rows(&app.app, "users").await;
        service.post("/v1/users/resolve", body.clone()).await.faults("/identity");
        assert_eq!(rows(&app.app, "users").await, before);

        let application = app.owner().await.keyed(&[]).await;
        let user = wallet.sign_in(&application, &app.clock.now().to_rfc3339()).await.is(200).text("userId");
        let found = service.post("/v1/users/resolve", body).await.is(200).body;
        assert_eq!((&found["created"], &found["user"]["id"]), (&json!(false), &json!(user)));
    }

    async fn what_a_platform_has_nobody_of_is_refused(app) {
        let service = service(&app).await;
        for (platform, identity) in [("discord", "ada"), ("telegram", "007"), ("evm", "0x12"), ("github", "a b")] {
            service.post("/v1/users/resolve", json!({ "platform": platform, "identity": identity })).await.faults("/identity");
        }
    }
}
