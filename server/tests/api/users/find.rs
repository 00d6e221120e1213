use serde_json::{Value, json};

use super::{on_discord, service};
use crate::support::rows;

both_engines! {
    async fn a_look_up_finds_and_never_opens(app) {
        let service = service(&app).await;
        let before = rows(&app.app, "users").await;
        let path = "/v1/users/lookup?platform=discord&identity=80351110224678912";
        service.get(path).await.refuses(404, "NOT_FOUND");
        let asked = json!({ "identities": [on_discord("80351110224678912")] });
        assert_eq!(service.post("/v1/users/identities/lookup", asked).await.is(200).body["data"][0]["user"], Value::Null);
        assert_eq!(rows(&app.app, "users").await, before);

        let made = service.post("/v1/users/resolve", on_discord("80351110224678912")).await.is(200).body["user"].clone();
        assert_eq!(service.get(path).await.is(200).body, made);
        let of_id = format!("/v1/users/{}", made["id"].as_str().expect("an id"));
        assert_eq!(service.get(&of_id).await.is(200).body, made);
    }

    async fn many_are_found_at_once_in_the_order_of_the_request(app) {
        let service = service(&app).await;
        let known = service.post("/v1/users/resolve", on_discord("2")).await.is(200).body["user"]["id"].clone();
        let asked: Vec<Value> = (1..=100).map(|number| on_discord(&number.to_string())).collect();
        let found = service.post("/v1/users/identities/lookup", json!({ "identities": asked })).await.is(200).body;
        let ids: Vec<&Value> = found["data"].as_array().expect("data").iter().map(|one| &one["user"]).collect();
        assert_eq!((ids.len(), &ids[1]["id"]), (100, &known));
        assert!(ids.iter().enumerate().all(|(place, user)| place == 1 || user.is_null()));
        assert_eq!(found["data"][99]["identity"], "100");
    }

    async fn one_too_many_and_one_that_cannot_be_are_refused(app) {
        let service = service(&app).await;
        let asked: Vec<Value> = (1..=101).map(|number| on_discord(&number.to_string())).collect();
        service.post("/v1/users/identities/lookup", json!({ "identities": asked })).await.faults("/identities");
        let asked = json!({ "identities": [on_discord("1"), on_discord("ada")] });
        service.post("/v1/users/identities/lookup", asked).await.faults("/identities/1/identity");
        service.get("/v1/users/lookup?platform=discord&identity=ada").await.faults("/identity");
    }

    async fn a_stranger_learns_of_nobody(app) {
        let known = service(&app).await.post("/v1/users/resolve", on_discord("2")).await.is(200).body;
        let stranger = app.stranger().await;
        for (known, unknown) in [
            (format!("/v1/users/{}", known["user"]["id"].as_str().expect("an id")), "/v1/users/usr_01k9z3v8q2m4n6p8r0s2t4v6w8"),
            ("/v1/users/lookup?platform=discord&identity=2".to_owned(), "/v1/users/lookup?platform=discord&identity=3"),
        ] {
            let there = stranger.get(&known).await.refuses(403, "INSUFFICIENT_SCOPE");
            let missing = stranger.get(unknown).await.refuses(403, "INSUFFICIENT_SCOPE");
            assert_eq!(there.body["detail"], missing.body["detail"]);
        }
    }
}
