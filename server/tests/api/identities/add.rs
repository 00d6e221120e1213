use futures_util::future::join_all;
use serde_json::json;

use super::{on_discord, one, path, service, signed};
use crate::support::wallet::Wallet;

both_engines! {
    async fn a_wallet_is_linked_by_its_signature_and_signs_in_to_the_account_from_then_on(app) {
        let (owner, wallet) = (app.owner().await, Wallet::number(9));
        let made = owner.post("/v1/users/me/identities", signed(&app, &owner, &wallet)).await.is(201).body;
        assert_eq!((&made["identity"], &made["isPrimary"]), (&json!(wallet.address()), &json!(true)));
        assert_eq!(made["userId"], json!(owner.account_id()));

        let application = owner.keyed(&[]).await;
        let user = wallet.sign_in(&application, &app.clock.now().to_rfc3339()).await.is(200).text("userId");
        assert_eq!(user, owner.account_id());
    }

    async fn s43_a_signature_links_once_and_another_wallets_not_at_all(app) {
        let (owner, other, wallet) = (app.owner().await, app.owner().await, Wallet::number(9));
        let body = signed(&app, &owner, &wallet);
        let mut forged = body.clone();
        forged["signature"] = signed(&app, &owner, &Wallet::number(10))["signature"].clone();
        owner.post(&path(&owner), forged).await.refuses(401, "SIWE_SIGNATURE");
        let made = owner.post(&path(&owner), body.clone()).await.is(201).body;
        owner.delete(&one(&owner, &made)).await.is(204);
        for actor in [&owner, &other] {
            actor.post(&path(actor), body.clone()).await.refuses(401, "SIWE_NONCE");
        }
    }

    async fn s50_nobody_takes_anothers_wallet(app) {
        let (owner, thief, wallet) = (app.owner().await, app.owner().await, Wallet::number(9));
        owner.post(&path(&owner), signed(&app, &owner, &wallet)).await.is(201);
        app.clock.advance(std::time::Duration::from_millis(1));
        thief.post(&path(&thief), signed(&app, &thief, &wallet)).await.refuses(409, "CONFLICT");
        app.clock.advance(std::time::Duration::from_millis(1));
        owner.post(&path(&owner), signed(&app, &owner, &wallet)).await.refuses(409, "CONFLICT");
    }

    async fn a_service_vouches_for_the_other_platforms_and_for_no_wallet(app) {
        let (owner, service) = (app.owner().await, service(&app).await);
        assert_eq!(service.post(&path(&owner), on_discord("1")).await.is(201).body["userId"], json!(owner.account_id()));
        let wallet = json!({ "platform": "evm", "identity": Wallet::number(9).address() });
        service.post(&path(&owner), wallet).await.faults("/identity");
        service.post(&path(&owner), json!({ "platform": "evm" })).await.faults("/signature");
        service.post(&path(&owner), signed(&app, &service, &Wallet::number(9))).await.refuses(403, "FORBIDDEN");
        service.post(&path(&owner), json!({ "platform": "github" })).await.faults("/identity");
        service.post("/v1/users/usr_01k9z3v8q2m4n6p8r0s2t4v6w8/identities", on_discord("2")).await.refuses(404, "NOT_FOUND");
    }

    async fn nobody_vouches_for_himself(app) {
        let owner = app.owner().await;
        owner.post(&path(&owner), on_discord("1")).await.refuses(403, "FORBIDDEN");
        owner.keyed(&["read", "write"]).await.post(&path(&owner), on_discord("1")).await.refuses(403, "INSUFFICIENT_SCOPE");
        let half = app.trusted(&["identities:read"]).await;
        half.post(&path(&owner), on_discord("1")).await.refuses(404, "NOT_FOUND");
        half.post(&path(&half), on_discord("1")).await.refuses(403, "INSUFFICIENT_SCOPE");
    }

    async fn an_identity_that_many_accounts_want_at_once_is_ones(app) {
        let service = service(&app).await;
        let mut owners = Vec::new();
        for _ in 0..6 {
            owners.push(app.owner().await);
        }
        let tries = join_all(owners.iter().map(|owner| {
            let (service, path) = (&service, path(owner));
            async move { service.post(&path, on_discord("1")).await.status }
        }))
        .await;
        let mut tries = tries;
        tries.sort_unstable();
        assert_eq!(tries, [201, 409, 409, 409, 409, 409]);
    }

    async fn s105_anothers_account_is_a_missing_one(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let there = stranger.post(&path(&owner), signed(&app, &stranger, &Wallet::number(9))).await.refuses(404, "NOT_FOUND");
        let missing = stranger.post("/v1/users/usr_01k9z3v8q2m4n6p8r0s2t4v6w8/identities", on_discord("1")).await.refuses(404, "NOT_FOUND");
        assert_eq!(there.body["detail"], missing.body["detail"]);
    }
}
