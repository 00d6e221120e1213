use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::domain::ids::{RequestId, UserId};
use crate::domain::requests::Sent;
use crate::domain::time::Time;
use crate::domain::usage::{Interval, Span};
use crate::random::Random;
use crate::store::requests::Filter;
use crate::store::scratch::{self, Scratch};
use crate::store::usage::{self, Question};
use crate::usage::Call;

fn entry(number: u64) -> Entry {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    Entry {
        id: RequestId::of(Time::from_ms(1_000), bytes),
        at: Time::from_ms(1_000),
        owner: Some(UserId::ADMINISTRATOR),
        key: None,
        session: None,
        operation: "listItems",
        method: "GET",
        sent: Arc::new(Sent { path: "/v1/items".to_owned(), headers: "[]".to_owned(), ..Sent::default() }),
        status: 200,
        code: None,
        latency_us: 1_284,
        address: IpAddr::from([203, 0, 113, 7]),
    }
}

async fn kept(scratch: &Scratch) -> i64 {
    requests::count_before(&mut scratch.db.read().await.unwrap(), Time::from_ms(2_000)).await.unwrap()
}

#[tokio::test]
async fn what_was_added_is_kept_once_flushed_also_when_it_is_more_than_a_batch() {
    for scratch in scratch::each().await {
        let log = RequestLog::new(true, 5_000);
        let many = u64::try_from(2 * requests::MOST_AT_ONCE + 1).unwrap();
        (0..many).for_each(|number| log.add(entry(number)));
        log.flush(&scratch.db).await.unwrap();

        assert_eq!((kept(&scratch).await, log.dropped()), (i64::try_from(many).unwrap(), 0));
        let newest = requests::list(&mut scratch.db.read().await.unwrap(), &Filter::default(), None, 1).await.unwrap();
        assert_eq!(newest[0].id, entry(many - 1).id);
    }
}

#[tokio::test]
async fn a_full_queue_loses_what_comes_and_counts_it() {
    for scratch in scratch::each().await {
        let log = RequestLog::new(true, 10);
        (0..25).for_each(|number| log.add(entry(number)));
        log.flush(&scratch.db).await.unwrap();
        assert_eq!((kept(&scratch).await, log.dropped()), (10, 15));

        (25..30).for_each(|number| log.add(entry(number)));
        log.flush(&scratch.db).await.unwrap();
        assert_eq!((kept(&scratch).await, log.dropped()), (15, 15));
    }
}

#[tokio::test]
async fn a_log_that_is_off_keeps_nothing_and_misses_nothing() {
    let scratch = scratch::sqlite().await;
    let log = RequestLog::new(false, 1);
    (0..3).for_each(|number| log.add(entry(number)));
    log.flush(&scratch.db).await.unwrap();

    assert_eq!((kept(&scratch).await, log.dropped()), (0, 0));
}

#[tokio::test]
async fn a_batch_whose_acknowledgement_was_lost_is_not_kept_twice() {
    for scratch in scratch::each().await {
        let log = RequestLog::new(true, 10);
        let batch: Vec<Entry> = (0..3).map(entry).collect();
        write(&scratch.db, &batch).await.unwrap();
        log.waiting.lock().await.batch = batch;
        log.add(entry(3));
        log.flush(&scratch.db).await.unwrap();

        assert_eq!(kept(&scratch).await, 4);
    }
}

#[tokio::test]
async fn while_the_database_is_away_requests_wait() {
    let (scratch, closed) = (scratch::sqlite().await, scratch::sqlite().await);
    closed.db.close().await;
    let log = RequestLog::new(true, 10);
    log.add(entry(0));
    assert!(log.flush(&closed.db).await.is_err());
    log.add(entry(1));
    assert!(log.flush(&closed.db).await.is_err());
    log.flush(&scratch.db).await.unwrap();

    assert_eq!((kept(&scratch).await, log.dropped()), (2, 0));
}

#[tokio::test]
async fn old_requests_go_in_batches_and_none_that_is_younger() {
    for scratch in scratch::each().await {
        let log = RequestLog::new(true, 10);
        let young = Entry { id: RequestId::of(Time::from_ms(2_000), [0; 10]), ..entry(9) };
        (0..5).map(entry).chain([young.clone()]).for_each(|entry| log.add(entry));
        log.flush(&scratch.db).await.unwrap();
        let mut tx = scratch.db.write().await.unwrap();
        for removed in [2, 2, 1, 0] {
            assert_eq!(requests::remove_before(&mut tx, Time::from_ms(2_000), 2).await.unwrap(), removed);
        }
        let left = requests::list(&mut tx, &Filter::default(), None, 10).await.unwrap();
        assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [young.id]);
    }
}

/// Promise: sums of usage are what was asked, to the request, and so is the log while its queue has room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_100_000_requests_every_one_is_counted_and_logged() {
    const CALLERS: u64 = 4;
    const EACH: u64 = 25_000;
    for scratch in scratch::each().await {
        let house = Arc::new((
            RequestLog::new(true, 100_000),
            crate::usage::Recorder::new(&Random::default()).unwrap(),
            scratch,
        ));
        let callers = (0..CALLERS).map(|caller| {
            let house = Arc::clone(&house);
            tokio::spawn(async move {
                let (log, recorder, scratch) = &*house;
                for number in 0..EACH {
                    let entry = entry(caller * EACH + number);
                    recorder.record(&call(&entry, number));
                    log.add(entry);
                    if number % 10_000 == 0 {
                        recorder.flush(&scratch.db, Time::from_ms(1_000)).await.unwrap();
                        log.flush(&scratch.db).await.unwrap();
                    }
                }
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.unwrap();
        }
        let (log, recorder, scratch) = &*house;
        recorder.flush(&scratch.db, Time::from_ms(1_000)).await.unwrap();
        log.flush(&scratch.db).await.unwrap();

        let all = i64::try_from(CALLERS * EACH).unwrap();
        assert_eq!((kept(scratch).await, log.dropped()), (all, 0));
        let span = Span { from: Time::from_ms(0), to: Time::from_ms(86_400_000) };
        let question = Question { owner: None, key: None, span, interval: Interval::Day, group: None };
        let sums = usage::totals(&mut scratch.db.read().await.unwrap(), &question).await.unwrap();
        assert_eq!(sums.iter().map(|alike| alike.count).sum::<i64>(), all);
        assert_eq!(sums.iter().map(|alike| alike.errors).sum::<i64>(), all / 4);
    }
}

fn call(entry: &Entry, number: u64) -> Call {
    Call {
        at: entry.at.plus(Duration::from_secs(number % 600)),
        owner: entry.owner,
        key: None,
        operation: entry.operation,
        status: if number.is_multiple_of(4) { 404 } else { 200 },
        latency: Duration::from_micros(100 + number % 50),
    }
}
