use serde_json::{Value, json};

use super::{put, service};
use crate::support::Actor;

async fn names(actor: &Actor, namespace: &str, limit: usize) -> Vec<String> {
    let (mut names, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/vault/{namespace}?limit={limit}{next}")).await.is(200).body;
        let secrets = page["data"].as_array().expect("data").iter();
        names.extend(secrets.filter_map(|secret| secret["name"].as_str().map(str::to_owned)));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return names,
        }
    }
}

both_engines! {
    async fn by_name_and_every_secret_once_whatever_the_page(app) {
        let service = service(&app).await;
        for name in ["b", "B", "a.2", "a-1", "_"] {
            put(&service, name, "x").await;
        }
        service.put("/v1/vault/other/z", json!({ "value": "x" })).await.is(200);
        for limit in [1, 2, 5, 100] {
            assert_eq!(names(&service, "shop", limit).await, ["B", "_", "a-1", "a.2", "b"], "{limit}");
        }
        assert_eq!(names(&service, "other", 100).await, ["z"]);
        assert!(names(&service, "nothing-here", 100).await.is_empty());
    }

    async fn s104_a_list_never_carries_values_and_opens_none(app) {
        let service = service(&app).await;
        put(&service, "stripe", "a-value-that-is-long").await;

        let page = service.get("/v1/vault/shop").await.is(200).body;
        let members: Vec<&String> = page["data"][0].as_object().expect("a secret").keys().collect();
        assert_eq!(members.len(), 6);
        assert!(!members.contains(&&"value".to_owned()) && !page.to_string().contains("a-value-that-is-long"));
        let log = app.admin().get("/v1/admin/audit?action=secret.read").await.is(200).body;
        assert_eq!(log["data"], Value::Array(Vec::new()));
    }

    async fn nobody_sees_what_another_keeps(app) {
        put(&service(&app).await, "stripe", "a-value-that-is-long").await;

        assert!(names(&service(&app).await, "shop", 100).await.is_empty());
        assert!(names(&app.admin(), "shop", 100).await.is_empty());
    }

    async fn a_cursor_that_we_did_not_give_is_refused(app) {
        let service = service(&app).await;
        for cursor in ["x", "MTIuMTI", "%27%20OR%201%3D1"] {
            service.get(&format!("/v1/vault/shop?cursor={cursor}")).await.faults("/cursor");
        }
    }
}
