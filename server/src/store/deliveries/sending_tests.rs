use std::time::Duration;

use super::*;
use crate::domain::deliveries::{Delivery, Told};
use crate::domain::ids::{EventId, WebhookId};
use crate::random::Random;
use crate::store::deliveries::{attempts, find, outbox};
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

#[tokio::test]
async fn what_arrived_is_written_at_once_and_what_was_tried_elsewhere_is_told_apart() {
    for scratch in scratch::each().await {
        let random = Random::default();
        let webhook = WebhookId::new(NOW, &random).unwrap();
        let mut tx = scratch.db.write().await.unwrap();
        let mut ids = Vec::new();
        for _ in 0..67 {
            let id = DeliveryId::new(NOW, &random).unwrap();
            let event = EventId::new(NOW, &random).unwrap();
            let told = Told { event, kind: "key.created", sequence: None, at: NOW, data: "{}" };
            outbox::insert(&mut tx, &Delivery::new(id, webhook, told, NOW)).await.unwrap();
            ids.push(id);
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
