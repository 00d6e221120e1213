use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use sea_query::Query;
use secrecy::ExposeSecret as _;

use super::*;
use crate::config::SiweSettings;
use crate::domain::ids::{RequestId, UserId};
use crate::domain::keys::{End, Environment, KeyChange, Secret};
use crate::domain::scopes::{Scope, Scopes};
use crate::domain::sessions::{RETRY, RefreshSecret, TradeError};
use crate::domain::users::Email;
use crate::store::keys as stored_keys;
use crate::store::scratch::{self, Scratch};
use crate::store::tables::RefreshTokens;

const PASSWORD: &str = "a walk along the quay at dawn";

pub(super) struct House {
    pub(super) auth: Arc<Auth>,
    pub(super) clock: Clock,
    pub(super) db: Db,
    _scratch: Scratch,
}

impl House {
    pub(super) async fn each() -> Vec<Self> {
        let mut houses = Vec::new();
        for scratch in scratch::each().await {
            let clock = Clock::stopped_now();
            let auth = start(&scratch.db, &clock, "a-secret-key-of-this-test").await.unwrap().auth;
            houses.push(Self { auth: Arc::new(auth), clock, db: scratch.db.clone(), _scratch: scratch });
        }
        houses
    }

    pub(super) async fn signed_in(&self, email: &str) -> Pair {
        let email = Email::parse(email).unwrap();
        self.auth.register(&email, PASSWORD, None, &visitor()).await.unwrap();
        self.auth.sign_in(&email, PASSWORD, &visitor()).await.unwrap()
    }

    async fn key_of(&self, owner: KeyOwner, scopes: Scopes) -> (crate::domain::keys::Key, String) {
        let order = KeyOrder {
            name: "test".to_owned(),
            scopes,
            owner,
            environment: Environment::Live,
            tier: None,
            ends: End::Never,
        };
        let (key, secret) = make_key(&self.db, order, self.clock.now(), &Random::default()).await.unwrap();
        (key, secret.show_once())
    }

    pub(super) async fn by_token(&self, token: &str) -> Result<Option<Identity>, AuthError> {
        self.auth.identify(Presented { bearer: Some(token), ..Presented::default() }).await
    }

    async fn by_key(&self, key: &str) -> Result<Option<Identity>, AuthError> {
        self.auth.identify(Presented { api_key: Some(key), ..Presented::default() }).await
    }
}

pub(super) fn visitor() -> Visitor {
    Visitor {
        caller: None,
        address: Ipv4Addr::LOCALHOST.into(),
        request_id: RequestId::new(Clock::default().now(), &Random::default()).unwrap(),
        user_agent: None,
    }
}

pub(super) async fn refresh(auth: &Auth, token: &RefreshSecret) -> Result<Pair, RefreshError> {
    let session = auth.session_of(token).await?.ok_or(TradeError::Invalid)?;
    auth.refresh(token, &session, &visitor()).await
}

pub(super) async fn start(db: &Db, clock: &Clock, secret_key: &str) -> Result<Started, StartError> {
    let settings = AuthSettings {
        public_url: "https://api.example.com".to_owned(),
        secret_keys: vec![secret_key.into()],
        root_key: Some("the-root-key".into()),
        redis_url: None,
        siwe: SiweSettings::default(),
        mail_arrives: false,
    };
    Auth::start(settings, db.clone(), clock.clone(), Random::default()).await
}

