//! The one account of the demo that can be signed in to, so that the portal has something to show: its keys, what was
//! called with them, what happened, and a secret in the vault. Its password is made anew each time and shown once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{Stage, calls, named, rows, webhook};
use crate::app::App;
use crate::domain::identities::{Identity, Platform};
use crate::domain::ids::{IdentityId, UserId};
use crate::domain::keys::{Bounds, End, Key, Labels, NewKey, told};
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier, User};
use crate::domain::vault::{Kept, Place};
use crate::problem::Problem;
use crate::store::{Tx, events, identities, keys, passwords, users, vault};

const NAME: &str = "Robin Ashdown";
const EMAIL: &str = "robin@demo.example";

/// A password that was made now.
pub(super) struct Password {
    text: SecretString,
    hash: String,
}

impl Password {
    pub(super) async fn make(app: &App) -> Result<Self, Problem> {
        let text = URL_SAFE_NO_PAD.encode(app.random.bytes::<18>()?);
        let hash = app.auth.hash_password(&text).await.map_err(Problem::broken)?;
        Ok(Self { text: text.into(), hash })
    }
}

/// How to sign in to the demo.
pub struct Host(SecretString);

impl Host {
    /// The address.
    #[must_use]
    pub const fn email(&self) -> &'static str {
        EMAIL
    }

    /// The password, for the one line that shows it.
    #[must_use]
    pub fn show_once(self) -> String {
        self.0.expose_secret().to_owned()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Given {
    name: String,
    description: String,
    scopes: Vec<String>,
    environment: String,
    namespace: Option<String>,
    days_ago: u64,
    state: String,
    used_hours_ago: Option<u64>,
}

/// Opens the account.
pub(super) async fn open(stage: &mut Stage<'_>, tx: &mut Tx, password: Password) -> Result<Host, Problem> {
    let at = stage.days_ago(365);
    let opened = User::opened(UserId::new(at, &stage.app.random)?, Some(NAME.to_owned()), at);
    let user = User { email: Some(EMAIL.to_owned()), role: Role::Member, tier: Tier::Pro, ..opened };
    if !users::insert_if_new(tx, &user, Some(password.hash)).await? {
        return Err(Problem::broken(format!("{EMAIL} has an account")));
    }
    passwords::note_verified(tx, &user.id, at).await?;
    let identity = Identity {
        id: IdentityId::new(at, &stage.app.random)?,
        owner: user.id,
        platform: Platform::Discord,
        identity: "21000000000000099".to_owned(),
        is_primary: true,
        created_at: at,
    };
    identities::insert_if_new(tx, &identity).await?;
    stage.people.insert(NAME.to_owned(), user.id);
    Ok(Host(password.text))
}

/// What is on its desk.
pub(super) async fn fill(stage: &Stage<'_>, tx: &mut Tx) -> Result<(), Problem> {
    let owner = stage.who(NAME)?;
    let mut made = Vec::new();
    for given in rows::<Given>(include_str!("keys.json"))? {
        made.push(key(stage, tx, owner, given).await?);
    }
    calls::fill(stage, tx, owner, &made).await?;
    webhook::fill(stage, tx, owner).await?;
    let place = Place { owner, namespace: "payments".to_owned(), name: "stripe".to_owned() };
    let sealed = stage.app.vault.seal(place, 1, "a-secret-of-the-demo", stage.days_ago(30), &stage.app.random)?;
    let kept = Kept { description: Some("Nothing that opens anything.".to_owned()), ..sealed };
    vault::insert(tx, &kept).await?;
    Ok(())
}

async fn key(stage: &Stage<'_>, tx: &mut Tx, owner: UserId, given: Given) -> Result<Key, Problem> {
    let at = stage.days_ago(given.days_ago);
    let scopes = given.scopes.iter().map(|scope| named(scope)).collect::<Result<Vec<_>, _>>()?;
    let ended = given.used_hours_ago.map_or(stage.now, |hours| stage.hours_ago(hours.saturating_sub(1)));
    let new = NewKey {
        owner,
        name: given.name,
        description: Some(given.description),
        environment: named(&given.environment)?,
        scopes: scopes.into_iter().collect(),
        tier: None,
        ends: if given.state == "expired" { End::At(ended) } else { End::Never },
        labels: Labels { namespace: given.namespace, ..Labels::default() },
        bounds: Bounds::default(),
        parent: None,
    };
    // Nobody is shown the secret: these keys are there to be looked at.
    let (key, _) = Key::make(new, at, &stage.app.random)?;
    let when = |state: &str| (given.state == state).then_some(ended);
    let key = Key {
        last_used_at: given.used_hours_ago.map(|hours| stage.hours_ago(hours)),
        disabled_at: when("disabled"),
        revoked_at: when("revoked"),
        ..key
    };
    keys::insert(tx, &key).await?;
    tell(stage, tx, &key, at).await?;
    Ok(key)
}

async fn tell(stage: &Stage<'_>, tx: &mut Tx, key: &Key, at: Time) -> Result<(), Problem> {
    let random = &stage.app.random;
    events::tell(tx, (at, random), &key.owner, &told::created(key)).await?;
    if let Some(ended) = key.revoked_at {
        events::tell(tx, (ended, random), &key.owner, &told::revoked(key, ended)).await?;
    }
    Ok(())
}
