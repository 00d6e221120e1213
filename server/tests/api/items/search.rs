use serde_json::{Value, json};

use crate::support::actor::item;
use crate::support::{Actor, TestApp};

/// The titles of a list, page by page.
async fn titles(app: &TestApp, query: &str) -> Vec<String> {
    let (mut titles, mut next) = (Vec::new(), String::new());
    loop {
        let page = app.nobody().get(&format!("/v1/items?limit=2&{query}{next}")).await.is(200).body;
        let found = page["data"].as_array().expect("data").iter();
        titles.extend(found.map(|item| item["title"].as_str().expect("a title").to_owned()));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return titles,
        }
    }
}

async fn offer(seller: &Actor, title: &str, amount: i64, currency: &str) -> Value {
    let mut body = item();
    body["title"] = json!(title);
    body["price"] = json!({ "amount": amount, "currency": currency });
    seller.post("/v1/items", body).await.is(201).body
}

both_engines! {
    async fn words_are_found_in_title_and_description_whatever_their_case_and_diacritics(app) {
        let seller = app.owner().await;
        for title in ["Crème brûlée torch", "Copper pan", "東京の地図"] {
            offer(&seller, title, 1, "EUR").await;
        }
        assert_eq!(titles(&app, "q=CREME").await, ["Crème brûlée torch"]);
        assert_eq!(titles(&app, "q=br%C3%BBl%C3%A9e+creme").await, ["Crème brûlée torch"]);
        assert_eq!(titles(&app, "q=%E6%9D%B1%E4%BA%AC").await, ["東京の地図"]);
        assert_eq!(titles(&app, "q=serviced").await.len(), 3);
        for nothing in ["q=cop", "q=copper+torch", "q=%22", "q=*", "q=%F0%9F%A7%B3"] {
            assert!(titles(&app, nothing).await.is_empty(), "{nothing}");
        }
        app.nobody().get("/v1/items?q=a%00b").await.refuses(400, "MALFORMED");
        app.nobody().get("/v1/items?q=").await.faults("/q");
    }

    async fn prices_are_ranged_and_ordered_within_a_currency(app) {
        let seller = app.owner().await;
        for (title, amount, currency) in [("a", 300, "EUR"), ("b", 100, "EUR"), ("c", 200, "CHF"), ("d", 200, "EUR")] {
            offer(&seller, title, amount, currency).await;
        }
        assert_eq!(titles(&app, "currency=EUR&sort=priceAscending").await, ["b", "d", "a"]);
        assert_eq!(titles(&app, "currency=EUR&sort=priceDescending").await, ["a", "d", "b"]);
        assert_eq!(titles(&app, "currency=EUR&sort=priceDescending&maxPrice=200&q=serviced").await, ["d", "b"]);
        assert_eq!(titles(&app, "currency=EUR&minPrice=200&sort=newest").await.len(), 2);
        assert_eq!(titles(&app, "currency=CHF").await, ["c"]);

        app.nobody().get("/v1/items?sort=priceAscending").await.faults("/sort");
        app.nobody().get("/v1/items?minPrice=1").await.faults("/minPrice");
        app.nobody().get("/v1/items?currency=EUR&minPrice=2&maxPrice=1").await.faults("/maxPrice");
        app.nobody().get("/v1/items?currency=ABC").await.faults("/currency");
    }

    async fn a_category_counts_with_everything_below_it(app) {
        let seller = app.owner().await;
        let categories = app.nobody().get("/v1/categories?limit=100").await.is(200).body;
        let of = |slug: &str| {
            let mut all = categories["data"].as_array().expect("data").iter();
            all.find(|category| category["slug"] == slug).expect("a category")["id"].clone()
        };
        for slug in ["lenses", "cameras", "guitars"] {
            let mut body = item();
            body["title"] = json!(slug);
            body["categoryId"] = of(slug);
            seller.post("/v1/items", body).await.is(201);
        }
        let under = |slug: &str| format!("categoryId={}", of(slug).as_str().expect("an id"));
        let mut all = titles(&app, &under("cameras")).await;
        all.sort();
        assert_eq!(all, ["cameras", "lenses"]);
        assert_eq!(titles(&app, &under("lenses")).await, ["lenses"]);
        assert_eq!(titles(&app, &format!("{}&currency=EUR&sort=priceAscending&q=serviced", under("cameras"))).await.len(), 2);
    }

    async fn h76_a_cursor_of_another_sort_or_other_filters_is_refused(app) {
        let seller = app.owner().await;
        for title in ["one lens", "other lens"] {
            offer(&seller, title, 1, "EUR").await;
        }
        let page = app.nobody().get("/v1/items?limit=1&q=lens&currency=EUR").await.is(200);
        let cursor = page.text("nextCursor");
        app.nobody().get(&format!("/v1/items?limit=5&q=LENS&currency=EUR&cursor={cursor}")).await.is(200);
        for other in ["q=lens", "q=body&currency=EUR", "q=lens&currency=EUR&sort=priceAscending", "q=lens&currency=EUR&status=sold", ""] {
            app.nobody().get(&format!("/v1/items?{other}&cursor={cursor}")).await.faults("/cursor");
        }
    }
}
