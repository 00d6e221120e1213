//! The public half of a signed key, for as long as the key works.

use crate::app::App;
use crate::domain::ids::KeyId;
use crate::domain::keys::{KeyStatus, line};
use crate::generated::oauth::{KeyJwk, KeyJwkSet};
use crate::problem::Problem;
use crate::store::keys;

pub(super) async fn published(app: &App, id: &str) -> Result<KeyJwkSet, Problem> {
    let key = living(app, id).await?.ok_or_else(|| Problem::not_found("There is no such key."))?;
    Ok(KeyJwkSet { keys: vec![key] })
}

/// Nothing tells a key that never was from one that ended or was stopped (S39).
async fn living(app: &App, id: &str) -> Result<Option<KeyJwk>, Problem> {
    let Ok(id) = id.parse::<KeyId>() else { return Ok(None) };
    let Some(found) = keys::find_with_owner(&mut *app.db.read().await?, &id).await? else { return Ok(None) };
    let status = line::status(&found.key, &found.above, None, app.clock.now());
    let works = status == KeyStatus::Active && !found.owner_disabled;
    let Some(signed) = found.key.signed.filter(|_| works) else { return Ok(None) };
    let jwk: serde_json::Value = serde_json::from_str(&signed.public_jwk).map_err(Problem::broken)?;
    let member = |name: &str| jwk.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    Ok(Some(KeyJwk {
        kty: member("kty").unwrap_or_default(),
        use_: "sig".to_owned(),
        alg: signed.algorithm,
        kid: id.to_string(),
        crv: member("crv"),
        x: member("x"),
        y: member("y"),
        n: member("n"),
        e: member("e"),
    }))
}
