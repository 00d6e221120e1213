//! Receivers that misbehave: each is tried as the schedule says, none costs memory, and nobody else waits for them
//! (S88, S90, S96; F20–F27).

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::process::Home;
use crate::support::receiver::{Receiver, Reply};
use crate::support::{Actor, Engine, TestApp};

const NEAR: (&str, &str) = ("WEBHOOKS_ALLOW", "127.0.0.0/8");
const QUICK: &[(&str, &str)] = &[NEAR, ("WEBHOOKS_TIMEOUT_SECONDS", "1")];
/// Whoever hangs does so for longer than the test takes.
const PATIENT: &[(&str, &str)] = &[NEAR, ("WEBHOOKS_TIMEOUT_SECONDS", "600")];
const WAITS: [f64; 9] = [5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0];
const TEN_GIGABYTES: u64 = 10 * 1_000 * 1_000 * 1_000;

/// Somebody with a key, which outlives the days that schedules take.
async fn owner(app: &TestApp) -> Actor {
    app.owner().await.keyed(&["read", "write", "webhooks"]).await
}

/// A new endpoint there, told of keys alone; its path.
async fn register(owner: &Actor, receiver: &Receiver) -> String {
    let body = json!({ "url": receiver.url, "events": ["key.created"] });
    format!("/v1/webhooks/{}", owner.post("/v1/webhooks", body).await.is(201).text("id"))
}

