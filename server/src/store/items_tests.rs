use super::*;
use crate::domain::items::{Filter, Offer};
use crate::domain::users::{Role, Tier, User};
use crate::random::Random;
use crate::store::scratch::{self, Scratch};
use crate::store::users;

async fn seller(scratch: &Scratch) -> UserId {
    let id = UserId::new(Time::from_ms(1), &Random::default()).unwrap();
    let user = User {
        id,
        email: None,
        name: None,
        role: Role::Member,
        tier: Tier::Free,
        created_at: Time::from_ms(1),
        disabled_at: None,
    };
    let mut tx = scratch.db.write().await.unwrap();
    users::insert_if_new(&mut tx, &user, None).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn item(seller: UserId, at: i64) -> Item {
    let offer = Offer {
        title: "Köfferchen 🧳".to_owned(),
        description: "it's \"fine\" -- 100 %".to_owned(),
        price: Money { amount: 100_000_000_000, currency: "JPY".parse().unwrap() },
        condition: Condition::LikeNew,
        category: None,
        brand: None,
    };
    Item::offered(ItemId::new(Time::from_ms(at), &Random::default()).unwrap(), seller, offer, Time::from_ms(at))
}

async fn keep(scratch: &Scratch, item: &Item) {
    let mut tx = scratch.db.write().await.unwrap();
    insert(&mut tx, item).await.unwrap();
    tx.commit().await.unwrap();
}

fn active() -> Filter {
    Filter { status: Some(Status::Active), ..Filter::default() }
}

async fn page(scratch: &Scratch, after: Option<&Item>, most: u64) -> Vec<Item> {
    let after = after.map(|item| active().place(item));
    list(&mut scratch.db.read().await.unwrap(), &active(), after.as_ref(), most).await.unwrap()
}

#[tokio::test]
async fn an_item_comes_back_as_it_was_kept_changed_and_not_after_it_was_deleted() {
    for scratch in scratch::each().await {
        let before = item(seller(&scratch).await, 5);
        keep(&scratch, &before).await;
        let found = find(&mut scratch.db.read().await.unwrap(), &before.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&before));

        let after = Item {
            title: "Koffer".to_owned(),
            status: Status::Withdrawn,
            updated_at: Time::from_ms(9),
            ..before.clone()
        };
        let mut tx = scratch.db.write().await.unwrap();
        update(&mut tx, &before, &after).await.unwrap();
        assert_eq!(lock(&mut tx, &after.id).await.unwrap().as_ref(), Some(&after));
        delete(&mut tx, &after).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(find(&mut scratch.db.read().await.unwrap(), &after.id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn pages_show_each_item_once_newest_first_also_when_many_are_of_one_moment() {
    for scratch in scratch::each().await {
        let seller = seller(&scratch).await;
        let mut all: Vec<Item> = (0..25).map(|n| item(seller, 1_000 + n / 10)).collect();
        for item in &all {
            keep(&scratch, item).await;
        }
        all.sort_by_key(|item| std::cmp::Reverse((item.created_at, item.id)));

        let mut seen: Vec<Item> = Vec::new();
        loop {
            let next = page(&scratch, seen.last(), 7).await;
            if next.is_empty() {
                break;
            }
            seen.extend(next);
        }
        assert_eq!(seen, all, "{}", scratch.db.engine());
    }
}

#[tokio::test]
async fn pages_stay_right_while_items_come_and_go() {
    for scratch in scratch::each().await {
        let seller = seller(&scratch).await;
        let old: Vec<Item> = (0..6).map(|n| item(seller, 1_000 + n)).collect();
        for item in &old {
            keep(&scratch, item).await;
        }
        let first = page(&scratch, None, 2).await;
        keep(&scratch, &item(seller, 2_000)).await;
        let mut tx = scratch.db.write().await.unwrap();
        delete(&mut tx, &first[1]).await.unwrap();
        tx.commit().await.unwrap();

        let rest = page(&scratch, first.last(), 10).await;
        let expected: Vec<Item> = old[..4].iter().rev().cloned().collect();
        assert_eq!(rest, expected);
    }
}
