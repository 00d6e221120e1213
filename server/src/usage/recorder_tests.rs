use super::*;
use crate::domain::usage::Span;
use crate::store::scratch::{self, Scratch};
use crate::store::usage::{Counted, Group, Question};

const MINUTE: i64 = 60_000;

struct House {
    scratch: Scratch,
    recorder: Recorder,
    owner: UserId,
    key: KeyId,
}

async fn houses() -> Vec<House> {
    let random = Random::default();
    let (owner, key) = (UserId::new(Time::from_ms(1), &random).unwrap(), KeyId::new(&random).unwrap());
    let recorder = || Recorder::new(&random).unwrap();
    scratch::each().await.into_iter().map(|scratch| House { scratch, recorder: recorder(), owner, key }).collect()
}

impl House {
    fn call(&self, at: i64, operation: &'static str, status: u16) {
        self.recorder.record(&Call {
            at: Time::from_ms(at),
            owner: Some(self.owner),
            key: Some(self.key),
            operation,
            status,
            latency: Duration::from_micros(800),
        });
    }

    async fn flush(&self) {
        self.recorder.flush(&self.scratch.db, Time::from_ms(1)).await.unwrap();
    }

    async fn ask(&self, interval: Interval, group: Option<Group>) -> Vec<Counted> {
        let span = Span { from: Time::from_ms(0), to: Time::from_ms(86_400_000) };
        let question = Question { owner: Some(self.owner), key: None, span, interval, group };
        usage::read(&mut self.scratch.db.read().await.unwrap(), &question).await.unwrap()
    }

    async fn count(&self, interval: Interval) -> i64 {
        self.ask(interval, None).await.iter().map(|calls| calls.count).sum()
    }

    async fn roll_up(&self) {
        let minutes =
            usage::minutes_to_roll(&mut self.scratch.db.read().await.unwrap(), Time::from_ms(86_400_000), 100).await;
        for minute in minutes.unwrap() {
            let mut tx = self.scratch.db.write().await.unwrap();
            usage::roll_up(&mut tx, minute).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
}

fn summary(counted: &[Counted]) -> Vec<(i64, &str, i64, i64)> {
    counted.iter().map(|c| (c.start.ms(), c.label.as_str(), c.count, c.errors)).collect()
}

#[tokio::test]
async fn calls_are_counted_by_minute_and_split_by_key_operation_and_status() {
    for house in houses().await {
        house.call(1, "listItems", 200);
        house.call(MINUTE - 1, "listItems", 404);
        house.call(MINUTE, "createItem", 201);
        house.flush().await;

        assert_eq!(summary(&house.ask(Interval::Minute, None).await), [(0, "", 2, 1), (MINUTE, "", 1, 0)]);
        let by_operation = house.ask(Interval::Hour, Some(Group::Operation)).await;
        assert_eq!(summary(&by_operation), [(0, "createItem", 1, 0), (0, "listItems", 2, 1)]);
        let by_status = house.ask(Interval::Day, Some(Group::Status)).await;
        assert_eq!(summary(&by_status), [(0, "200", 1, 0), (0, "201", 1, 0), (0, "404", 1, 1)]);
        let by_key = house.ask(Interval::Hour, Some(Group::Key)).await;
        assert_eq!(summary(&by_key), [(0, house.key.as_str(), 3, 1)]);
    }
}

#[tokio::test]
async fn a_call_of_nobody_is_billed_to_nobody() {
    for house in houses().await {
        house.recorder.record(&Call {
            at: Time::from_ms(1),
            owner: None,
            key: None,
            operation: "listItems",
            status: 200,
            latency: Duration::from_micros(1),
        });
        house.flush().await;

        assert_eq!(house.count(Interval::Minute).await, 0);
    }
}

#[tokio::test]
async fn counts_of_many_flushes_and_processes_add_up() {
    for mut house in houses().await {
        for _ in 0..3 {
            house.call(1, "listItems", 200);
            house.flush().await;
            house.recorder = Recorder::new(&Random::default()).unwrap();
            house.call(1, "listItems", 200);
            house.flush().await;
        }
        assert_eq!(house.count(Interval::Minute).await, 6);
    }
}

#[tokio::test]
async fn rolling_up_moves_calls_to_hours_and_days_without_missing_or_doubling_any() {
    for house in houses().await {
        for round in 1..=3 {
            house.call(1, "listItems", 200);
            house.call(61 * MINUTE, "listItems", 500);
            house.flush().await;
            for interval in [Interval::Minute, Interval::Hour, Interval::Day] {
                assert_eq!(house.count(interval).await, 2 * round, "before, {interval:?}");
            }
            house.roll_up().await;
            house.roll_up().await;
            for interval in [Interval::Minute, Interval::Hour, Interval::Day] {
                assert_eq!(house.count(interval).await, 2 * round, "after, {interval:?}");
            }
        }
        let hours = house.ask(Interval::Hour, None).await;
        assert_eq!(summary(&hours), [(0, "", 3, 0), (60 * MINUTE, "", 3, 3)]);
    }
}

#[tokio::test]
async fn hours_stay_when_their_minutes_have_gone() {
    for house in houses().await {
        house.call(1, "listItems", 200);
        house.flush().await;
        house.roll_up().await;
        let mut tx = house.scratch.db.write().await.unwrap();
        assert_eq!(usage::delete_before(&mut tx, Interval::Minute, Time::from_ms(MINUTE), 10).await.unwrap(), 1);
        tx.commit().await.unwrap();

        assert_eq!(house.count(Interval::Minute).await, 0);
        assert_eq!(house.count(Interval::Hour).await, 1);
    }
}

#[tokio::test]
async fn a_batch_whose_acknowledgement_was_lost_is_not_counted_twice() {
    for house in houses().await {
        house.call(1, "listItems", 200);
        let batch = {
            let mut waiting = house.recorder.waiting.lock().await;
            house.recorder.gather(&mut waiting);
            waiting.batches.pop_front().unwrap()
        };
        write(&house.scratch.db, &batch, Time::from_ms(1)).await.unwrap();
        house.recorder.waiting.lock().await.batches.push_back(Batch { tried: true, ..batch });
        house.call(1, "listItems", 200);
        house.flush().await;

        assert_eq!(house.count(Interval::Minute).await, 2);
    }
}

#[tokio::test]
async fn while_the_database_is_away_calls_wait_and_none_is_lost() {
    for house in houses().await {
        let closed = scratch::sqlite().await;
        closed.db.close().await;
        // The same call each time: those that wait together are written as one row.
        for _ in 0..5 {
            house.call(1, "listItems", 200);
            house.call(MINUTE, "getItem", 200);
            assert!(house.recorder.flush(&closed.db, Time::from_ms(1)).await.is_err());
        }
        house.flush().await;

        assert_eq!(house.count(Interval::Minute).await, 10);
        let written = house.recorder.written();
        assert_eq!((written.batches, written.calls, written.dropped), (2, 10, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_recorded_while_others_are_flushed_are_all_counted() {
    for house in houses().await {
        let house = std::sync::Arc::new(house);
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let house = std::sync::Arc::clone(&house);
                tokio::spawn(async move {
                    for n in 0..500 {
                        house.call(n * 1_000, if n % 2 == 0 { "listItems" } else { "getItem" }, 200);
                        if n % 50 == 0 {
                            house.flush().await;
                        }
                    }
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        house.flush().await;
        assert_eq!(house.count(Interval::Minute).await, 2_000);
    }
}
