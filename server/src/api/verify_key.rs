//! `verifyKey`: whether a key is good, and the first reason why not, in the contract's order.

use crate::app::App;
use crate::auth::{AuthError, FoundKey};
use crate::domain::scopes::Scopes;
use crate::generated::keys::{KeyVerification, VerificationCode, VerifyKey};
use crate::limits::{Charges, Decision, LimitClass, Payer, Via};
use crate::problem::Problem;

const DAY: &str = "day";

pub(super) async fn verify(app: &App, body: VerifyKey) -> Result<KeyVerification, Problem> {
    let Some(key) = app.auth.find_key(&body.key).await? else { return Ok(unknown()) };
    if let Some(code) = refusal(&key, body.scopes.into_iter().collect(), app) {
        return Ok(known(&key, code, None));
    }
    let cost = u64::try_from(body.cost).unwrap_or(0);
    let decision = count(app, &key, cost).await;
    let code = match decision.refused {
        None => VerificationCode::Valid,
        Some(DAY) => VerificationCode::QuotaExceeded,
        Some(_) => VerificationCode::RateLimited,
    };
    if code == VerificationCode::Valid && cost > 0 {
        app.auth.note_use(&key);
    }
    let left = decision.tightest().map(|window| i64::try_from(window.remaining).unwrap_or(i64::MAX));
    Ok(known(&key, code, left))
}

fn refusal(key: &FoundKey, wanted: Scopes, app: &App) -> Option<VerificationCode> {
    match key.check(app.clock.now()) {
        Ok(()) if key.found.key.scopes.covers(wanted) => None,
        Ok(()) => Some(VerificationCode::InsufficientScope),
        Err(AuthError::RevokedKey) => Some(VerificationCode::Revoked),
        Err(AuthError::ExpiredKey) => Some(VerificationCode::Expired),
        Err(_) => Some(VerificationCode::Disabled),
    }
}

/// Counts the use against the key's own limits, all of it or nothing; with no cost it only looks.
async fn count(app: &App, key: &FoundKey, cost: u64) -> Decision {
    let now = app.clock.now();
    let mut charges = charges(app, key);
    for charge in &mut charges {
        charge.cost = cost;
    }
    if cost == 0 { app.limits.peek(&charges, now).await } else { app.limits.take(&charges, now).await }
}

fn charges(app: &App, key: &FoundKey) -> Charges {
    let (key, account_tier) = (&key.found.key, key.found.tier);
    let payer = match key.tier {
        Some(tier) => Payer::Key { id: key.id.as_str(), tier },
        None => Payer::Account { id: key.owner.as_str(), tier: account_tier, via: Via::Key },
    };
    app.policy.charges(payer, LimitClass::Read, "verifyKey")
}

fn known(key: &FoundKey, code: VerificationCode, remaining: Option<i64>) -> KeyVerification {
    let key = &key.found.key;
    KeyVerification {
        valid: code == VerificationCode::Valid,
        code,
        key_id: Some(key.id.to_string()),
        user_id: Some(key.owner.to_string()),
        name: Some(key.name.clone()),
        environment: Some(key.environment.into()),
        scopes: key.scopes.iter().collect(),
        expires_at: key.expires_at,
        remaining,
    }
}

fn unknown() -> KeyVerification {
    KeyVerification {
        valid: false,
        code: VerificationCode::NotFound,
        key_id: None,
        user_id: None,
        name: None,
        environment: None,
        scopes: Vec::new(),
        expires_at: None,
        remaining: None,
    }
}
