//! What every limiter must hold, run over memory, and over Redis where `GATEPOST_TEST_REDIS_URL` names one.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::{
    Charge, Decision, LimitClass, LimitSettings, Limits, Memory, Payer, Policy, Redis, RedisTime, Subject, Via, Window,
};
use crate::domain::time::Time;
use crate::domain::users::Tier;
use crate::domain::windows::Span;
use crate::random::Random;

#[expect(clippy::disallowed_methods, reason = "the harness says in the environment where its Redis is")]
pub(super) async fn limiters() -> Vec<(&'static str, Limits)> {
    let mut limiters = vec![("memory", Limits::Memory(Memory::default()))];
    if let Ok(url) = std::env::var("GATEPOST_TEST_REDIS_URL") {
        let redis = Redis::open(&url.into(), RedisTime::Given, &patient(1)).await.unwrap();
        assert!(redis.is_there().await, "the Redis of GATEPOST_TEST_REDIS_URL does not answer");
        limiters.push(("redis", Limits::Redis(Box::new(redis))));
    }
    limiters
}

/// A machine that is busy with other tests is no Redis that is away.
fn patient(instances: u32) -> LimitSettings {
    LimitSettings { instances: Some(instances), redis_ms: Some(60_000), ..LimitSettings::default() }
}

