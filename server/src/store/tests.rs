use std::sync::Arc;

use sea_query::{Expr, ExprTrait as _, Order, Query};

use super::tables::{SchemaMigrations, Users};
use super::{Db, StoreError, Tx, scratch, users};
use crate::domain::ids::UserId;
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier, User};
use crate::random::Random;

fn user(email: &str) -> User {
    User {
        id: UserId::new(Time::from_ms(1), &Random::default()).unwrap(),
        email: Some(email.to_owned()),
        name: None,
        role: Role::Authenticated,
        tier: Tier::Free,
        created_at: Time::from_ms(1),
        disabled_at: None,
    }
}

async fn insert(tx: &mut Tx, id: &str, email: &str) -> Result<u64, StoreError> {
    let statement = Query::insert()
        .into_table(Users::Table)
        .columns([Users::Id, Users::Email, Users::Role, Users::Tier, Users::CreatedAt])
        .values_panic([id.into(), email.into(), "member".into(), "free".into(), 1.into()])
        .to_owned();
    tx.execute(&statement).await
}

#[tokio::test]
async fn a_broken_unique_rule_has_one_name_on_both_engines() {
    for scratch in scratch::each().await {
        for (id, email, name) in [("usr_2", "a@b.de", "users_email"), ("usr_1", "c@d.de", "users_pkey")] {
            let mut tx = scratch.db.write().await.unwrap();
            insert(&mut tx, "usr_1", "a@b.de").await.unwrap();
            let error = insert(&mut tx, id, email).await.unwrap_err();
            assert!(matches!(&error, StoreError::Conflict(rule) if rule == name), "{}: {error}", scratch.db.engine());
        }
    }
}

#[tokio::test]
async fn what_is_not_committed_is_not_kept() {
    for scratch in scratch::each().await {
        let ada = user("ada@example.com");
        let mut tx = scratch.db.write().await.unwrap();
        assert!(users::insert_if_new(&mut tx, &ada, None).await.unwrap());
        drop(tx);
        assert_eq!(users::find(&mut scratch.db.read().await.unwrap(), &ada.id).await.unwrap(), None);

        let mut tx = scratch.db.write().await.unwrap();
        users::insert_if_new(&mut tx, &ada, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(users::find(&mut scratch.db.read().await.unwrap(), &ada.id).await.unwrap(), Some(ada));
    }
}

#[tokio::test]
async fn text_sorts_by_byte_on_both_engines() {
    for scratch in scratch::each().await {
        let mut tx = scratch.db.write().await.unwrap();
        for (id, email) in [("usr_1", "b"), ("usr_2", "B"), ("usr_3", "a"), ("usr_4", "_"), ("usr_5", "é")] {
            insert(&mut tx, id, email).await.unwrap();
        }
        let statement =
            Query::select().column(Users::Email).from(Users::Table).order_by(Users::Email, Order::Asc).to_owned();
        let rows: Vec<(String,)> = tx.fetch_all(&statement).await.unwrap();
        let sorted: Vec<&str> = rows.iter().map(|(email,)| email.as_str()).collect();
        assert_eq!(sorted, ["B", "_", "a", "b", "é"], "{}", scratch.db.engine());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_migrate_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let url = Arc::new(format!("sqlite://{}", folder.path().join("new.db").display()));
    let starts = (0..4).map(|_| {
        let url = Arc::clone(&url);
        tokio::spawn(async move { Db::open(&url).await.map(drop) })
    });
    for start in futures_util::future::join_all(starts).await {
        start.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_database_of_a_newer_gatepost_is_refused_by_name() {
    for scratch in scratch::each().await {
        let mut tx = scratch.db.write().await.unwrap();
        let statement = Query::insert()
            .into_table(SchemaMigrations::Table)
            .columns([SchemaMigrations::Name])
            .values_panic(["9999_add_wings".into()])
            .to_owned();
        tx.execute(&statement).await.unwrap();
        tx.commit().await.unwrap();

        let error = Db::open(&scratch.url).await.unwrap_err();
        assert!(matches!(&error, StoreError::Unusable(text) if text.contains("9999_add_wings")), "{error}");
    }
}

#[tokio::test]
async fn s119_a_database_that_is_away_is_unavailable() {
    // Nobody listens on port 9 of loopback.
    let error = Db::open("postgres://nobody@127.0.0.1:9/nothing").await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn an_address_of_neither_engine_is_refused() {
    for url in ["mysql://x", "gatepost.db", "sqlite::memory:", "sqlite://x?mode=memory"] {
        assert!(matches!(Db::open(url).await, Err(StoreError::Unusable(_))), "{url}");
    }
}

#[tokio::test]
async fn a_reference_to_nothing_is_refused_on_both_engines() {
    for scratch in scratch::each().await {
        let mut tx = scratch.db.write().await.unwrap();
        let statement = Query::update()
            .table(Users::Table)
            .value(Users::Name, "x")
            .and_where(Expr::col(Users::Id).eq("usr_0"))
            .to_owned();
        assert_eq!(tx.execute(&statement).await.unwrap(), 0);
        let session = crate::domain::sessions::Session::begin(
            user("x@y.de").id,
            crate::domain::sessions::Origin::default(),
            Time::from_ms(1),
            &Random::default(),
        )
        .unwrap();
        let error = super::sessions::insert(&mut tx, &session).await.unwrap_err();
        assert!(matches!(error, StoreError::Reference(_)), "{}: {error}", scratch.db.engine());
    }
}
