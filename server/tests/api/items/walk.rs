//! Ten thousand items are walked by cursor while others come, change and go.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gatepost::domain::ids::{ItemId, UserId};
use gatepost::domain::items::{Condition, Item, Offer};
use gatepost::domain::money::Money;
use gatepost::domain::time::Time;
use gatepost::random::Random;
use gatepost::store::{Db, items};

use crate::support::{Actor, TestApp};

const ITEMS: i64 = 10_000;

/// An item of that moment; its price has nothing to do with its age.
fn offered(seller: UserId, at: Time) -> Item {
    let id = ItemId::new(at, &Random::default()).expect("randomness");
    let offer = Offer {
        title: "Lens".to_owned(),
        description: String::new(),
        price: Money { amount: at.ms().wrapping_mul(7_919) % 1_009, currency: "EUR".parse().expect("a currency") },
        condition: Condition::Good,
        category: None,
        brand: None,
    };
    Item::offered(id, seller, offer, at)
}

/// Many items of a past with some moments shared, in one transaction a thousand.
async fn filled(app: &TestApp, seller: UserId) -> Vec<Item> {
    let begin = app.clock.now().ms() - ITEMS;
    let all: Vec<Item> = (0..ITEMS).map(|n| offered(seller, Time::from_ms(begin + n / 3 * 3))).collect();
    for some in all.chunks(1_000) {
        let mut tx = app.app.db.write().await.expect("a transaction");
        items::insert_all(&mut tx, some).await.expect("kept");
        tx.commit().await.expect("committed");
    }
    all
}

/// Until told to stop: offers new items over the whole span of time, changes titles of those that stay, deletes those that go.
async fn disturb(db: Db, stay: Vec<Item>, go: Vec<Item>, stop: Arc<AtomicBool>) -> usize {
    let (mut go, mut done) = (go.into_iter(), 0);
    for (round, kept) in stay.iter().cycle().step_by(97).enumerate() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let mut tx = db.write().await.expect("a transaction");
        items::insert(&mut tx, &offered(kept.seller, kept.created_at)).await.expect("kept");
        let before = items::lock(&mut tx, &kept.id).await.expect("read").expect("an item that stays");
        items::update(&mut tx, &before, &Item { title: format!("Lens {round}"), ..kept.clone() })
            .await
            .expect("changed");
        if let Some(gone) = go.next() {
            items::delete(&mut tx, &gone).await.expect("gone");
        }
        tx.commit().await.expect("committed");
        done += 1;
        tokio::task::yield_now().await;
    }
    done
}

/// How often a walk of that list shows each item.
async fn walked(actor: &Actor, list: &str) -> HashMap<String, usize> {
    let (mut seen, mut next) = (HashMap::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/items?limit=100&{list}{next}")).await.is(200).body;
        for item in page["data"].as_array().expect("data") {
            *seen.entry(item["id"].as_str().expect("an id").to_owned()).or_default() += 1;
        }
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return seen,
        }
    }
}

both_engines! {
    async fn a_walk_of_10000_items_yields_every_item_that_was_there_throughout_once(app) {
        let seller = app.owner().await.account_id().parse().expect("an account");
        let all = filled(&app, seller).await;
        let (go, stay): (Vec<_>, Vec<_>) = all.into_iter().enumerate().partition(|(place, _)| place % 10 == 3);
        let [go, stay] = [go, stay].map(|some| some.into_iter().map(|(_, item)| item).collect::<Vec<Item>>());
        let stop = Arc::new(AtomicBool::new(false));
        let others = tokio::spawn(disturb(app.app.db.clone(), stay.clone(), go, Arc::clone(&stop)));

        let nobody = app.nobody();
        let lists = ["sort=newest", "sort=priceAscending&currency=EUR", "q=lens"];
        let walks = tokio::join!(walked(&nobody, lists[0]), walked(&nobody, lists[1]), walked(&nobody, lists[2]));
        stop.store(true, Ordering::Relaxed);
        let done = others.await.expect("it ends");

        assert!(done > 10, "only {done} changes came between");
        for (list, seen) in lists.iter().zip([walks.0, walks.1, walks.2]) {
            let wrong: Vec<_> = stay.iter().filter(|item| seen.get(item.id.as_ref() as &str) != Some(&1)).collect();
            assert!(wrong.is_empty(), "{list}: {} of {} not once", wrong.len(), stay.len());
            assert!(seen.values().all(|times| *times == 1), "{list}: something came twice");
        }
    }
}
