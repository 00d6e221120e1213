//! Limits under load, and with Redis gone: exactly as many pass as may, nobody gets a 5xx, and what was counted is counted
//! (promise 9; S74, S78, S79; F18, F34).
//!
//! Counted by the UTC day, so that a slow machine changes nothing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::support::Engine;
use crate::support::database::service;
use crate::support::load::{Asker, Statuses};
use crate::support::process::{Home, Process};
use crate::support::servers::Redis;

const CONNECTIONS: usize = 64;
const REQUESTS: usize = 20_000;
const LIMIT: usize = 1_000;
const SOON: Duration = Duration::from_secs(30);

/// Runs it within one UTC day: two minutes before its end, the next one is awaited.
async fn within_a_day<F: Future<Output = ()>>(run: impl Fn() -> F) {
    while seconds_of_the_day() > 86_400 - 120 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    run().await;
}

#[expect(clippy::disallowed_methods, reason = "the server's clock is the machine's")]
fn seconds_of_the_day() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs() % 86_400
}

/// An account's key.
async fn key(process: &Process, email: &str) -> String {
    let key = process.owner(email).await.create_key(&["read"]).await;
    key["secret"].as_str().expect("a secret").to_owned()
}

fn asker(process: &Process, key: &str) -> Asker {
    Asker::get(&process.base, "/v1/me", key)
}

/// What is left of the day, as the server tells.
async fn left(process: &Process, key: &str) -> u64 {
    let limits = process.nobody().with_key(key).get("/v1/rate-limit").await.is(200).body;
    let windows = limits["windows"].as_array().expect("windows");
    let day = windows.iter().find(|window| window["name"] == "day").expect("a day");
    day["remaining"].as_u64().expect("a number")
}

fn of(statuses: &Statuses, status: u16) -> usize {
    statuses.get(&status).copied().unwrap_or(0)
}

/// Waits until a process says that Redis is there, or away.
async fn until_redis_is(process: &Process, status: &str) {
    let began = std::time::Instant::now();
    loop {
        let ready = process.nobody().get("/ready").await.is(200).body;
        let checks = ready["checks"].as_array().expect("checks").clone();
        if checks.iter().any(|check: &Value| check["name"] == "redis" && check["status"] == status) {
            return;
        }
        assert!(began.elapsed() < SOON, "redis is not {status}: {ready}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_9_s74_of_20_000_requests_exactly_the_limit_passes_and_a_restart_gives_no_new_day() {
    within_a_day(|| async {
        let home = Home::new(Engine::Sqlite).await;
        let day = [("LIMITS_FREE_PER_DAY", "1001")];
        let process = home.start(&day);
        // Making the key is the one that is over the thousand.
        let key = key(&process, "ada@example.com").await;
        let statuses = asker(&process, &key).ask(CONNECTIONS, REQUESTS).await;
        assert_eq!((of(&statuses, 200), of(&statuses, 429)), (LIMIT, REQUESTS - LIMIT), "{statuses:?}");

        let other = self::key(&process, "grace@example.com").await;
        asker(&process, &other).ask(1, 10).await;
        assert!(process.stop(SOON), "it did not end with 0 in time");
        let process = home.start(&day);
        assert_eq!((left(&process, &key).await, left(&process, &other).await), (0, 990));
        assert_eq!(of(&asker(&process, &key).ask(1, 5).await, 429), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_9_s74_three_processes_with_redis_let_exactly_the_limit_pass_together() {
    within_a_day(|| async {
        let home = Home::new(Engine::Postgres).await;
        let redis = service("GATEPOST_TEST_REDIS_URL");
        let settings = [("REDIS_URL", redis.as_str()), ("LIMITS_FREE_PER_DAY", "1001")];
        let processes = [(); 3].map(|()| home.start_one_of_many(&settings));
        let key = key(&processes[0], "ada@example.com").await;
        let part = async |process, requests| asker(process, &key).ask(CONNECTIONS / 3, requests).await;
        let [one, two, three] = processes.each_ref();
        let third = REQUESTS / 3;
        let answers = tokio::join!(part(one, third), part(two, third), part(three, REQUESTS - 2 * third));
        let all = |status| of(&answers.0, status) + of(&answers.1, status) + of(&answers.2, status);
        assert_eq!((all(200), all(429)), (LIMIT, REQUESTS - LIMIT), "{answers:?}");
        for process in &processes {
            assert_eq!(left(process, &key).await, 0);
        }
    })
    .await;
}

/// 1,000 a day for two processes. 100 are used; Redis goes, and each process allows half of what was left, no more; it
/// comes back empty, and what was used before and meanwhile is used. All the while somebody else asks and notices nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_9_s79_redis_goes_and_comes_back_empty_and_nobody_gets_an_error_or_a_new_limit() {
    within_a_day(|| async {
        let home = Home::new(Engine::Postgres).await;
        let mut redis = Redis::start();
        let url = redis.url();
        let settings = [("REDIS_URL", url.as_str()), ("LIMITS_FREE_PER_DAY", "1001"), ("LIMITS_INSTANCES", "2")];
        let (one, two) = (home.start_one_of_many(&settings), home.start_one_of_many(&settings));
        let (used_up, half_used) = (key(&one, "ada@example.com").await, key(&one, "grace@example.com").await);
        let root = crate::support::process::ROOT_KEY;
        let others = [asker(&one, root).keep_asking(2), asker(&two, root).keep_asking(2)];

        for key in [&used_up, &half_used] {
            for process in [&one, &two] {
                assert_eq!(of(&asker(process, key).ask(4, 50).await, 200), 50);
            }
            // Each has seen the last count.
            assert_eq!((left(&one, key).await, left(&two, key).await), (900, 900));
        }

        redis.stop();
        until_redis_is(&one, "degraded").await;
        until_redis_is(&two, "degraded").await;
        for process in [&one, &two] {
            let statuses = asker(process, &used_up).ask(8, 600).await;
            assert_eq!((of(&statuses, 200), of(&statuses, 429)), (450, 150), "its half of what was left: {statuses:?}");
            assert_eq!(of(&asker(process, &half_used).ask(4, 100).await, 200), 100);
        }

        redis.start_again();
        until_redis_is(&one, "ok").await;
        until_redis_is(&two, "ok").await;
        for process in [&one, &two] {
            asker(process, &used_up).ask(1, 1).await;
            assert_eq!(of(&asker(process, &half_used).ask(1, 1).await, 200), 1);
        }
        assert_eq!((left(&one, &used_up).await, left(&two, &used_up).await), (0, 0));
        let (one_left, two_left) = (left(&one, &half_used).await, left(&two, &half_used).await);
        assert_eq!((one_left, two_left), (698, 698), "100 before, 200 meanwhile, 2 after");

        for going in others {
            let statuses = going.stop().await;
            assert!(statuses.keys().all(|status| *status == 200), "{statuses:?}");
        }
    })
    .await;
}