/// The newest delivery of an endpoint, once `is` says so of it.
async fn newest(owner: &Actor, endpoint: &str, is: impl Fn(&Value) -> bool) -> Value {
    let looking = async {
        loop {
            let page = owner.get(&format!("{endpoint}/deliveries?limit=1")).await.is(200).body;
            if is(&page["data"][0]) {
                return page["data"][0].clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), looking).await.expect("it is seen")
}

/// How it answers, and what is written down of that: a status, or a failure.
fn failing(elsewhere: &'static str) -> Vec<(Reply, Value)> {
    vec![
        (Reply::Hang, json!("timeout")),
        (Reply::TrickleHead, json!("timeout")),
        (Reply::EndlessHead, json!("connection")),
        (Reply::Close, json!("connection")),
        (Reply::Status(500, "", "broken"), json!(500)),
        (Reply::Status(429, "retry-after: 2\r\n", ""), json!(429)),
        (Reply::Status(301, elsewhere, ""), json!(301)),
        (Reply::Status(308, elsewhere, ""), json!(308)),
    ]
}

/// Seconds from now until a delivery's next attempt.
fn wait(app: &TestApp, delivery: &Value) -> Duration {
    let next = delivery["nextAttemptAt"].as_str().expect("a next attempt");
    gatepost::domain::time::Time::parse_rfc3339(next).expect("a time").since(app.clock.now())
}

both_engines! {
    with QUICK;
    async fn s88_s96_whoever_misbehaves_is_tried_ten_times_as_the_schedule_says(app) {
        let (owner, elsewhere) = (owner(&app).await, Receiver::start().await);
        let location: &'static str = Box::leak(format!("location: {}\r\n", elsewhere.url).into_boxed_str());
        let (mut bad, mut well) = (Vec::new(), Vec::new());
        for (reply, result) in failing(location) {
            let receiver = Receiver::that(reply).await;
            bad.push((register(&owner, &receiver).await, receiver, result));
        }
        // Who says 200 has it, however the rest comes.
        for reply in [Reply::Trickle, Reply::Long(TEN_GIGABYTES), Reply::Endless] {
            let receiver = Receiver::that(reply).await;
            well.push((register(&owner, &receiver).await, receiver));
        }
        let gone = Receiver::that(Reply::Status(410, "", "")).await;
        let left = register(&owner, &gone).await;

        owner.create_key(&["read"]).await;
        let mut ids = Vec::new();
        for tries in 1..=10_u8 {
            let mut longest = Duration::ZERO;
            for (endpoint, receiver, result) in &mut bad {
                ids.push(receiver.next().await.header("webhook-id").to_owned());
                let seen = newest(&owner, endpoint, |seen| seen["attemptCount"] == tries).await;
                let said = if result.is_number() { &seen["lastStatus"] } else { &seen["lastFailure"] };
                assert_eq!(said, result, "{seen}");
                let Some(scheduled) = WAITS.get(usize::from(tries) - 1) else {
                    assert_eq!((&seen["status"], &seen["nextAttemptAt"]), (&json!("failed"), &Value::Null));
                    continue;
                };
                let waits = wait(&app, &seen);
                let within = (0.799 * scheduled..=1.201 * scheduled).contains(&waits.as_secs_f64());
                assert!(within, "{result} after {tries}: {waits:?}");
                longest = longest.max(waits);
            }
            app.clock.advance(longest);
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "it is one event all along");
        for (endpoint, receiver) in &mut well {
            assert_eq!(receiver.all().len(), 1);
            assert_eq!(newest(&owner, endpoint, |seen| seen["status"] == "delivered").await["lastStatus"], 200);
        }
        assert_eq!(owner.get(&left).await.is(200).body["disabledCause"], "gone");
        assert!(elsewhere.is_empty(), "a redirect was followed");
        assert!(bad.iter().all(|(_, receiver, _)| receiver.is_empty()), "there was an eleventh try");
    }
}

both_engines! {
    with PATIENT;
    async fn s90_while_the_lanes_of_bad_receivers_are_full_all_others_are_told_everything(app) {
        const BAD: usize = 10;
        const WELL: usize = 10;
        const EVENTS: usize = 12;
        // As many as go to one endpoint at once.
        const LANE: usize = 8;
        let (victim, other) = (owner(&app).await, owner(&app).await);
        let (hanging, broken) = (Receiver::that(Reply::Hang).await, Receiver::that(Reply::Close).await);
        for _ in 0..BAD {
            register(&victim, &hanging).await;
            register(&other, &broken).await;
        }
        let mut well = Vec::new();
        for owner in [&victim, &other].into_iter().cycle().take(WELL) {
            let receiver = Receiver::start().await;
            register(owner, &receiver).await;
            well.push(receiver);
        }
        for _ in 0..EVENTS {
            victim.create_key(&["read"]).await;
        }
        let full = async {
            while hanging.hanging() < BAD * LANE {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), full).await.expect("the lanes fill");

        for _ in 0..EVENTS {
            victim.create_key(&["read"]).await;
            other.create_key(&["read"]).await;
        }
        for (number, receiver) in well.iter_mut().enumerate() {
            let events = if number % 2 == 0 { 2 * EVENTS } else { EVENTS };
            for _ in 0..events {
                receiver.next().await;
            }
        }
        assert_eq!(hanging.hanging(), BAD * LANE, "they hang still, and no more than that");
    }
}

/// Whatever is answered, it is read to a bound: 128 answers of 10 GB at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s96_ten_gigabytes_of_answer_cost_no_memory() {
    const MEGABYTE: u64 = 1 << 20;
    const ENDPOINTS: usize = 16;
    const EVENTS: usize = 8;
    let home = Home::new(Engine::Sqlite).await;
    let process = home.start(QUICK);
    let root = process.root();
    let mut peaks = Vec::new();
    let tell = async |reply: Reply| {
        let receiver = Receiver::that(reply).await;
        let mut endpoints = Vec::new();
        for _ in 0..ENDPOINTS {
            endpoints.push(register(&root, &receiver).await);
        }
        for _ in 0..EVENTS {
            root.create_key(&["read"]).await;
        }
        for endpoint in endpoints {
            newest(&root, &endpoint, |seen| seen["status"] == "delivered").await;
            let none_waits = format!("{endpoint}/deliveries?limit=1&status=pending");
            while root.get(&none_waits).await.is(200).body["data"] != json!([]) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            root.delete(&endpoint).await.is(204);
        }
        receiver
    };
    // What the same costs with answers as they should be.
    tell(Reply::Status(200, "", "well")).await;
    peaks.push(process.peak_memory());
    let mut long = tell(Reply::Long(TEN_GIGABYTES)).await;
    peaks.push(process.peak_memory());
    let answers = long.all().len();
    assert_eq!(answers, ENDPOINTS * EVENTS);
    let grown = (peaks[1] - peaks[0]) / MEGABYTE;
    println!(
        "{answers} answers of 10 GB: {} MB were taken off them, memory grew by {grown} MB from {} MB",
        long.body_bytes() / MEGABYTE,
        peaks[0] / MEGABYTE
    );
    assert!(grown < 32, "memory grew by {grown} MB");
    // The rest lies in buffers of the system.
    assert!(
        long.body_bytes() < 16 * MEGABYTE * u64::try_from(answers).expect("few"),
        "{} bytes were read",
        long.body_bytes()
    );
}
