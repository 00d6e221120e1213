use std::net::IpAddr;
use std::time::Duration;

use gatepost::domain::audit::{Action, Actor as Who};
use serde_json::{Value, json};

use super::note;
use crate::support::{Actor, TestApp};

/// The targets that a list shows, whatever the page.
async fn targets(admin: &Actor, query: &str) -> Vec<String> {
    let (mut targets, mut next) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/v1/admin/audit?{query}{next}")).await.is(200).body;
        let entries = page["data"].as_array().expect("data").iter();
        targets.extend(entries.filter_map(|entry| entry["target"].as_str().map(str::to_owned)));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return targets,
        }
    }
}

fn somebody(actor: &Actor) -> Who {
    Who {
        user: Some(actor.user_id.as_ref().expect("an account").parse().expect("an id")),
        credential: Some("ses_x".to_owned()),
        address: Some(IpAddr::from([203, 0, 113, 7])),
        request: None,
    }
}

both_engines! {
    async fn an_entry_says_who_did_what_from_where(app) {
        let owner = app.owner().await;
        note(&app, Action::KeyRevoked, "key_mine", &somebody(&owner)).await;

        let entry = app.admin().get("/v1/admin/audit?target=key_mine").await.is(200).body["data"][0].clone();
        assert_eq!(entry["action"], "key.revoked");
        assert_eq!(entry["actorId"], json!(owner.user_id));
        assert_eq!(entry["ownerId"], json!(owner.user_id));
        assert_eq!(entry["credential"], "ses_x");
        assert_eq!(entry["address"], "203.0.113.7");
        assert_eq!(entry["createdAt"], json!(app.clock.now().to_rfc3339()));
        assert_eq!((&entry["before"], &entry["after"]), (&Value::Null, &json!({ "name": "key_mine" })));
    }

    async fn newest_first_and_every_entry_once_whatever_the_page(app) {
        let who = somebody(&app.owner().await);
        for number in 0..5 {
            note(&app, Action::KeyUpdated, &format!("key_{number}"), &who).await;
        }
        let whole = targets(&app.admin(), "action=key.updated&limit=100").await;
        assert_eq!(whole, ["key_4", "key_3", "key_2", "key_1", "key_0"]);
        for limit in [1, 2, 5] {
            assert_eq!(targets(&app.admin(), &format!("action=key.updated&limit={limit}")).await, whole, "{limit}");
        }
    }

    async fn each_filter_leaves_the_others_out(app) {
        let (ada, bob) = (app.owner().await, app.stranger().await);
        note(&app, Action::KeyRevoked, "early", &somebody(&ada)).await;
        app.clock.advance(Duration::from_secs(60));
        let between = app.clock.now().to_rfc3339();
        note(&app, Action::KeyUpdated, "late", &somebody(&bob)).await;

        let admin = app.admin();
        for (query, found) in [
            (format!("actor={}&action=key.*", ada.user_id.as_deref().expect("an account")), vec!["early"]),
            (format!("owner={}&action=key.*", bob.user_id.as_deref().expect("an account")), vec!["late"]),
            ("target=early".to_owned(), vec!["early"]),
            ("action=key.updated".to_owned(), vec!["late"]),
            (format!("action=key.*&from={between}"), vec!["late"]),
            (format!("action=key.*&to={between}"), vec!["early"]),
            ("actor=nobody".to_owned(), vec![]),
            ("action=keyx".to_owned(), vec![]),
        ] {
            assert_eq!(targets(&admin, &query).await, found, "{query}");
        }
    }

    async fn only_an_administrator_reads_it(app) {
        let owner = app.owner().await;

        owner.get("/v1/admin/audit").await.is(403);
        owner.keyed(&["read", "write"]).await.get("/v1/admin/audit").await.refuses(403, "INSUFFICIENT_SCOPE");
    }
}

#[tokio::test]
async fn a_cursor_that_we_did_not_give_is_refused() {
    let app = TestApp::sqlite().await;
    for cursor in ["x", "MTIuMTI", "%27%20OR%201%3D1"] {
        app.admin().get(&format!("/v1/admin/audit?cursor={cursor}")).await.faults("/cursor");
    }
}
