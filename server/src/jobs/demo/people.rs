//! Who takes part.

use serde::Deserialize;

use super::{Stage, named, rows};
use crate::domain::identities::{Identity, Platform};
use crate::domain::ids::{IdentityId, UserId};
use crate::domain::users::{Role, Tier, User};
use crate::problem::Problem;
use crate::store::{Tx, identities, users};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Person {
    name: String,
    role: String,
    tier: String,
    days_ago: u64,
    /// An id from before Discord was there: nobody's.
    discord: String,
}

pub(super) async fn fill(stage: &mut Stage<'_>, tx: &mut Tx) -> Result<(), Problem> {
    for person in rows::<Person>(include_str!("people.json"))? {
        let at = stage.days_ago(person.days_ago);
        let (role, tier): (Role, Tier) = (named(&person.role)?, named(&person.tier)?);
        let opened = User::opened(UserId::new(at, &stage.app.random)?, Some(person.name.clone()), at);
        users::insert_if_new(tx, &User { role, tier, ..opened.clone() }, None).await?;
        let identity = Identity {
            id: IdentityId::new(at, &stage.app.random)?,
            owner: opened.id,
            platform: Platform::Discord,
            identity: person.discord,
            is_primary: true,
            created_at: at,
        };
        identities::insert_if_new(tx, &identity).await?;
        stage.people.insert(person.name, opened.id);
    }
    Ok(())
}
