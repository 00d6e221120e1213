use super::*;
use crate::domain::deliveries::{Delivery, Told};
use crate::random::Random;
use crate::store::deliveries::outbox;
use crate::store::scratch;
use crate::store::{Db, Tx};

const NOW: Time = Time::from_ms(1_000);

fn webhook() -> WebhookId {
    WebhookId::new(NOW, &Random::default()).unwrap()
}

/// Puts a delivery into the outbox that is due then.
async fn put(tx: &mut Tx, webhook: WebhookId, at: i64) -> DeliveryId {
    let (random, at) = (Random::default(), Time::from_ms(at));
    let (id, event) = (DeliveryId::new(NOW, &random).unwrap(), EventId::new(NOW, &random).unwrap());
    let told = Told { event, kind: "key.created", sequence: None, at, data: "{}" };
    outbox::insert(tx, &Delivery::new(id, webhook, told, at)).await.unwrap();
    id
}

async fn owed_at(db: &Db, full: &[WebhookId], most: u64) -> Vec<WebhookId> {
    let dispatcher = DispatcherId::new(NOW, &Random::default()).unwrap();
    owed(&mut db.read().await.unwrap(), (&dispatcher, NOW), full, most).await.unwrap()
}

#[tokio::test]
async fn who_is_owed_something_the_longest_comes_first_and_who_is_full_or_has_time_does_not() {
    for scratch in scratch::each().await {
        assert_eq!(owed_at(&scratch.db, &[], 10).await, []);
        let [late, early, full, later] = [(); 4].map(|()| webhook());
        let mut tx = scratch.db.write().await.unwrap();
        for (webhook, at) in [(late, 900), (late, 950), (early, 500), (early, 2_000), (full, 100), (later, 1_001)] {
            put(&mut tx, webhook, at).await;
        }
        tx.commit().await.unwrap();
        assert_eq!(owed_at(&scratch.db, &[full], 10).await, [early, late]);
        assert_eq!(owed_at(&scratch.db, &[], 2).await, [full, early]);
    }
}

#[tokio::test]
async fn of_each_endpoint_so_many_are_read_longest_due_first() {
    for scratch in scratch::each().await {
        let [one, other, third] = [(); 3].map(|()| webhook());
        let mut tx = scratch.db.write().await.unwrap();
        let (second, first) = (put(&mut tx, one, 900).await, put(&mut tx, one, 800).await);
        put(&mut tx, one, 950).await;
        put(&mut tx, one, 1_001).await;
        let only = put(&mut tx, other, 850).await;
        put(&mut tx, third, 1).await;
        let read = load(&mut tx, &[(one, 2), (other, 9)], NOW).await.unwrap();
        assert_eq!(read.iter().map(|taken| taken.id).collect::<Vec<_>>(), [first, only, second]);
        let all = load(&mut tx, &[(one, 9), (other, 0), (third, 9)], NOW).await.unwrap();
        assert_eq!(all.len(), 4);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn nobody_reads_past_what_waits_for_others() {
    for scratch in scratch::each().await {
        let mut tx = scratch.db.write().await.unwrap();
        for webhook in [webhook(), webhook()] {
            for at in 0..500 {
                put(&mut tx, webhook, at).await;
            }
        }
        tx.commit().await.unwrap();
        scratch.db.analyze().await;
        let plan = scratch.db.plan(&of_one(&webhook(), 10, NOW)).await;
        assert!(plan.contains("deliveries_by_due") && !plan.to_lowercase().contains("sort"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        let next = Query::select().expr(Expr::col(Waiting::Webhook)).from(Waiting::Table).to_owned().with(waiting());
        let plan = scratch.db.plan(&next).await;
        assert!(plan.contains("deliveries_by_due") && !plan.contains("Seq Scan on deliveries"), "{plan}");
        assert!(!plan.contains("SCAN deliveries\n"), "{plan}");
    }
}
