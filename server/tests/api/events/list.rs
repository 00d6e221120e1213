use std::time::Duration;

use super::{registered, revoked, tell};
use crate::support::{Actor, TestApp};

/// The names of the revoked keys that a list tells of, whatever the page.
async fn names(actor: &Actor, query: &str) -> Vec<String> {
    let (mut names, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/events?{query}{next}")).await.is(200).body;
        let events = page["data"].as_array().expect("data").iter();
        names.extend(events.filter_map(|event| event["data"]["name"].as_str().map(str::to_owned)));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return names,
        }
    }
}

both_engines! {
    async fn newest_first_and_every_event_once_whatever_the_page(app) {
        let owner = app.owner().await;
        for number in 0..5 {
            tell(&app, &owner, &revoked(&app, &number.to_string())).await;
            // Some happen in the same millisecond.
            app.clock.advance(Duration::from_millis(number % 2));
        }
        let whole = names(&owner, "type=key.revoked&limit=100").await;
        assert_eq!(whole.len(), 5);
        assert_eq!(whole.first().map(String::as_str), Some("4"));
        for limit in [1, 2, 5] {
            assert_eq!(names(&owner, &format!("type=key.revoked&limit={limit}")).await, whole, "{limit}");
        }
    }

    async fn a_kind_and_all_that_begin_alike_are_filters(app) {
        let owner = app.owner().await;
        tell(&app, &owner, &revoked(&app, "old")).await;
        tell(&app, &owner, &registered()).await;

        let kinds = async |filter: &str| -> Vec<String> {
            let page = owner.get(&format!("/v1/events?type={filter}")).await.is(200).body;
            let kinds = page["data"].as_array().expect("data").iter();
            kinds.filter_map(|event| event["type"].as_str().map(str::to_owned)).collect()
        };
        assert_eq!(kinds("key.*").await, ["key.revoked"]);
        assert_eq!(kinds("key.revoked").await, ["key.revoked"]);
        assert!(kinds("user.*").await.iter().all(|kind| kind == "user.registered"));
        assert!(kinds("ke").await.is_empty());
        for bad in ["*", "key.%2A.x", "KEY", "key_%25"] {
            owner.get(&format!("/v1/events?type={bad}")).await.faults("/type");
        }
    }

    async fn a_span_takes_its_start_and_leaves_its_end(app) {
        let owner = app.owner().await;
        let mut times = Vec::new();
        for name in ["early", "middle", "late"] {
            app.clock.advance(Duration::from_secs(60));
            times.push(app.clock.now().to_rfc3339());
            tell(&app, &owner, &revoked(&app, name)).await;
        }
        let [_, middle, late] = times.as_slice() else { panic!("three moments") };
        assert_eq!(names(&owner, &format!("type=key.*&since={middle}")).await, ["late", "middle"]);
        assert_eq!(names(&owner, &format!("type=key.*&until={late}")).await, ["middle", "early"]);
        assert_eq!(names(&owner, &format!("type=key.*&since={middle}&until={late}")).await, ["middle"]);
    }

    async fn nobody_learns_what_happened_to_another(app) {
        let owner = app.owner().await;
        tell(&app, &owner, &revoked(&app, "mine")).await;

        assert!(names(&app.stranger().await, "limit=100").await.is_empty());
        assert!(!names(&app.admin(), "limit=100").await.contains(&"mine".to_owned()));
    }

    async fn events_are_kept_for_as_long_as_the_setting_says(app) {
        let owner = app.owner().await;
        tell(&app, &owner, &revoked(&app, "old")).await;
        app.clock.advance(Duration::from_secs(24 * 3600 + 1));
        tell(&app, &owner, &revoked(&app, "young")).await;
        app.clock.advance(Duration::from_secs(89 * 24 * 3600));
        gatepost::jobs::clean(&app.app).await;

        assert_eq!(names(&app.sign_in(owner.account.expect("an account")).await, "type=key.*").await, ["young"]);
    }
}

#[tokio::test]
async fn a_cursor_that_we_did_not_give_is_refused() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    for cursor in ["x", "MTIuMTI", "%27%20OR%201%3D1"] {
        owner.get(&format!("/v1/events?cursor={cursor}")).await.faults("/cursor");
    }
}
