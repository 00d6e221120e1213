//! The tag `orders`: one file an operation, one guarantee a test.

mod cancel;
mod complete;
mod create;
mod get;
mod left;

use serde_json::{Value, json};

use crate::support::{Actor, Answer, TestApp};

/// A seller with an item, and somebody who ordered it.
pub struct Deal {
    pub seller: Actor,
    pub buyer: Actor,
    pub item: Value,
    pub order: Value,
}

impl Deal {
    pub async fn new(app: &TestApp) -> Self {
        let (seller, buyer) = (app.owner().await, app.owner().await);
        let item = seller.create_item().await;
        let order = order(&buyer, &item).await.is(201).body;
        Self { seller, buyer, item, order }
    }

    /// The order's path, with something after it.
    pub fn path(&self, rest: &str) -> String {
        format!("/v1/orders/{}{rest}", id(&self.order))
    }

    pub async fn item_status(&self, app: &TestApp) -> Value {
        app.nobody().get(&item_path(&self.item)).await.is(200).body["status"].clone()
    }
}

pub fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("an id")
}

pub fn item_path(item: &Value) -> String {
    format!("/v1/items/{}", id(item))
}

pub async fn order(buyer: &Actor, item: &Value) -> Answer {
    buyer.post(&format!("{}/orders", item_path(item)), json!({})).await
}

/// The kinds of events about orders and items of an account, oldest first.
pub async fn told(app: &TestApp, who: &Actor) -> Vec<String> {
    let events = app.events_of(&who.account_id()).await.into_iter().map(|(kind, _)| kind);
    let mut kinds: Vec<_> = events.filter(|kind| kind.starts_with("order.") || kind == "item.sold").collect();
    // Those of one moment have no order.
    kinds.sort_unstable();
    kinds
}
