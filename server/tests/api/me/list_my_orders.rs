use std::slice;
use std::time::Duration;

use serde_json::Value;

use crate::api::orders::{id, order};
use crate::support::Actor;

async fn ids(actor: &Actor, query: &str) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/me/orders?{query}{next}")).await.is(200).body;
        ids.extend(page["data"].as_array().expect("data").iter().map(|order| id(order).to_owned()));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return ids,
        }
    }
}

async fn bought(buyer: &Actor, seller: &Actor) -> String {
    let made: Value = order(buyer, &seller.create_item().await).await.is(201).body;
    id(&made).to_owned()
}

both_engines! {
    async fn what_one_buys_and_sells_newest_first_and_every_order_once_whatever_the_page(app) {
        let (ada, bob) = (app.owner().await, app.owner().await);
        let mut made = Vec::new();
        for number in 0..6_u64 {
            made.push(if number % 3 == 0 { bought(&ada, &bob).await } else { bought(&bob, &ada).await });
            // Some are of one millisecond.
            app.clock.advance(Duration::from_millis((number + 1) % 2));
        }
        bought(&app.owner().await, &app.owner().await).await;

        let whole = ids(&ada, "limit=100").await;
        let sorted = |ids: &[String]| { let mut ids = ids.to_vec(); ids.sort_unstable(); ids };
        assert_eq!(sorted(&whole), sorted(&made));
        assert_eq!(whole.first(), made.last());
        for limit in [1, 2, 6] {
            assert_eq!(ids(&ada, &format!("limit={limit}")).await, whole, "{limit}");
        }
        assert_eq!(ids(&bob, "").await, whole);
    }

    async fn role_and_state_are_filters(app) {
        let (ada, bob) = (app.owner().await, app.owner().await);
        let (buys, sells) = (bought(&ada, &bob).await, bought(&bob, &ada).await);
        bob.post_nothing(&format!("/v1/orders/{sells}/cancel")).await.is(200);

        assert_eq!(ids(&ada, "role=buyer").await, slice::from_ref(&buys));
        assert_eq!(ids(&ada, "role=seller").await, slice::from_ref(&sells));
        assert_eq!(ids(&ada, "status=pending").await, slice::from_ref(&buys));
        assert_eq!(ids(&ada, "status=cancelled").await, slice::from_ref(&sells));
        assert_eq!(ids(&bob, "role=buyer&status=cancelled").await, [sells]);
        assert!(ids(&ada, "role=buyer&status=completed").await.is_empty());
    }

    async fn s105_nobody_sees_the_orders_of_others(app) {
        bought(&app.owner().await, &app.owner().await).await;
        for other in [app.stranger().await, app.member().await, app.admin()] {
            assert!(ids(&other, "").await.is_empty());
        }
    }
}
