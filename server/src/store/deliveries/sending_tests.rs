use std::time::Duration;

use super::*;
use crate::domain::deliveries::{Delivery, Told};
use crate::domain::ids::{EventId, WebhookId};
use crate::random::Random;
use crate::store::deliveries::{attempts, due, find, outbox};
use crate::store::scratch;

const NOW: Time = Time::from_ms(1_000);

#[test]
fn statements_name_few_different_numbers_of_things_and_leave_nothing_out() {
    let all: Vec<usize> = (0..150).collect();
    for many in 1..all.len() {
        let parts: Vec<Vec<usize>> = filled(&all[..many], Clone::clone).collect();
        assert!(parts.iter().all(|part| SIZES.contains(&part.len())), "{many}");
        let mut named = parts.concat();
        named.dedup();
        assert_eq!(named, all[..many]);
    }
    assert_eq!(filled::<usize>(&[], Clone::clone).count(), 0);
}

fn attempt(at: i64, status: i64) -> Attempt {
    let (at, duration) = (Time::from_ms(at), Duration::from_millis(7));
    Attempt { number: 1, at, duration, status: Some(status), failure: None, answer: Some(format!("at {}", at.ms())) }
}

/// Puts a delivery into the outbox.
async fn put(tx: &mut Tx, webhook: WebhookId) -> DeliveryId {
    let random = Random::default();
    let (id, event) = (DeliveryId::new(NOW, &random).unwrap(), EventId::new(NOW, &random).unwrap());
    let told = Told { event, kind: "key.created", sequence: None, at: NOW, data: "{}" };
    outbox::insert(tx, &Delivery::new(id, webhook, told, NOW)).await.unwrap();
    id
}

#[tokio::test]
async fn what_failed_first_is_put_off_in_one_unless_something_was_decided_of_it_meanwhile() {
    for scratch in scratch::each().await {
        let webhook = WebhookId::new(NOW, &Random::default()).unwrap();
        let mut tx = scratch.db.write().await.unwrap();
        let mut ids = [DeliveryId::new(NOW, &Random::default()).unwrap(); 4];
        for id in &mut ids {
            *id = put(&mut tx, webhook).await;
        }
        let [plain, asked, tried, last] = ids;
        let taken = due::load(&mut tx, &[(webhook, 9)], NOW).await.unwrap();
        let taken = |id| taken.iter().find(|taken| taken.id == id).unwrap();
        let again = Query::update()
            .table(Deliveries::Table)
            .value(Deliveries::NextAt, Time::from_ms(1_001))
            .and_where(Expr::col(Deliveries::Id).eq(asked))
            .to_owned();
        tx.execute(&again).await.unwrap();
        attempted(&mut tx, &tried, &attempt(2_000, 500)).await.unwrap();

        let later = Some(Time::from_ms(8_000));
        for (id, next, written) in
            [(plain, later, true), (last, None, true), (asked, later, false), (tried, later, false)]
        {
            let done = put_off_at_once(&mut tx, taken(id), &attempt(3_000, 503), next).await.unwrap();
            assert_eq!(done, written);
        }
        for (id, status, next, tried) in [
            (plain, Status::Pending, later, vec![503]),
            (last, Status::Failed, None, vec![503]),
            (asked, Status::Pending, Some(Time::from_ms(1_001)), vec![]),
            (tried, Status::Pending, Some(NOW), vec![500]),
        ] {
            let delivery = find(&mut tx, &id, &webhook).await.unwrap().unwrap();
            assert_eq!(
                (delivery.status, delivery.next_at, delivery.attempts),
                (status, next, i64::try_from(tried.len()).unwrap())
            );
            let log: Vec<_> =
                attempts(&mut tx, &id, 10).await.unwrap().into_iter().filter_map(|attempt| attempt.status).collect();
            assert_eq!(log, tried);
        }
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn what_arrived_is_written_at_once_and_what_was_tried_elsewhere_is_told_apart() {
    for scratch in scratch::each().await {
        let random = Random::default();
        let webhook = WebhookId::new(NOW, &random).unwrap();
        let mut tx = scratch.db.write().await.unwrap();
        let mut ids = Vec::new();
        for _ in 0..67 {
            ids.push(put(&mut tx, webhook).await);
        }
        attempted(&mut tx, &ids[5], &attempt(2_000, 500)).await.unwrap();
        let gone = DeliveryId::new(NOW, &random).unwrap();
        let came: Vec<_> = ids.iter().chain([&gone]).map(|id| (*id, attempt(3_000, 204))).collect();
        assert_eq!(arrived_at_once(&mut tx, &came).await.unwrap(), [ids[5], gone]);
        attempted(&mut tx, &ids[5], &attempt(3_000, 204)).await.unwrap();
        arrived(&mut tx, &ids[5]).await.unwrap();

        for id in &ids {
            let delivery = find(&mut tx, id, &webhook).await.unwrap().unwrap();
            let tried = attempts(&mut tx, id, 10).await.unwrap();
            assert_eq!((delivery.status, delivery.next_at, delivery.last_status), (Status::Delivered, None, Some(204)));
            assert_eq!(delivery.attempts, i64::try_from(tried.len()).unwrap());
            let last = Attempt { number: delivery.attempts, ..attempt(3_000, 204) };
            let all = if *id == ids[5] { vec![attempt(2_000, 500), last] } else { vec![last] };
            assert_eq!(tried, all);
        }
        assert_eq!(attempts(&mut tx, &ids[5], 1).await.unwrap().len(), 1, "the last one");
        assert_eq!(attempts(&mut tx, &gone, 10).await.unwrap(), []);
        tx.commit().await.unwrap();
    }
}
