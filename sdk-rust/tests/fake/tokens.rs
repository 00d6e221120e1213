//! Tokens: kept, sent, renewed once for everybody.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use gatepost_sdk::auth::{FileTokens, MemoryTokens, TokenStore as _, Tokens};
use gatepost_sdk::{Client, Error};

use crate::support::{Asked, Fake, Reply, account, pair};

const REFRESH: &str = "/v1/auth/refresh";
const LOGIN: &str = "/v1/auth/login";

/// Takes `access-N` of the newest pair alone; a refresh token trades once.
struct Tokened {
    newest: AtomicUsize,
}

impl Tokened {
    async fn start(newest: usize) -> Fake {
        let this = Self { newest: AtomicUsize::new(newest) };
        Fake::start(move |_, asked| this.answer(asked)).await
    }

    fn answer(&self, asked: &Asked) -> Reply {
        let newest = self.newest.load(Ordering::SeqCst);
        match asked.path.as_str() {
            LOGIN => Reply::json(200, &pair(newest, 900)),
            REFRESH if asked.json()["refreshToken"] == format!("refresh-{newest}") => {
                self.newest.store(newest + 1, Ordering::SeqCst);
                Reply::json(200, &pair(newest + 1, 900))
            }
            REFRESH => Reply::problem(401, "REUSED"),
            _ if asked.header("authorization") == Some(&format!("Bearer access-{newest}")) => {
                Reply::json(200, &account())
            }
            _ => Reply::problem(401, "EXPIRED"),
        }
    }
}

/// Tokens of the first pair, whose access token has that long to live.
fn first(life: Duration) -> Tokens {
    Tokens::new("access-0", Some("refresh-0".into()), Some(life))
}

async fn fifty(client: &Client) -> Vec<Error> {
    let calls = join_all((0..50).map(|_| async { client.get_me().send().await.map(|_| ()) })).await;
    calls.into_iter().filter_map(Result::err).collect()
}

#[tokio::test]
async fn fifty_calls_at_expiry_make_one_renewal_and_no_failure() {
    let fake = Tokened::start(0).await;
    let client = fake.builder().tokens(MemoryTokens::with(first(Duration::ZERO))).build().expect("a client");
    assert!(fifty(&client).await.is_empty());
    assert_eq!(fake.count(REFRESH), 1);
    assert!(
        fake.asked()
            .iter()
            .filter(|asked| asked.path != REFRESH)
            .all(|asked| asked.header("authorization") == Some("Bearer access-1"))
    );
}

#[tokio::test]
async fn fifty_calls_that_are_refused_make_one_renewal_and_no_failure() {
    // The server thinks that the token has ended, the client's clock does not.
    let fake = Tokened::start(0).await;
    let stale = Tokens::new("access-old", Some("refresh-0".into()), Some(Duration::from_secs(900)));
    let client = fake.builder().tokens(MemoryTokens::with(stale)).build().expect("a client");
    assert!(fifty(&client).await.is_empty());
    assert_eq!(fake.count(REFRESH), 1);
}

#[tokio::test]
async fn a_renewal_that_fails_fails_for_everybody_once_and_forgets_the_tokens() {
    let fake = Tokened::start(7).await;
    let store = std::sync::Arc::new(MemoryTokens::with(first(Duration::ZERO)));
    let client = fake.builder().tokens(std::sync::Arc::clone(&store)).build().expect("a client");
    let errors = fifty(&client).await;
    assert_eq!(errors.len(), 50);
    assert!(errors.iter().all(|error| matches!(error, Error::Refresh(_)) && error.is_unauthenticated()), "{errors:?}");
    assert_eq!(errors[0].code(), Some("REUSED"));
    assert_eq!(fake.count(REFRESH), 1, "a renewal never renews itself");
    assert_eq!(store.load().await.expect("a store"), None);
}

