//! S117: every acknowledged write survives `kill -9`.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use crate::support::actor::item;
use crate::support::process::Home;
use crate::support::{Actor, Engine};

const ROUNDS: usize = 5;

/// Creates items until the server is gone; notes each that was acknowledged.
async fn create_until_gone(root: Actor, acknowledged: Arc<Mutex<Vec<String>>>) {
    while let Some(id) =
        root.try_post("/v1/items", item()).await.and_then(|body| body["id"].as_str().map(ToOwned::to_owned))
    {
        acknowledged.lock().expect("no panic while holding it").push(id);
    }
}

async fn no_acknowledged_item_is_lost(engine: Engine) {
    let home = Home::new(engine).await;
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..ROUNDS {
        let process = home.start(&[]);
        let streams: Vec<_> =
            (0..4).map(|_| tokio::spawn(create_until_gone(process.root(), acknowledged.clone()))).collect();
        tokio::time::sleep(Duration::from_millis(400 + 137 * u64::try_from(round).expect("a small number"))).await;
        process.kill();
        for stream in streams {
            stream.await.expect("the stream ends");
        }
    }
    let ids = acknowledged.lock().expect("no panic while holding it").clone();
    assert!(ids.len() > ROUNDS, "the streams wrote almost nothing: {}", ids.len());
    let process = home.start(&[]);
    for id in &ids {
        process.root().get(&format!("/v1/items/{id}")).await.is(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_loses_no_acknowledged_item_sqlite() {
    no_acknowledged_item_is_lost(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_loses_no_acknowledged_item_postgres() {
    no_acknowledged_item_is_lost(Engine::Postgres).await;
}
