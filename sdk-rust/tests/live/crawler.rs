//! The example `examples/crawler`, against a running server.

#[path = "../../../examples/crawler/prices.rs"]
mod prices;

use gatepost_sdk::types::ItemCondition;

use crate::{client, price, without_credential};

#[tokio::test]
async fn the_crawler_finds_the_cheapest_offers_of_a_category_on_whatever_page_they_are() {
    let client = client();
    let word = format!("crawled{}", std::process::id());
    let categories = client.list_categories().limit(100).stream().collect_all().await.expect("categories");
    let lenses = categories.iter().find(|category| category.path == "cameras/lenses").expect("lenses");
    for amount in [500, 100, 400, 200, 300] {
        let item = client.create_item().body_map(|item| {
            item.title(format!("Lens {word}"))
                .price(price(amount))
                .condition(ItemCondition::Good)
                .category_id(lenses.id.clone())
        });
        item.send().await.expect("offered");
    }

    let lenses_in_euros = ("cameras/lenses".to_owned(), "EUR".to_owned());
    let found = prices::crawl(&without_credential(), Some(&word)).await.expect("crawled");
    let group = found.groups.get(&lenses_in_euros).expect("a group");
    let cheapest: Vec<i64> = group.cheapest.iter().map(|item| item.price.amount).collect();
    assert_eq!((cheapest, group.offers, found.seen), (vec![100, 200, 300], 5, 5));
    assert!(found.to_string().contains("cameras/lenses, EUR: 5 offers"), "{found}");

    let all = prices::crawl(&client, None).await.expect("crawled");
    assert!(all.seen >= 5 && all.groups.get(&lenses_in_euros).is_some_and(|group| group.offers >= 5), "{all}");
}