#[tokio::test]
async fn a_renewal_whose_answer_is_lost_is_repeated() {
    let fake = Fake::start(|number, asked| match asked.path.as_str() {
        REFRESH if number == 0 => Reply::Drops,
        REFRESH => Reply::json(200, &pair(1, 900)),
        _ => Reply::json(200, &account()),
    })
    .await;
    let client = fake.builder().tokens(MemoryTokens::with(first(Duration::ZERO))).build().expect("a client");
    client.get_me().send().await.expect("renewed at the second try");
    assert_eq!(fake.count(REFRESH), 2);
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_lose_the_new_tokens() {
    let fake = Tokened::start(0).await;
    let client = fake.builder().tokens(MemoryTokens::with(first(Duration::ZERO))).build().expect("a client");
    let gave_up = tokio::time::timeout(Duration::from_millis(1), client.get_me().send()).await;
    assert!(gave_up.is_err(), "it took longer than that");
    client.get_me().send().await.expect("the renewal went on");
    assert_eq!(fake.count(REFRESH), 1);
}

#[tokio::test]
async fn an_aging_token_is_renewed_behind_the_calls() {
    let fake = Tokened::start(0).await;
    let mut aging = first(Duration::from_secs(900));
    // 60 s are left: more than calls wait for, less than it is left alone.
    aging.issued_at_ms -= 840_000;
    aging.expires_at_ms = aging.expires_at_ms.map(|end| end - 840_000);
    let client = fake.builder().tokens(MemoryTokens::with(aging)).build().expect("a client");
    client.get_me().send().await.expect("with the old token, or the new");
    while fake.count(REFRESH) == 0 {
        tokio::task::yield_now().await;
    }
    client.get_me().send().await.expect("with the new token");
    assert_eq!(fake.count(REFRESH), 1);
}

#[tokio::test]
async fn signing_in_keeps_the_tokens_and_signing_out_forgets_them() {
    let fake = Tokened::start(0).await;
    let store = std::sync::Arc::new(MemoryTokens::new());
    let client =
        fake.builder().client_id("gp_pub_app").tokens(std::sync::Arc::clone(&store)).build().expect("a client");
    client.login_with_password().body_map(|body| body.email("ada@example.com").password("x")).send().await.expect("in");
    client.get_me().send().await.expect("the token is sent");
    let kept = store.load().await.expect("a store").expect("kept");
    assert_eq!((kept.access_token.as_str(), kept.user_id.as_deref()), ("access-0", Some("usr_1")));

    let asked = fake.asked();
    assert_eq!(asked[0].header("x-api-key"), Some("gp_pub_app"), "the sign-in names the program");
    assert!(kept.with_key, "and the tokens are bound to it");
    assert_eq!(asked[1].header("x-api-key"), None, "a token goes alone");
    client.forget_tokens().await.expect("forgotten");
    assert_eq!(store.load().await.expect("a store"), None);
}

#[tokio::test]
async fn a_renewal_sends_the_key_only_where_the_sign_in_sent_it() {
    for with_key in [false, true] {
        let fake = Tokened::start(0).await;
        let mut tokens = first(Duration::ZERO);
        tokens.with_key = with_key;
        let store = std::sync::Arc::new(MemoryTokens::with(tokens));
        let client =
            fake.builder().api_key("gp_test_key").tokens(std::sync::Arc::clone(&store)).build().expect("a client");
        client.get_me().send().await.expect("renewed");
        let sent = fake.asked()[0].header("x-api-key").map(str::to_owned);
        assert_eq!(sent, with_key.then(|| "gp_test_key".to_owned()));
        assert_eq!(store.load().await.expect("a store").map(|tokens| tokens.with_key), Some(with_key));
    }
}

#[tokio::test]
async fn without_a_store_no_tokens_are_kept() {
    let fake = Tokened::start(0).await;
    let client = fake.builder().build().expect("a client");
    client.login_with_password().body_map(|body| body.email("ada@example.com").password("x")).send().await.expect("in");
    client.get_me().send().await.expect_err("one visitor's token is not the next visitor's");
    assert_eq!(fake.asked()[1].header("authorization"), None);
}

#[tokio::test]
async fn two_processes_share_a_file_and_renew_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/tokens.json");
    FileTokens::new(&path).save(&first(Duration::ZERO)).await.expect("saved");
    let fake = Tokened::start(0).await;
    let process = || fake.builder().tokens(FileTokens::new(&path)).build().expect("a client");
    let (one, two) = (process(), process());
    // Both have loaded the old tokens.
    one.get_me().send().await.expect("renewed");
    two.get_me().send().await.expect("took what the other kept");
    assert_eq!(fake.count(REFRESH), 1);
}

#[tokio::test]
async fn a_token_file_is_its_owners_alone_and_never_half_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tokens.json");
    let store = FileTokens::new(&path);
    assert_eq!(store.load().await.expect("nothing there"), None);
    for life in 0..20 {
        store.save(&first(Duration::from_secs(life))).await.expect("saved");
        assert!(store.load().await.expect("whole").is_some());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside it");
    store.clear().await.expect("cleared");
    store.clear().await.expect("cleared twice");
    assert_eq!(store.load().await.expect("nothing there"), None);
}
