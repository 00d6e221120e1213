use serde_json::Value;

use crate::support::Actor;

async fn all(actor: &Actor, limit: usize) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/categories?limit={limit}{next}")).await.is(200).body;
        all.extend(page["data"].as_array().expect("data").iter().cloned());
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return all,
        }
    }
}

both_engines! {
    async fn in_the_tree_s_order_and_each_once_whatever_the_page(app) {
        let whole = all(&app.nobody(), 100).await;
        let paths: Vec<Vec<&str>> = whole.iter().map(|category| category["path"].as_str().expect("a path").split('/').collect()).collect();

        assert!(!paths.is_empty() && paths.is_sorted(), "{paths:?}");
        for limit in [1, 5] {
            assert_eq!(all(&app.nobody(), limit).await, whole, "{limit}");
        }
    }

    async fn h76_a_cursor_of_another_list_or_of_ones_own_making_is_refused(app) {
        for cursor in ["x", "aXRlbXMuYQ", "%C3%A9"] {
            app.nobody().get(&format!("/v1/categories?cursor={cursor}")).await.faults("/cursor");
        }
    }
}

both_engines! {
    async fn they_are_a_tree(app) {
        let whole = all(&app.nobody(), 100).await;
        let ids: Vec<&Value> = whole.iter().map(|category| &category["id"]).collect();

        for category in &whole {
            let path: Vec<&str> = category["path"].as_str().expect("a path").split('/').collect();
            assert_eq!((path.last().copied(), category["depth"].as_u64()), (category["slug"].as_str(), Some(path.len() as u64 - 1)));
            let parent = whole.iter().find(|parent| parent["id"] == category["parentId"]);
            let above = parent.map(|parent| parent["path"].as_str().expect("a path").to_owned());
            assert_eq!(above, (path.len() > 1).then(|| path[..path.len() - 1].join("/")));
        }
        assert!(whole.iter().any(|category| category["parentId"].is_null()));
        assert!(whole.iter().any(|category| !category["parentId"].is_null()));
        assert!(whole.iter().all(|category| category["parentId"].is_null() || ids.contains(&&category["parentId"])));
    }
}
