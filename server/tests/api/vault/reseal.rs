//! After a rotation of `SECRET_KEY` (S103).

use gatepost::random::Random;
use gatepost::seal::Resealed;
use gatepost::store::vault::{self as store, list};
use gatepost::vault::{Vault, reseal};

use super::{put, service, value};
use crate::support::{TestApp, sql};

const OLD: &str = "a-secret-key-for-tests-of-40-characters!";
const NEW: &str = "another-secret-key-for-tests-of-45-characters";

fn keys(secrets: &[&str]) -> Vault {
    Vault::new(&secrets.iter().map(|secret| (*secret).into()).collect::<Vec<_>>())
}

/// How many of the account's secrets these keys open, and how many there are.
async fn opened(app: &TestApp, owner: &str, keys: &Vault) -> (usize, usize) {
    let owner = owner.parse().expect("an id");
    let mut connection = app.app.db.read().await.expect("a connection");
    let all = list(&mut connection, &owner, "shop", None, 1_000).await.expect("secrets");
    (all.iter().filter(|kept| keys.open(kept).is_ok()).count(), all.len())
}

both_engines! {
    async fn afterwards_the_old_key_opens_nothing_and_the_new_one_all(app) {
        let service = service(&app).await;
        let owner = service.user_id.clone().expect("an account");
        for number in 0..3 {
            put(&service, &format!("name-{number}"), &format!("the value of number {number}")).await;
        }
        let both = keys(&[NEW, OLD]);
        assert_eq!(opened(&app, &owner, &keys(&[OLD])).await, (3, 3));

        let done = reseal(&app.app.db, &both, &Random::default()).await.expect("resealed");
        assert_eq!(done, Resealed { done: 3, left: 0 });
        assert_eq!(opened(&app, &owner, &keys(&[OLD])).await, (0, 3));
        assert_eq!(opened(&app, &owner, &keys(&[NEW])).await, (3, 3));
        // Done once is done: it can be broken off and begun again.
        let again = reseal(&app.app.db, &both, &Random::default()).await.expect("resealed");
        assert_eq!(again, Resealed::default());
        // The server that still knows the old key alone gives nothing away.
        service.get("/v1/vault/shop/name-0").await.refuses(500, "INTERNAL");
    }

    async fn s103_several_at_once_and_more_than_a_batch_lose_nothing(app) {
        let service = service(&app).await;
        let owner = service.user_id.clone().expect("an account");
        let (id, old, both) = (owner.parse().expect("an id"), keys(&[OLD]), keys(&[NEW, OLD]));
        let mut tx = app.app.db.write().await.expect("a transaction");
        for number in 0..250 {
            let place = gatepost::domain::vault::Place { owner: id, namespace: "shop".to_owned(), name: format!("{number:03}") };
            let kept = old.seal(place, 1, "a value", app.clock.now(), &Random::default()).expect("sealed");
            store::insert(&mut tx, &kept).await.expect("kept");
        }
        tx.commit().await.expect("kept");

        let random = Random::default();
        let (one, two) = tokio::join!(reseal(&app.app.db, &both, &random), reseal(&app.app.db, &both, &random));
        let (one, two) = (one.expect("resealed"), two.expect("resealed"));
        assert_eq!((one.done + two.done, one.left, two.left), (250, 0, 0));
        assert_eq!(opened(&app, &owner, &keys(&[NEW])).await, (250, 250));
    }

    async fn what_no_key_opens_is_counted_and_left_as_it_is(app) {
        let service = service(&app).await;
        put(&service, "good", "a-value-that-is-long").await;
        put(&service, "moved", "a-value-that-is-moved").await;
        sql::run(&app, "UPDATE vault SET name = 'elsewhere' WHERE name = 'moved'").await;

        let done = reseal(&app.app.db, &keys(&[NEW, OLD]), &Random::default()).await.expect("resealed");
        assert_eq!(done, Resealed { done: 1, left: 1 });
        sql::run(&app, "UPDATE vault SET name = 'moved' WHERE name = 'elsewhere'").await;
        assert_eq!(value(&service, "moved").await, "a-value-that-is-moved");
    }
}
