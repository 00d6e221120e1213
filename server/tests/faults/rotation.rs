//! New keys under way: the one that signs (S30), and the one that seals.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::Engine;
use crate::support::process::{Home, Process, SECRET_KEY};

const NEW: &str = "another-secret-key-for-tests-of-forty-ch";

async fn kids(process: &Process) -> Vec<String> {
    let set = process.nobody().get("/.well-known/jwks.json").await.is(200).body;
    set["keys"].as_array().into_iter().flatten().filter_map(|key| key["kid"].as_str().map(ToOwned::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_every_process_publishes_the_next_key_within_ten_seconds() {
    let home = Home::new(Engine::Postgres).await;
    let (one, two) = (home.start_one_of_many(&[]), home.start_one_of_many(&[]));
    let owner = one.owner("ada@example.com").await;
    assert_eq!(kids(&one).await.len(), 1);
    let (good, printed) = home.run("rotate-signing-key", &[]);
    assert!(good, "{printed}");

    let began = Instant::now();
    for process in [&one, &two] {
        while kids(process).await.len() < 2 {
            assert!(began.elapsed() < Duration::from_secs(15), "the next key is not published");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        process.seen_by(&owner).get("/v1/auth/me").await.is(200);
    }
    assert_eq!(kids(&one).await, kids(&two).await);
    assert!(kids(&one).await.iter().any(|kid| printed.contains(kid)), "{printed}");
}

async fn after_resealing_the_old_key_opens_nothing(engine: Engine) {
    let home = Home::new(engine).await;
    let process = home.start_one_of_many(&[]);
    let owner = process.owner("ada@example.com").await;
    assert!(process.stop(Duration::from_secs(10)));

    let both: String = format!("{NEW},{SECRET_KEY}");
    let check = |keys: &str| home.run("check-config", &[("SECRET_KEY", keys)]).1;
    assert!(check(&both).contains("1 signing keys stand under an old SECRET_KEY"), "{}", check(&both));
    let (good, printed) = home.run("reseal", &[("SECRET_KEY", NEW)]);
    assert!(!good && printed.contains("1 left"), "without the old key nothing can be moved: {printed}");
    let (good, printed) = home.run("reseal", &[("SECRET_KEY", &both)]);
    assert!(good && printed.contains("signing keys: 1 sealed anew, 0 left"), "{printed}");
    let (good, printed) = home.run("reseal", &[("SECRET_KEY", &both)]);
    assert!(good && printed.contains("signing keys: 0 sealed anew, 0 left"), "{printed}");
    assert!(!check(&both).contains("under an old SECRET_KEY"), "{}", check(&both));

    let (good, printed) = home.run("reseal", &[("SECRET_KEY", SECRET_KEY)]);
    assert!(!good && printed.contains("1 left"), "the old key opens nothing: {printed}");
    let process = home.start_one_of_many(&[("SECRET_KEY", NEW)]);
    let me: Value = process.seen_by(&owner).get("/v1/auth/me").await.is(200).body;
    assert_eq!(me["id"].as_str(), owner.user_id.as_deref(), "nobody is signed out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_resealing_the_old_key_opens_nothing_sqlite() {
    after_resealing_the_old_key_opens_nothing(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_resealing_the_old_key_opens_nothing_postgres() {
    after_resealing_the_old_key_opens_nothing(Engine::Postgres).await;
}
