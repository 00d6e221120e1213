use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{on_discord, service, start, stop};

both_engines! {
    async fn who_is_signed_in_starts_for_himself(app) {
        let owner = app.owner().await;
        let began = start(&owner, json!({ "notes": "Scales, slowly." })).await;
        let second = app.clock.now().ms() / 1000 * 1000;
        assert_eq!(began["userId"], json!(owner.account_id()));
        assert_eq!((&began["notes"], &began["endedAt"], &began["seconds"]), (&json!("Scales, slowly."), &json!(null), &json!(0)));
        assert_eq!(began["startedAt"], json!(gatepost::domain::time::Time::from_ms(second).to_rfc3339()));
    }

    async fn of_a_hundred_starts_at_once_one_is_made_and_the_others_learn_its_name(app) {
        let (service, owner) = (service(&app).await, app.owner().await);
        let who = json!({ "userId": owner.account_id() });
        let answers = join_all((0..100).map(|number| {
            let (actor, body) = if number % 2 == 0 { (&service, who.clone()) } else { (&owner, json!({})) };
            async move { actor.post("/v1/practice/start", body).await }
        }))
        .await;
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(made.len(), 1);
        let id = made[0].text("id");
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert!(matches!(answer.status, 409 | 503), "{} {}", answer.status, answer.body);
            let detail = answer.body["detail"].as_str().expect("a detail");
            assert!(answer.status == 503 || detail.starts_with(&format!("{id} is under way since ")), "{detail}");
        }
        let told = app.events_of(&owner.account_id()).await;
        assert_eq!(told.iter().filter(|(kind, _)| kind == "practice.started").count(), 1);
        assert_eq!(stop(&owner, json!({})).await["id"], json!(id));
    }

    async fn the_database_itself_keeps_a_second_one_out(app) {
        use gatepost::domain::ids::{PracticeId, UserId};
        use gatepost::domain::practice::Practice;
        use gatepost::store::{StoreError, practice};
        let app = &app.app;
        let mut tx = app.db.write().await.expect("a transaction");
        let mut refused = None;
        for _ in 0..2 {
            let now = app.clock.now();
            let id = PracticeId::new(now, &app.random).expect("an id");
            let new = Practice::started(id, UserId::ADMINISTRATOR, None, now);
            refused = practice::insert(&mut tx, &new).await.err();
        }
        assert!(matches!(&refused, Some(StoreError::Conflict(rule)) if rule == "practice_sessions_under_way"), "{refused:?}");
    }

    async fn a_service_starts_for_whom_it_names_and_opens_no_account(app) {
        let (service, ada, bob) = (service(&app).await, app.owner().await, app.owner().await);
        on_discord(&app, &ada, "80351110224678912").await;
        assert_eq!(start(&service, json!({ "discordId": "80351110224678912" })).await["userId"], json!(ada.account_id()));
        assert_eq!(start(&service, json!({ "userId": bob.account_id() })).await["userId"], json!(bob.account_id()));
        assert_eq!(start(&service, json!({})).await["userId"], json!(service.account_id()));
        let body = json!({ "discordId": "80351110224678913" });
        service.post("/v1/practice/start", body).await.faults("/discordId");
        let lookup = app.admin().get("/v1/users/lookup?platform=discord&identity=80351110224678913").await;
        lookup.refuses(404, "NOT_FOUND");
        for nobody in ["usr_01k9z3v8q2m4n6p8r0s2t4v6w8", "nonsense"] {
            service.post("/v1/practice/start", json!({ "userId": nobody })).await.faults("/userId");
        }
        let both = json!({ "userId": ada.account_id(), "discordId": "80351110224678912" });
        service.post("/v1/practice/start", both).await.faults("/discordId");
    }

    async fn who_is_signed_in_learns_of_nobody_else(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        on_discord(&app, &other, "80351110224678912").await;
        on_discord(&app, &owner, "80351110224678914").await;
        let there = owner.post("/v1/practice/start", json!({ "userId": other.account_id() })).await.refuses(403, "FORBIDDEN");
        for body in [json!({ "userId": "usr_01k9z3v8q2m4n6p8r0s2t4v6w8" }), json!({ "userId": "x" }), json!({ "discordId": "80351110224678912" }), json!({ "discordId": "80351110224678913" })] {
            let missing = owner.post("/v1/practice/start", body).await.refuses(403, "FORBIDDEN");
            assert_eq!(missing.body["detail"], there.body["detail"]);
        }
        start(&owner, json!({ "discordId": "80351110224678914" })).await;
        assert_eq!(stop(&owner, json!({ "userId": owner.account_id() })).await["userId"], json!(owner.account_id()));
    }

    async fn a_key_without_the_scope_starts_nothing_also_not_for_its_owner(app) {
        let key = app.owner().await.keyed(&["read", "write"]).await;
        let refused = key.post("/v1/practice/start", json!({})).await.refuses(403, "INSUFFICIENT_SCOPE");
        assert_eq!(refused.body["requiredScopes"], json!(["practice:write"]));
        key.post("/v1/practice/stop", json!({})).await.refuses(403, "INSUFFICIENT_SCOPE");
        app.owner().await.post("/v1/keys", json!({ "name": "bot", "scopes": ["practice:write"] })).await.refuses(403, "INSUFFICIENT_SCOPE");
    }

    async fn a_start_that_is_repeated_with_its_idempotency_key_is_one(app) {
        let owner = app.owner().await;
        let key = [("Idempotency-Key", "start-1")];
        let first = owner.send(Method::POST, "/v1/practice/start", Some(json!({})), &key).await.is(201);
        let again = owner.send(Method::POST, "/v1/practice/start", Some(json!({})), &key).await.is(201);
        assert_eq!(first.body, again.body);
    }

    async fn the_account_is_told(app) {
        let owner = app.owner().await;
        let began = start(&owner, json!({})).await;
        let told = json!({ "practiceId": began["id"], "userId": owner.account_id(), "startedAt": began["startedAt"] });
        assert!(app.events_of(&owner.account_id()).await.contains(&("practice.started".to_owned(), told)));
    }
}
