use std::time::Duration;

use serde_json::{Value, json};

use crate::support::actor::item;
use crate::support::{Actor, TestApp};

/// The ids of a list, page by page.
async fn ids(actor: &Actor, query: &str) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/items?{query}{next}")).await.is(200).body;
        ids.extend(page["data"].as_array().expect("data").iter().map(id));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return ids,
        }
    }
}

fn id(item: &Value) -> String {
    item["id"].as_str().expect("an id").to_owned()
}

/// Seven items, some of one millisecond.
async fn seven(app: &TestApp, seller: &Actor) -> Vec<String> {
    let mut made = Vec::new();
    for number in 0..7 {
        made.push(id(&seller.create_item().await));
        app.clock.advance(Duration::from_millis(number % 2));
    }
    made
}

both_engines! {
    async fn newest_first_and_every_item_once_whatever_the_page(app) {
        let seller = app.owner().await;
        let made = seven(&app, &seller).await;
        let whole = ids(&app.nobody(), "limit=100").await;

        assert_eq!(whole.len(), 7);
        assert_eq!(whole.first(), made.last());
        for limit in [1, 2, 3, 7] {
            assert_eq!(ids(&app.nobody(), &format!("limit={limit}")).await, whole, "{limit}");
        }
    }

    async fn a_page_goes_on_where_the_one_before_ended_while_items_come_and_go(app) {
        let seller = app.owner().await;
        seven(&app, &seller).await;
        let whole = ids(&app.nobody(), "limit=100").await;
        let first = app.nobody().get("/v1/items?limit=3").await.is(200).body;
        app.clock.advance(Duration::from_secs(1));
        seller.create_item().await;
        seller.delete(&format!("/v1/items/{}", whole[2])).await.is(204);

        let cursor = first["nextCursor"].as_str().expect("a next page");
        let rest = app.nobody().get(&format!("/v1/items?limit=100&cursor={cursor}")).await.is(200).body;
        let rest: Vec<String> = rest["data"].as_array().expect("data").iter().map(id).collect();
        assert_eq!(rest, whole[3..]);
    }

    async fn only_active_items_are_listed_unless_asked(app) {
        let seller = app.owner().await;
        let (active, withdrawn) = (id(&seller.create_item().await), id(&seller.create_item().await));
        seller.patch(&format!("/v1/items/{withdrawn}"), json!({ "status": "withdrawn" })).await.is(200);

        assert_eq!(ids(&app.nobody(), "limit=9").await, [active]);
        assert_eq!(ids(&app.nobody(), "status=withdrawn").await, [withdrawn]);
        assert!(ids(&app.nobody(), "status=sold").await.is_empty());
    }

    async fn each_filter_lets_through_what_it_names(app) {
        let (one, other) = (app.owner().await, app.owner().await);
        let category = id(&app.nobody().get("/v1/categories?limit=1").await.is(200).body["data"][0]);
        let brand = id(&app.nobody().get("/v1/brands?limit=1").await.is(200).body["data"][0]);
        let mut body = item();
        body["categoryId"] = json!(category);
        body["brandId"] = json!(brand);
        body["condition"] = json!("poor");
        let wanted = id(&one.post("/v1/items", body).await.is(201).body);
        other.create_item().await;

        let seller = one.user_id.as_deref().expect("an account");
        let filters = [format!("categoryId={category}"), format!("brandId={brand}"), format!("sellerId={seller}"), "condition=poor".to_owned()];
        for filter in filters.iter().chain([&filters.join("&")]) {
            assert_eq!(ids(&app.nobody(), filter).await, std::slice::from_ref(&wanted), "{filter}");
        }
        for nobody in ["sellerId=x", "categoryId=cat_01k9z3v8q2m4n6p8r0s2t4v6w8", "brandId=%27"] {
            assert!(ids(&app.nobody(), nobody).await.is_empty(), "{nobody}");
        }
    }

    async fn h76_a_cursor_of_another_list_or_of_ones_own_making_is_refused(app) {
        let categories = app.nobody().get("/v1/categories?limit=1").await.is(200).text("nextCursor");
        for cursor in [categories.as_str(), "x", "MTIzLml0bV94", "%C3%A9"] {
            app.nobody().get(&format!("/v1/items?cursor={cursor}")).await.faults("/cursor");
        }
    }

    async fn h72_a_page_has_1_to_100_items(app) {
        for bad in ["0", "101", "-1", "1000000000"] {
            app.nobody().get(&format!("/v1/items?limit={bad}")).await.faults("/limit");
        }
        app.nobody().get("/v1/items?limit=100").await.is(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_demo_data_the_first_call_answers_with_something_believable() {
    let app = TestApp::with_settings(crate::support::Engine::Sqlite, &[("DEMO", "true")]).await;
    let page = app.nobody().get("/v1/items?limit=100").await.is(200).body;
    let items = page["data"].as_array().expect("data");

    assert!(items.len() >= 12, "{} items", items.len());
    assert!(items.iter().all(|item| !item["categoryId"].is_null() && item["price"]["amount"].as_i64() > Some(0)));
    assert!(items.iter().any(|item| !item["brandId"].is_null()));
}
