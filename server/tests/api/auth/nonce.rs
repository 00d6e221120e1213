use crate::support::{TestApp, rows};

both_engines! {
    async fn s44_nonces_that_nobody_uses_take_no_room(app) {
        let keyed = app.owner().await.keyed(&[]).await;
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..50 {
            let nonce = keyed.post_nothing("/v1/auth/nonce").await.is(200).text("nonce");
            assert!(nonce.len() >= 32 && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nonce}");
            assert!(seen.insert(nonce));
        }
        assert_eq!(rows(&app.app, "used_nonces").await, 0);
    }
}

#[tokio::test]
async fn a_nonce_ends_after_ten_minutes_and_says_so() {
    let app = TestApp::sqlite().await;
    let answer = app.root().post_nothing("/v1/auth/nonce").await.is(200);
    let ends = app.clock.now().plus(std::time::Duration::from_secs(600));

    assert_eq!(answer.text("expiresAt"), ends.to_rfc3339());
}
