//! Lists in pages.

use gatepost_sdk::ErrorKind;
use serde_json::{Value, json};

use crate::support::{Asked, Fake, Reply, item};

/// Three pages of two items, then one of one.
fn page(asked: &Asked) -> Value {
    let cursor = asked.path.split("cursor=p").nth(1).and_then(|rest| rest.split('&').next());
    let at = cursor.map_or(0, |number| number.parse::<usize>().expect("a number"));
    let items: Vec<Value> = (0..if at == 3 { 1 } else { 2 }).map(|n| item(&format!("itm_{at}{n}"))).collect();
    let next = (at < 3).then(|| format!("p{}", at + 1));
    json!({ "data": items, "nextCursor": next })
}

#[tokio::test]
async fn every_item_of_every_page_comes_once_and_in_order() {
    let fake = Fake::start(|_, asked| Reply::json(200, &page(asked))).await;
    let items = fake.client().list_items().limit(2).condition("good").stream().collect_all().await.expect("all");
    let ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["itm_00", "itm_01", "itm_10", "itm_11", "itm_20", "itm_21", "itm_30"]);
    let paths: Vec<_> = fake.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths[0], "/v1/items?condition=good&limit=2");
    assert_eq!(paths[1], "/v1/items?condition=good&cursor=p1&limit=2", "filters stay over the pages");
    assert_eq!(paths.len(), 4);
}

#[tokio::test]
async fn a_page_is_fetched_when_it_is_wanted() {
    let fake = Fake::start(|_, asked| Reply::json(200, &page(asked))).await;
    let client = fake.client();
    let mut items = client.list_items().stream();
    assert!(fake.asked().is_empty());
    items.try_next().await.expect("an item");
    items.try_next().await.expect("an item");
    assert_eq!(fake.asked().len(), 1);
    items.try_next().await.expect("an item");
    assert_eq!(fake.asked().len(), 2);
}

#[tokio::test]
async fn an_error_in_the_middle_is_told_after_the_items_before_it() {
    let fake = Fake::start(
        |number, asked| if number == 1 { Reply::problem(403, "X") } else { Reply::json(200, &page(asked)) },
    )
    .await;
    let client = fake.client();
    let mut items = client.list_items().stream();
    assert!(items.try_next().await.expect("first").is_some());
    assert!(items.try_next().await.expect("second").is_some());
    assert_eq!(items.try_next().await.expect_err("refused").kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn a_cursor_that_does_not_move_ends_the_list() {
    let fake = Fake::start(|_, _| Reply::json(200, &json!({ "data": [item("itm_1")], "nextCursor": "same" }))).await;
    let items = fake.client().list_items().stream().collect_all().await.expect("ended");
    assert_eq!((items.len(), fake.asked().len()), (2, 2));
}
