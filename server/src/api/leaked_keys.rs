//! Keys that a scanner found where everybody can read them: revoked at once, and their owners told.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::json;

use crate::app::App;
use crate::auth::Visitor;
use crate::domain::audit::{Action, Change};
use crate::domain::events::KeyLeakedData;
use crate::domain::keys::{Key, KeyKind, told};
use crate::domain::time::Time;
use crate::generated::keys::{LeakLabel, LeakedKey, LeakedKeyLabel};
use crate::problem::{Problem, kind};
use crate::store::{Tx, audit, events, keys, users};

/// Whether the report's bytes are signed by one who may report (S61).
pub(super) fn check(app: &App, signed_by: (Option<&str>, Option<&str>), bytes: &[u8]) -> Result<(), Problem> {
    let keys = &app.config.leak_report_keys;
    if keys.is_empty() {
        return Err(Problem::not_found("This server takes no reports of leaked keys."));
    }
    let refused = || Problem::new(&kind::INVALID_SIGNATURE, "The body is not signed by a key that may report.");
    let (Some(name), Some(signature)) = signed_by else { return Err(refused()) };
    if keys.signed(name, signature, bytes) { Ok(()) } else { Err(refused()) }
}

/// Revokes what is ours, and says what was.
pub(super) async fn report(
    app: &App,
    visitor: &Visitor,
    found: Vec<LeakedKey>,
) -> Result<Vec<LeakedKeyLabel>, Problem> {
    let (mut labels, mut ours) = (Vec::with_capacity(found.len()), Vec::new());
    for leak in found {
        let key = leaked_key(app, &leak.token).await?;
        let is_ours = key.is_some() || is_root(app, &leak.token);
        labels.push(label(&leak, is_ours));
        ours.extend(key.map(|key| (key, leak)));
    }
    revoke(app, visitor, ours).await?;
    Ok(labels)
}

/// A publishable key is made to be seen: to find one is no leak.
async fn leaked_key(app: &App, token: &str) -> Result<Option<Key>, Problem> {
    let found = app.auth.find_key(token).await?;
    Ok(found.filter(|found| found.found.key.kind != KeyKind::Publishable).map(|found| found.found.key.clone()))
}

/// The root key from the environment cannot be revoked from here.
fn is_root(app: &App, token: &str) -> bool {
    let is_root = app.auth.is_root(token);
    if is_root {
        tracing::error!("the root key was found in public: set another API_KEY now");
    }
    is_root
}

fn label(leak: &LeakedKey, is_ours: bool) -> LeakedKeyLabel {
    let hash = digest(&SHA256, leak.token.as_bytes());
    LeakedKeyLabel {
        token_hash: hex(hash.as_ref()),
        token_type: leak.type_.clone(),
        label: if is_ours { LeakLabel::TruePositive } else { LeakLabel::FalsePositive },
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

async fn revoke(app: &App, visitor: &Visitor, mut leaks: Vec<(Key, LeakedKey)>) -> Result<(), Problem> {
    if leaks.is_empty() {
        return Ok(());
    }
    // One order everywhere, so that two reports of the same accounts do not wait for each other.
    leaks.sort_unstable_by_key(|(key, _)| (key.owner, key.id));
    let mut tx = app.db.write().await?;
    let mut all = Vec::new();
    for (key, leak) in &leaks {
        // No child is made while its parent goes.
        users::hold(&mut tx, &key.owner, true).await?;
        let now = app.clock.now();
        let ids = keys::with_children(&mut tx, &key.id).await?;
        let revoked = keys::revoke(&mut tx, ids, now).await?;
        for ended in &revoked {
            tell(app, &mut tx, ended, (ended.id == key.id).then_some(leak), now).await?;
        }
        all.extend(revoked);
    }
    let now = app.clock.now();
    for key in &all {
        audit::record(&mut tx, (now, &app.random), &visitor.actor(), &change(key, now)).await?;
    }
    tx.commit().await?;
    all.iter().for_each(|key| app.auth.forget_key(&key.hash));
    Ok(())
}

/// The owner learns of the key that was found, and of those that went with it.
async fn tell(app: &App, tx: &mut Tx, key: &Key, leak: Option<&LeakedKey>, now: Time) -> Result<(), Problem> {
    let moment = (now, &app.random);
    match leak {
        Some(LeakedKey { source, url, .. }) => {
            let (key_id, name) = (key.id.to_string(), key.name.clone());
            let data = KeyLeakedData { key_id, name, source: source.clone(), url: url.clone(), revoked_at: now };
            events::tell(tx, moment, &key.owner, &data).await?;
        }
        None => {
            events::tell(tx, moment, &key.owner, &told::revoked(key, now)).await?;
        }
    }
    Ok(())
}

fn change(key: &Key, now: Time) -> Change {
    let after = Some(json!({ "revokedAt": now.to_rfc3339() }));
    Change { action: Action::KeyLeaked, target: key.id.to_string(), owner: Some(key.owner), before: None, after }
}
