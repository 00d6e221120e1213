use std::time::Duration;

use super::{on_discord, one, path, service, signed};
use crate::support::Credential;
use crate::support::wallet::Wallet;

both_engines! {
    async fn the_oldest_that_is_left_becomes_the_primary_one(app) {
        let (owner, service) = (app.owner().await, service(&app).await);
        let mut made = Vec::new();
        for number in 1..=3 {
            made.push(service.post(&path(&owner), on_discord(&number.to_string())).await.is(201).body);
            app.clock.advance(Duration::from_millis(1));
        }
        owner.delete(&one(&owner, &made[0])).await.is(204);
        owner.delete(&one(&owner, &made[0])).await.is(404);
        let left = owner.get(&path(&owner)).await.is(200).body;
        assert_eq!((&left["data"][0]["identity"], &left["data"][0]["isPrimary"]), (&"2".into(), &true.into()));
        assert_eq!((&left["data"][1]["identity"], &left["data"][1]["isPrimary"]), (&"3".into(), &false.into()));
    }

    async fn what_was_unlinked_can_be_linked_elsewhere(app) {
        let (owner, other, service) = (app.owner().await, app.owner().await, service(&app).await);
        let made = service.post(&path(&owner), on_discord("1")).await.is(201).body;
        service.delete(&one(&owner, &made)).await.is(204);
        assert_eq!(service.post(&path(&other), on_discord("1")).await.is(201).body["userId"], serde_json::json!(other.account_id()));
    }

    async fn nobody_locks_himself_out(app) {
        let application = app.owner().await.keyed(&[]).await;
        let pair = Wallet::number(9).sign_in(&application, &app.clock.now().to_rfc3339()).await.is(200);
        let mut user = application.with(Credential::Token(pair.text("accessToken")));
        user.user_id = Some(pair.text("userId"));
        let only = user.get("/v1/users/me/identities").await.is(200).body["data"][0].clone();
        user.delete(&one(&user, &only)).await.refuses(409, "CONFLICT");

        user.post(&path(&user), signed(&app, &user, &Wallet::number(10))).await.is(201);
        user.delete(&one(&user, &only)).await.is(204);
    }

    async fn an_account_with_a_password_needs_no_wallet(app) {
        let owner = app.owner().await;
        let made = owner.post(&path(&owner), signed(&app, &owner, &Wallet::number(9))).await.is(201).body;
        owner.delete(&one(&owner, &made)).await.is(204);
    }
}