pub(super) fn text(token: &RefreshSecret) -> String {
    token.secret().expose_secret().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_fifty_refreshes_of_one_token_all_get_its_one_successor() {
    for house in House::each().await {
        let first = house.signed_in("ada@example.com").await;
        let refreshes = (0..50).map(|_| {
            let (auth, token) = (Arc::clone(&house.auth), RefreshSecret::parse(&text(&first.refresh_token)).unwrap());
            tokio::spawn(async move { refresh(&auth, &token).await })
        });
        let mut successors = Vec::new();
        for answer in futures_util::future::join_all(refreshes).await {
            successors.push(text(&answer.unwrap().unwrap().refresh_token));
        }
        successors.dedup();
        assert_eq!(successors.len(), 1);
        assert_ne!(successors[0], text(&first.refresh_token));
    }
}

#[tokio::test]
async fn s3_a_second_use_ends_the_family_and_its_access_tokens() {
    for house in House::each().await {
        let first = house.signed_in("ada@example.com").await;
        let second = refresh(&house.auth, &first.refresh_token).await.unwrap();
        let third = refresh(&house.auth, &second.refresh_token).await.unwrap();
        assert!(house.by_token(&third.access_token).await.is_ok());

        let reused = refresh(&house.auth, &first.refresh_token).await;
        assert!(matches!(reused, Err(RefreshError::Refused(TradeError::Reused))));
        for pair in [&first, &second, &third] {
            assert!(matches!(house.by_token(&pair.access_token).await, Err(AuthError::EndedSession)));
            assert!(refresh(&house.auth, &pair.refresh_token).await.is_err());
        }
    }
}

#[tokio::test]
async fn s4_a_lost_answer_is_given_again_for_ten_seconds() {
    for house in House::each().await {
        let first = house.signed_in("ada@example.com").await;
        let second = refresh(&house.auth, &first.refresh_token).await.unwrap();
        house.clock.advance(RETRY);
        let again = refresh(&house.auth, &first.refresh_token).await.unwrap();
        assert_eq!(text(&again.refresh_token), text(&second.refresh_token));

        house.clock.advance(Duration::from_millis(1));
        let late = refresh(&house.auth, &first.refresh_token).await;
        assert!(matches!(late, Err(RefreshError::Refused(TradeError::Reused))));
        assert!(refresh(&house.auth, &second.refresh_token).await.is_err());
    }
}

#[tokio::test]
async fn s6_daily_refreshes_end_after_90_days() {
    let house = House::each().await.remove(0);
    let mut pair = house.signed_in("ada@example.com").await;
    for _ in 1..90 {
        house.clock.advance(Duration::from_secs(24 * 3600));
        pair = refresh(&house.auth, &pair.refresh_token).await.unwrap();
    }
    house.clock.advance(Duration::from_secs(24 * 3600));
    assert!(matches!(refresh(&house.auth, &pair.refresh_token).await, Err(RefreshError::Refused(TradeError::Invalid))));
}

#[tokio::test]
async fn s10_neither_a_refresh_token_nor_its_successor_stands_in_the_store() {
    let house = House::each().await.remove(0);
    let first = house.signed_in("ada@example.com").await;
    let second = refresh(&house.auth, &first.refresh_token).await.unwrap();
    let statement =
        Query::select().columns([RefreshTokens::Hash, RefreshTokens::Successor]).from(RefreshTokens::Table).to_owned();
    let rows: Vec<(String, Option<String>)> = house.db.read().await.unwrap().fetch_all(&statement).await.unwrap();

    assert_eq!(rows.len(), 2);
    for secret in [text(&first.refresh_token), text(&second.refresh_token)] {
        assert!(!format!("{rows:?}").contains(secret.trim_start_matches("gpr_")));
    }
}

#[tokio::test]
async fn s17_a_key_and_a_token_together_have_the_rights_of_both_or_none() {
    for house in House::each().await {
        let ada = house.signed_in("ada@example.com").await;
        let bob = house.signed_in("bob@example.com").await;
        let items = Scopes::of(&[Scope::ReadItems]);
        let (_, of_ada) = house.key_of(KeyOwner::Id(ada.user_id), items).await;
        let ask = |key, token| {
            house.auth.identify(Presented { api_key: Some(key), bearer: Some(token), ..Presented::default() })
        };

        let both = ask(&of_ada, &ada.access_token).await.unwrap().unwrap();
        assert!(both.scopes.covers(items) && !both.scopes.covers(Scopes::of(&[Scope::WriteItems])));
        assert!(matches!(ask(&of_ada, &bob.access_token).await, Err(AuthError::Mismatch)));
        assert!(matches!(ask(&of_ada, &of_ada).await, Err(AuthError::Mismatch)));
        assert!(matches!(ask("the-root-key", &ada.access_token).await, Err(AuthError::Mismatch)));
        assert!(matches!(ask("gp_live_junk", &ada.access_token).await, Err(AuthError::UnknownKey)));
        assert!(matches!(ask(&of_ada, "a.b.c").await, Err(AuthError::InvalidToken)));
        assert!(ask(&of_ada, "the-root-key").await.is_err());
    }
}

#[tokio::test]
async fn s56_a_revoked_key_is_refused_by_the_next_request_although_it_was_cached() {
    for house in House::each().await {
        let (mut key, secret) = house.key_of(KeyOwner::Administrator, Scopes::NONE).await;
        assert!(house.by_key(&secret).await.is_ok());

        key.revoked_at = Some(house.clock.now());
        let mut tx = house.db.write().await.unwrap();
        stored_keys::update(&mut tx, &key).await.unwrap();
        tx.commit().await.unwrap();
        house.auth.forget_key(&key.hash);
        assert!(matches!(house.by_key(&secret).await, Err(AuthError::RevokedKey)));
    }
}

#[tokio::test]
async fn s56_a_cached_key_still_ends_at_its_end() {
    for house in House::each().await {
        let (key, secret) = house.key_of(KeyOwner::Administrator, Scopes::NONE).await;
        let end = house.clock.now().plus(Duration::from_secs(5));
        let key =
            key.change(KeyChange { expires_at: Some(Some(end)), ..KeyChange::default() }, house.clock.now()).unwrap();
        let mut tx = house.db.write().await.unwrap();
        stored_keys::update(&mut tx, &key).await.unwrap();
        tx.commit().await.unwrap();

        house.clock.advance(Duration::from_millis(4_999));
        assert!(house.by_key(&secret).await.is_ok());
        house.clock.advance(Duration::from_millis(1));
        assert!(matches!(house.by_key(&secret).await, Err(AuthError::ExpiredKey)));
    }
}

#[tokio::test]
async fn s57_the_last_use_is_written_late_and_never_more_than_a_minute() {
    for house in House::each().await {
        let (key, secret) = house.key_of(KeyOwner::Administrator, Scopes::NONE).await;
        let last_used = async || {
            house.auth.flush().await.unwrap();
            stored_keys::find_owned(&mut house.db.read().await.unwrap(), &key.id, &key.owner)
                .await
                .unwrap()
                .unwrap()
                .last_used_at
        };
        assert_eq!(last_used().await, None);
        let first = house.clock.now();
        for _ in 0..3 {
            house.by_key(&secret).await.unwrap();
            house.clock.advance(Duration::from_secs(20));
        }
        assert_eq!(last_used().await, Some(first));
        let minute_later = house.clock.now();
        house.by_key(&secret).await.unwrap();
        assert_eq!(last_used().await, Some(minute_later));
    }
}

#[tokio::test]
async fn s62_the_root_key_acts_as_the_administrator_and_nothing_like_it_does() {
    for house in House::each().await {
        let root = house.by_key("the-root-key").await.unwrap().unwrap();
        assert_eq!((root.user_id, root.credential), (UserId::ADMINISTRATOR, Credential::RootKey));
        for other in ["the-root-ke", "the-root-key ", "The-root-key", ""] {
            assert!(matches!(house.by_key(other).await, Err(AuthError::UnknownKey)), "{other}");
        }
    }
}

#[tokio::test]
async fn s62_an_empty_file_gets_one_root_key_and_postgres_gets_none() {
    for scratch in scratch::each().await {
        let bare = || AuthSettings {
            public_url: "x".to_owned(),
            secret_keys: vec!["k".into()],
            root_key: None,
            redis_url: None,
            siwe: SiweSettings::default(),
            mail_arrives: false,
        };
        let begin = || Auth::start(bare(), scratch.db.clone(), Clock::default(), Random::default());
        let started = begin().await.unwrap();
        assert_eq!(started.root_key.is_some(), scratch.db.is_embedded());
        if let Some(made) = started.root_key {
            let secret = made.show_once();
            assert!(Secret::parse(&secret).is_some());
            let who = started
                .auth
                .identify(Presented { api_key: Some(&secret), ..Presented::default() })
                .await
                .unwrap()
                .unwrap();
            assert_eq!((who.user_id, who.scopes), (UserId::ADMINISTRATOR, Scopes::ADMIN));
        }
        assert!(begin().await.unwrap().root_key.is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_processes_that_start_together_share_one_signing_key() {
    for scratch in scratch::each().await {
        let clock = Clock::stopped_now();
        let starts = futures_util::future::join_all((0..4).map(|_| start(&scratch.db, &clock, "shared"))).await;
        let mut kids: Vec<String> = starts.into_iter().map(|s| s.unwrap().auth.published()[0].kid.clone()).collect();
        kids.dedup();
        assert_eq!(kids.len(), 1);
    }
}

#[tokio::test]
async fn another_secret_key_does_not_open_the_signing_keys() {
    for scratch in scratch::each().await {
        let clock = Clock::stopped_now();
        start(&scratch.db, &clock, "old").await.unwrap();
        assert!(matches!(start(&scratch.db, &clock, "new").await, Err(StartError::Sealed(_))));
    }
}

#[tokio::test]
async fn s68_registering_twice_changes_nothing_and_a_wrong_password_is_like_an_unknown_account() {
    for house in House::each().await {
        let ada = house.signed_in("ada@example.com").await;
        let email = Email::parse("ADA@example.com").unwrap();
        house.auth.register(&email, "another password of somebody", None, &visitor()).await.unwrap();

        let again = house.auth.sign_in(&email, PASSWORD, &visitor()).await.unwrap();
        assert_eq!(again.user_id, ada.user_id);
        for (email, password) in [("ada@example.com", "another password of somebody"), ("eve@example.com", PASSWORD)] {
            let refused = house.auth.sign_in(&Email::parse(email).unwrap(), password, &visitor()).await;
            assert!(matches!(refused, Err(SignInError::Wrong)));
        }
    }
}
