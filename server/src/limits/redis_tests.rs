//! Redis that goes and comes back, behind a wire that the test can cut.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;
use crate::limits::{Subject, Window};

/// Carries bytes to the Redis of the harness while it is whole.
struct Wire {
    address: SocketAddr,
    whole: watch::Sender<bool>,
}

impl Wire {
    async fn to(redis: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, (whole, seen)) = (listener.local_addr().unwrap(), watch::channel(true));
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (redis, mut seen) = (redis.clone(), seen.clone());
                tokio::spawn(async move {
                    if !*seen.borrow_and_update() {
                        return;
                    }
                    let mut server = TcpStream::connect(redis).await.unwrap();
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                        _ = seen.wait_for(|whole| !whole) => {}
                    }
                });
            }
        });
        Self { address, whole }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s79_when_redis_comes_back_it_counts_again() {
    #[expect(clippy::disallowed_methods, reason = "the harness says in the environment where its Redis is")]
    let Ok(url) = std::env::var("GATEPOST_TEST_REDIS_URL") else { return };
    let redis = url.trim_start_matches("redis://").split('/').next().unwrap().to_owned();
    let wire = Wire::to(redis).await;
    let settings = LimitSettings { instances: Some(2), redis_ms: Some(60_000), ..LimitSettings::default() };
    let redis = Redis::open(&format!("redis://{}", wire.address).into(), RedisTime::Given, &settings).await.unwrap();
    let id: [u8; 8] = crate::random::Random::default().bytes().unwrap();
    let subject = Subject::new("test", &format!("{:x}", u64::from_le_bytes(id)));
    let minute = [Charge { subject, window: Window { name: "minute", span: Span::MINUTE, limit: 4 }, cost: 1 }];
    let take = async |at| redis.take(&minute, Time::from_ms(at)).await.windows[0];

    assert_eq!((take(1_000).await.limit, redis.is_there().await), (4, true));
    wire.whole.send(false).unwrap();
    // What is on the wire when it is cut may still arrive.
    while redis.is_there().await {}
    assert_eq!(take(2_000).await.limit, 2, "this instance allows its part");
    wire.whole.send(true).unwrap();
    assert!(redis.is_there().await);
    let back = take(3_000).await;
    assert_eq!((back.limit, back.remaining), (4, 1), "what was counted before, and here meanwhile, is counted");
}
