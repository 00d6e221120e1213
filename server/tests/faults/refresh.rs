//! Refresh tokens while many ask at once, answers are lost, and processes die (S2, S4, S9).

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::process::Home;
use crate::support::wire::Wire;
use crate::support::{Actor, Answer, Engine, TestApp, client};

const MANY: usize = 1_000;
/// Of fifty presentations, in the ordinary run. SECURITY.md wants a thousand:
/// `GATEPOST_ROUNDS=1000 scripts/with-services.sh cargo nextest run -p gatepost --no-capture -E 'test(/s2_.*round_after_round/)'`
const ROUNDS: usize = 20;
const AT_ONCE: usize = 50;

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says how long")]
fn rounds() -> usize {
    std::env::var("GATEPOST_ROUNDS").map_or(ROUNDS, |text| text.parse().expect("a number"))
}

async fn refresh(actor: &Actor, token: &str) -> Answer {
    actor.post("/v1/auth/refresh", json!({ "refreshToken": token })).await
}

/// Every one of so many is answered 200, with one and the same successor: this.
async fn the_one_successor(callers: &[Actor], many: usize, token: &str) -> String {
    let asked = (0..many).map(|number| refresh(&callers[number % callers.len()], token));
    let mut successors: Vec<String> =
        join_all(asked).await.into_iter().map(|answer| answer.is(200).text("refreshToken")).collect();
    successors.dedup();
    assert_eq!(successors.len(), 1);
    successors.remove(0)
}

async fn all_get_one_successor(callers: &[Actor], token: &str) {
    let successor = the_one_successor(callers, MANY, token).await;
    refresh(&callers[0], &successor).await.is(200);
}

both_engines! {
    async fn s2_a_thousand_refreshes_at_once_get_one_successor(app) {
        let token = app.owner().await.refresh_token.expect("a token");
        all_get_one_successor(&[app.nobody()], &token).await;
    }

    async fn s4_a_lost_answer_costs_nothing(app) {
        let owner = app.owner().await;
        let first = owner.refresh_token.clone().expect("a token");
        let wire = Wire::to(&app.base).await;
        wire.lose(1);
        let body: Value = json!({ "refreshToken": first });
        let lost = client().post(format!("{}/v1/auth/refresh", wire.base)).json(&body).send().await;
        assert!(lost.is_err(), "the answer is lost");

        let nobody = Actor::nobody(client(), wire.base.clone());
        let again = refresh(&nobody, &first).await.is(200).text("refreshToken");
        assert_eq!(refresh(&nobody, &first).await.is(200).text("refreshToken"), again);
        let third = refresh(&nobody, &again).await.is(200).text("refreshToken");
        assert_eq!(app.events(&owner, "session.reuse_detected").await, 0);
        refresh(&nobody, &first).await.refuses(401, "REFRESH_TOKEN_REUSED");
        refresh(&nobody, &third).await.refuses(401, "INVALID_REFRESH_TOKEN");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_a_thousand_refreshes_through_two_processes_get_one_successor() {
    let redis = crate::support::database::service("GATEPOST_TEST_REDIS_URL");
    let home = Home::new(Engine::Postgres).await;
    let (one, two) =
        (home.start_one_of_many(&[("REDIS_URL", &redis)]), home.start_one_of_many(&[("REDIS_URL", &redis)]));
    let token = one.owner("ada@example.com").await.refresh_token.expect("a token");
    all_get_one_successor(&[one.nobody(), two.nobody()], &token).await;
}

/// Two processes, each of which knows nothing of the other's turns: round after round the store alone decides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_round_after_round_fifty_refreshes_through_two_processes_get_one_successor() {
    let redis = crate::support::database::service("GATEPOST_TEST_REDIS_URL");
    let home = Home::new(Engine::Postgres).await;
    let (one, two) =
        (home.start_one_of_many(&[("REDIS_URL", &redis)]), home.start_one_of_many(&[("REDIS_URL", &redis)]));
    let owner = one.owner("ada@example.com").await;
    let callers = [one.nobody(), two.nobody()];
    let mut token = owner.refresh_token.clone().expect("a token");
    let (began, rounds) = (Instant::now(), rounds());
    for _ in 0..rounds {
        token = the_one_successor(&callers, AT_ONCE, &token).await;
    }
    println!("two processes: {rounds} rounds of {AT_ONCE}, one successor after each, in {:?}", began.elapsed());
    two.seen_by(&owner).get("/v1/auth/me").await.is(200);
}

async fn a_killed_process_forgets_no_use(engine: Engine) {
    let home = Home::new(engine).await;
    let process = home.start(&[]);
    let owner = process.owner("ada@example.com").await;
    let first = owner.refresh_token.clone().expect("a token");
    let second = refresh(&process.nobody(), &first).await.is(200).text("refreshToken");
    let third = refresh(&process.nobody(), &second).await.is(200).text("refreshToken");
    process.kill();

    let process = home.start(&[]);
    refresh(&process.nobody(), &first).await.refuses(401, "REFRESH_TOKEN_REUSED");
    refresh(&process.nobody(), &third).await.refuses(401, "INVALID_REFRESH_TOKEN");
    assert!(process.stop(Duration::from_secs(10)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s9_a_use_survives_kill_9_sqlite() {
    a_killed_process_forgets_no_use(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s9_a_use_survives_kill_9_postgres() {
    a_killed_process_forgets_no_use(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_daily_refreshes_end_on_day_90_and_not_before() {
    let app = TestApp::sqlite().await;
    let mut token = app.owner().await.refresh_token.expect("a token");
    for _ in 0..89 {
        app.clock.advance(Duration::from_secs(24 * 3600));
        token = refresh(&app.nobody(), &token).await.is(200).text("refreshToken");
    }
    app.clock.advance(Duration::from_millis(24 * 3_600_000 - 1));
    token = refresh(&app.nobody(), &token).await.is(200).text("refreshToken");
    app.clock.advance(Duration::from_millis(1));
    refresh(&app.nobody(), &token).await.refuses(401, "INVALID_REFRESH_TOKEN");
}