/// A subject that no other run uses.
pub(super) fn fresh() -> Subject {
    let id: [u8; 16] = Random::default().bytes().unwrap();
    Subject::new("test", &id.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn charge(subject: Subject, name: &'static str, span: Span, limit: u64) -> Charge {
    Charge { subject, window: Window { name, span, limit }, cost: 1 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s74_of_many_at_once_exactly_the_limit_is_admitted() {
    for (name, limits) in limiters().await {
        let (limits, subject, now) = (Arc::new(limits), fresh(), Time::from_ms(1_000_000));
        let tasks: Vec<_> = (0..200)
            .map(|_| {
                let limits = Arc::clone(&limits);
                tokio::spawn(async move { limits.take(&[charge(subject, "minute", Span::MINUTE, 60)], now).await })
            })
            .collect();
        let mut admitted = 0;
        for task in tasks {
            admitted += usize::from(task.await.unwrap().admitted());
        }
        assert_eq!(admitted, 60, "{name}");
    }
}

#[tokio::test]
async fn a_refused_request_takes_nothing_from_any_window() {
    for (name, limits) in limiters().await {
        let (one, other, now) = (fresh(), fresh(), Time::from_ms(1_000_000));
        let both = [charge(one, "minute", Span::MINUTE, 2), charge(other, "day", Span::UtcDay, 1)];

        assert!(limits.take(&both, now).await.admitted(), "{name}");
        let refused = limits.take(&both, now).await;
        assert_eq!(refused.refused, Some("day"), "{name}");
        assert_eq!(refused.violated().collect::<Vec<_>>(), ["day"], "{name}");
        assert!(limits.take(&both[..1], now).await.admitted(), "{name}");
    }
}

#[tokio::test]
async fn a_steady_drip_of_refused_requests_locks_nobody_out() {
    for (name, limits) in limiters().await {
        let minute = [charge(fresh(), "minute", Span::MINUTE, 2)];
        let mut admitted = 0;
        for second in 0..600 {
            admitted += usize::from(limits.take(&minute, Time::from_ms(second * 1_000)).await.admitted());
        }
        assert_eq!(admitted, 20, "{name}");
    }
}

#[tokio::test]
async fn looking_counts_nothing() {
    for (name, limits) in limiters().await {
        let (minute, now) = ([charge(fresh(), "minute", Span::MINUTE, 1)], Time::from_ms(1_000_000));
        for _ in 0..3 {
            assert_eq!(limits.peek(&minute, now).await.windows[0].remaining, 1, "{name}");
        }
        assert!(limits.take(&minute, now).await.admitted(), "{name}");
        let left = limits.peek(&minute, now).await;
        assert_eq!((left.windows[0].remaining, left.windows[0].reset_seconds), (0, 60), "{name}");
    }
}

#[tokio::test]
async fn a_changed_limit_holds_from_the_next_request() {
    for (name, limits) in limiters().await {
        let (subject, now) = (fresh(), Time::from_ms(1_000_000));
        let at = |limit| [charge(subject, "minute", Span::MINUTE, limit)];
        for _ in 0..3 {
            assert!(limits.take(&at(5), now).await.admitted(), "{name}");
        }
        assert!(!limits.take(&at(3), now).await.admitted(), "{name}");
        assert!(limits.take(&at(4), now).await.admitted(), "{name}");
    }
}

#[tokio::test]
async fn a_cost_beyond_the_limit_is_refused_and_waits_no_longer_than_the_window() {
    for (name, limits) in limiters().await {
        let mut minute = charge(fresh(), "minute", Span::MINUTE, 5);
        minute.cost = 6;
        let refused = limits.take(&[minute], Time::from_ms(1_000_000)).await;
        assert_eq!((refused.admitted(), refused.retry_after_seconds), (false, 60), "{name}");
    }
}

/// One step of a script: milliseconds since the one before, which window, its limit, the cost, and whether it only looks.
type Step = (i64, usize, u64, u64, bool);

async fn run(limits: &Limits, subject: Subject, steps: &[Step]) -> Vec<Decision> {
    let mut at = 10_000_000;
    let mut decisions = Vec::new();
    for (later, which, limit, cost, look) in steps {
        at += later;
        let mut charges = vec![
            charge(subject, "second", Span::Sliding { seconds: 1 }, *limit),
            charge(subject, "minute", Span::MINUTE, limit + 3),
            charge(subject, "day", Span::UtcDay, 30),
        ];
        charges.truncate(which + 1);
        charges.iter_mut().for_each(|charge| charge.cost = *cost);
        let now = Time::from_ms(at);
        decisions.push(if *look { limits.peek(&charges, now).await } else { limits.take(&charges, now).await });
    }
    decisions
}

/// Redis may let a key go only after its window has passed by the real clock, so the steps are short enough to stay within.
#[tokio::test(flavor = "multi_thread")]
async fn all_limiters_decide_the_same_for_the_same_events() {
    let limiters = limiters().await;
    let later = prop_oneof![Just(0), Just(1), Just(999), Just(1_000), 0..20_000_i64];
    let script = vec((later, 0..3_usize, 0..5_u64, 0..3_u64, any::<bool>()), 1..60);
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() });
    let handle = tokio::runtime::Handle::current();
    let outcome = runner.run(&script, |steps| {
        let subject = fresh();
        let all: Vec<Vec<Decision>> = tokio::task::block_in_place(|| {
            limiters.iter().map(|(_, limits)| handle.block_on(run(limits, subject, &steps))).collect()
        });
        prop_assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:#?}");
        Ok(())
    });
    outcome.unwrap();
}

#[tokio::test]
async fn h84_subjects_that_come_once_are_forgotten() {
    let memory = Memory::default();
    for subject in 0..100_000_u32 {
        let address = std::net::IpAddr::from(subject.to_be_bytes());
        let charges =
            Policy::new(&LimitSettings::default()).charges(Payer::Address(address), LimitClass::Read, "listItems");
        assert!(memory.take(&charges, Time::from_ms(0)).admitted());
    }
    assert_eq!(memory.subjects(), 100_000);

    memory.sweep(Time::from_ms(59_999));
    assert_eq!(memory.subjects(), 100_000);
    memory.sweep(Time::from_ms(60_000));
    assert_eq!(memory.subjects(), 0);
}

#[tokio::test]
async fn s79_while_redis_is_away_this_instance_counts_alone_and_signing_in_is_stricter() {
    // A port that nobody listens on: reserved, then given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let redis = Redis::open(&format!("redis://127.0.0.1:{port}").into(), RedisTime::Server, &patient(2)).await.unwrap();
    assert!(!redis.is_there().await);
    let limits = Limits::Redis(Box::new(redis));
    let policy = Policy::new(&LimitSettings::default());
    let now = Time::from_ms(1_000_000);

    let account = Payer::Account { id: "usr_1", tier: Tier::Free, via: Via::Key };
    let decision = limits.take(&policy.charges(account, LimitClass::Read, "listKeys"), now).await;
    assert_eq!((decision.admitted(), decision.windows[0].limit), (true, 30));

    let address = Payer::Address("192.0.2.1".parse().unwrap());
    let sign_in = policy.charges(address, LimitClass::Auth, "loginWithPassword");
    assert!(limits.take(&sign_in, now).await.admitted());
    assert!(limits.take(&sign_in, now).await.admitted());
    assert!(!limits.take(&sign_in, now).await.admitted());
    assert!(!limits.is_whole().await);
}
