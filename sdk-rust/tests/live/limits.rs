//! Limits: every answer and the refusal say where each window stands.

use std::time::Duration;

use gatepost_sdk::Client;
use gatepost_sdk::types::SetKeyLimits;

use crate::client;

#[tokio::test]
async fn every_answer_and_the_refusal_say_where_each_window_stands() {
    let root = client();
    let limits = SetKeyLimits { per_minute: Some(2), per_day: Some(1000) };
    let make = root.create_key().body_map(|key| key.name("Two calls").limits(limits));
    let made = make.send().await.expect("made");
    let limited = Client::builder().base_url(root.base_url()).api_key(made.secret.as_str()).max_retries(0);
    let limited = limited.build().expect("a client");
    assert_eq!(limited.rate_limit(), None);

    let first = limited.get_current_user().send().await.expect("counted").rate_limit().expect("said");
    assert_eq!((first.policy.as_deref(), first.limit, first.remaining), (Some("key-minute"), Some(2), Some(1)));
    assert_eq!(first.window, Some(Duration::from_mins(1)));
    let told = limited.get_rate_limit().send().await.expect("told");
    let stands: Vec<_> = first.windows.iter().map(|window| (window.limit, window.remaining)).collect();
    let told = told.windows.iter().map(|one| (u64::try_from(one.limit).ok(), u64::try_from(one.remaining).ok()));
    assert_eq!(stands, told.collect::<Vec<_>>());

    limited.get_current_user().send().await.expect("counted");
    let refused = limited.get_current_user().send().await.expect_err("used up");
    let full = refused.rate_limit().expect("said");
    assert_eq!((full.policy.as_deref(), full.remaining), (Some("key-minute"), Some(0)));
    assert_eq!((refused.retry_after(), limited.rate_limit().as_ref()), (full.reset, Some(full)));
    root.revoke_key().key_id(&made.id).send().await.expect("revoked");
}
