//! S120: a stop drains what is under way and ends with 0; what was counted is written.

use std::time::Duration;

use crate::support::Engine;
use crate::support::process::Home;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_is_graceful_and_loses_no_usage() {
    let home = Home::new(Engine::Sqlite).await;
    let process = home.start(&[]);
    let root = process.root();
    for _ in 0..7 {
        root.get("/v1/me").await.is(200);
    }
    assert!(process.stop(Duration::from_secs(10)), "it did not end with 0 in time");

    let process = home.start(&[]);
    let usage = process.root().get("/v1/usage?groupBy=operation&interval=minute").await.is(200).body;
    let buckets =
        usage["data"].as_array().expect("buckets").iter().filter(|bucket| bucket["operation"] == "getCurrentUser");
    let count: i64 = buckets.filter_map(|bucket| bucket["count"].as_i64()).sum();
    assert_eq!(count, 7, "{usage}");
}

/// With nothing set, the first start prints a root key, once, and keeps it as a hash only (S62).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_start_prints_a_root_key_once() {
    let home = Home::new(Engine::Sqlite).await;
    let process = home.start(&[("API_KEY", "")]);
    let printed = process.printed_more(Duration::from_secs(5), "gp_live_").expect("a root key is printed");
    let key: String =
        printed.split("gp_live_").nth(1).expect("the key").chars().take_while(char::is_ascii_alphanumeric).collect();
    let root = process.root().with_key(&format!("gp_live_{key}"));
    assert_eq!(root.get("/v1/me").await.is(200).body["role"], "admin");
    assert!(process.stop(Duration::from_secs(10)));

    let again = home.start(&[("API_KEY", "")]);
    assert!(again.printed_more(Duration::from_secs(1), "gp_live_").is_none(), "it is printed once");
    assert_eq!(again.root().with_key(&format!("gp_live_{key}")).get("/v1/me").await.is(200).body["role"], "admin");
    for file in ["gatepost.db", "gatepost.db-wal"] {
        let bytes = std::fs::read(home.path().join("data").join(file)).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains(&key), "the key stands in {file}");
    }
}
