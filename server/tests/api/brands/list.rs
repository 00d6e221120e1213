use serde_json::Value;

use crate::support::Actor;

async fn all(actor: &Actor, limit: usize) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/brands?limit={limit}{next}")).await.is(200).body;
        all.extend(page["data"].as_array().expect("data").iter().cloned());
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return all,
        }
    }
}

both_engines! {
    async fn in_the_order_of_slugs_and_each_once_whatever_the_page(app) {
        let whole = all(&app.nobody(), 100).await;
        let slugs: Vec<&str> = whole.iter().filter_map(|brand| brand["slug"].as_str()).collect();

        assert!(!slugs.is_empty() && slugs.is_sorted(), "{slugs:?}");
        for limit in [1, 5] {
            assert_eq!(all(&app.nobody(), limit).await, whole, "{limit}");
        }
    }

    async fn a_search_finds_what_begins_so_whatever_its_case_and_diacritics(app) {
        let names = |query: &str| {
            let (nobody, path) = (app.nobody(), format!("/v1/brands?{query}"));
            async move {
                let page = nobody.get(&path).await.is(200).body;
                page["data"].as_array().expect("data").iter().map(|brand| brand["name"].clone()).collect::<Vec<_>>()
            }
        };
        assert_eq!(names("search=k%C3%89strel+%26").await, ["Kestrel & Sons"]);
        assert_eq!(names("search=HAL").await, ["Halden"]);
        for nothing in ["search=sons", "search=%25", "search=_", "search=%27"] {
            assert!(names(nothing).await.is_empty(), "{nothing}");
        }
    }

    async fn h76_a_cursor_of_another_search_is_refused(app) {
        let cursor = app.nobody().get("/v1/brands?limit=1").await.is(200).text("nextCursor");
        app.nobody().get(&format!("/v1/brands?search=hal&cursor={cursor}")).await.faults("/cursor");
    }

    async fn h76_a_cursor_of_another_list_or_of_ones_own_making_is_refused(app) {
        for cursor in ["x", "aXRlbXMuYQ", "%C3%A9"] {
            app.nobody().get(&format!("/v1/brands?cursor={cursor}")).await.faults("/cursor");
        }
    }
}
