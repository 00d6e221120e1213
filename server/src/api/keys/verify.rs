//! `verifyKey`: whether a key is good, and the first reason why not, in the contract's order.

use std::net::IpAddr;

use super::shown::metadata;
use crate::app::App;
use crate::auth::{AuthError, FoundKey};
use crate::domain::keys::line;
use crate::domain::scopes::Scopes;
use crate::domain::windows::Span;
use crate::generated::keys::{KeyVerification, VerificationCode, VerifyKey};
use crate::limits::{Charges, Decision, LimitClass, Payer, Policy, Via, WindowState};
use crate::problem::Problem;
use crate::store::keys::KeyAndOwner;

pub async fn verify(app: &App, body: VerifyKey) -> Result<KeyVerification, Problem> {
    let Some(key) = app.auth.find_key(&body.key).await? else { return Ok(unknown()) };
    let ip = body.ip.as_deref().map(address).transpose()?;
    let by = (body.origin.as_deref(), ip);
    if let Some(code) = refusal(&key, body.scopes.into_iter().collect(), by, app) {
        return Ok(known(&key, code, None));
    }
    let cost = u64::try_from(body.cost).unwrap_or(0);
    let decision = count(app, &key, cost).await;
    let code = limited(&decision);
    if code == VerificationCode::Valid && cost > 0 {
        app.auth.note_use(&key).await;
    }
    let left = decision.tightest().map(|window| i64::try_from(window.remaining).unwrap_or(i64::MAX));
    Ok(known(&key, code, left))
}

fn address(text: &str) -> Result<IpAddr, Problem> {
    text.parse().map_err(|_| Problem::invalid_body("/ip", "is not an address"))
}

/// Where a minute and the day are both used up, the minute is told: it stands first in the order.
fn limited(decision: &Decision) -> VerificationCode {
    let is_day = |window: &WindowState| window.window_seconds == Span::UtcDay.seconds();
    if decision.admitted() {
        VerificationCode::Valid
    } else if decision.windows.iter().any(|window| window.refused && !is_day(window)) {
        VerificationCode::RateLimited
    } else {
        VerificationCode::QuotaExceeded
    }
}

fn refusal(
    key: &FoundKey,
    wanted: Scopes,
    (origin, ip): (Option<&str>, Option<IpAddr>),
    app: &App,
) -> Option<VerificationCode> {
    match key.check(app.clock.now()).and_then(|()| key.allows(origin, ip)) {
        Ok(()) if key.scopes.covers(wanted) => None,
        Ok(()) => Some(VerificationCode::InsufficientScope),
        Err(AuthError::RevokedKey) => Some(VerificationCode::Revoked),
        Err(AuthError::ExpiredKey) => Some(VerificationCode::Expired),
        Err(AuthError::IdleKey) => Some(VerificationCode::IdleTimeout),
        Err(AuthError::OriginDenied) => Some(VerificationCode::OriginDenied),
        Err(AuthError::AddressDenied) => Some(VerificationCode::IpDenied),
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
    let KeyAndOwner { key: found, above, tier: account_tier, .. } = &key.found;
    let own = line::tier(found, above);
    let payer = match &own {
        Some((tier, family)) => Payer::Key { id: family.as_str(), tier: *tier },
        None => Payer::Account { id: found.owner.as_str(), tier: *account_tier, via: Via::Key },
    };
    let mut charges = app.policy.charges(payer, LimitClass::Read, "verifyKey");
    charges.extend(Policy::own(&key.own_limits));
    charges
}

fn known(key: &FoundKey, code: VerificationCode, remaining: Option<i64>) -> KeyVerification {
    let (scopes, ends) = (key.scopes, line::end(&key.found.key, &key.found.above));
    let key = &key.found.key;
    KeyVerification {
        valid: code == VerificationCode::Valid,
        code,
        key_id: Some(key.id.to_string()),
        user_id: Some(key.owner.to_string()),
        name: Some(key.name.clone()),
        environment: Some(key.environment.into()),
        namespace: key.labels.namespace.clone(),
        metadata: metadata(key),
        scopes: scopes.iter().collect(),
        expires_at: ends,
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
        namespace: None,
        metadata: None,
        environment: None,
        scopes: Vec::new(),
        expires_at: None,
        remaining: None,
    }
}
