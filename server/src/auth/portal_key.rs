//! The publishable key that is there from the first start, with which the portal calls what needs an application's key.

use url::Url;

use super::StartError;
use crate::domain::ids::KeyId;
use crate::domain::keys::{Key, Origins, Secret};
use crate::domain::time::Time;
use crate::random::Random;
use crate::store::{Tx, keys};

/// Makes the key where it is missing, and binds it to where the portal is now. One that was revoked stays revoked.
pub(super) async fn keep(tx: &mut Tx, public_url: &str, now: Time, random: &Random) -> Result<(), StartError> {
    let origin = Url::parse(public_url).map(|url| url.origin().ascii_serialization());
    let Some(origins) = origin.ok().and_then(|origin| Origins::parse(&[origin]).ok()) else { return Ok(()) };
    match keys::find_with_owner(tx, &KeyId::PORTAL).await? {
        None => keys::insert(tx, &Key::of_portal(origins, now, random)?).await?,
        Some(found) if found.key.bounds.origins != origins => {
            let mut key = found.key;
            key.bounds.origins = origins;
            keys::update(tx, &key).await?;
        }
        Some(_) => {}
    }
    Ok(())
}

/// What the portal presents, with `Origin` as of `PUBLIC_URL`.
#[must_use]
pub fn portal_key() -> String {
    Secret::of_portal().show_once()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::start::administrator;
    use crate::domain::keys::{KeyKind, KeyStatus};
    use crate::store::{Db, scratch, users};

    const NOW: Time = Time::from_ms(1_795_348_800_000);

    async fn kept(db: &Db, public_url: &str) -> Key {
        let mut tx = db.write().await.unwrap();
        users::insert_if_new(&mut tx, &administrator(NOW), None).await.unwrap();
        keep(&mut tx, public_url, NOW, &Random::default()).await.unwrap();
        let key = keys::find_with_owner(&mut tx, &KeyId::PORTAL).await.unwrap().unwrap().key;
        tx.commit().await.unwrap();
        key
    }

    #[tokio::test]
    async fn it_is_there_once_and_follows_where_the_portal_is() {
        for scratch in scratch::each().await {
            let first = kept(&scratch.db, "https://example.com/gatepost").await;
            assert_eq!((first.kind, Secret::parse(&portal_key())), (KeyKind::Publishable, Some(first.hash)));
            assert!(first.scopes.is_empty() && first.bounds.origins.allow(Some("https://example.com")));

            let moved = kept(&scratch.db, "https://portal.example.com").await;
            assert_eq!((moved.id, moved.hash), (first.id, first.hash));
            assert!(!moved.bounds.origins.allow(Some("https://example.com")));
        }
    }

    #[tokio::test]
    async fn once_revoked_it_stays_revoked() {
        for scratch in scratch::each().await {
            let mut key = kept(&scratch.db, "https://example.com").await;
            key.revoked_at = Some(NOW);
            let mut tx = scratch.db.write().await.unwrap();
            keys::update(&mut tx, &key).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(kept(&scratch.db, "https://other.example.com").await.status(NOW), KeyStatus::Revoked);
        }
    }
}
