//! Reads a signed key and judges what needs no signature, so that most junk ends here and is never asked after.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::public_key::Algorithm;
use super::{SignedKeyError, VerifiedKey, strict_json};

/// How far two clocks may be apart. The one allowance for every time in a token.
const LEEWAY: Duration = Duration::from_secs(30);
const MAX_LENGTH: usize = 8192;
/// The end of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;

/// What is allowed.
#[derive(Debug)]
pub(super) struct Expected {
    /// Base addresses, without a slash at the end.
    pub(super) issuers: Vec<String>,
    pub(super) audiences: Vec<String>,
}

/// A token that says the right things; whether it is genuine is not known yet.
pub(super) struct Claimed<'t> {
    pub(super) key: VerifiedKey,
    pub(super) issuer: String,
    pub(super) algorithm: Algorithm,
    /// What the signature is over.
    pub(super) signed: &'t str,
    pub(super) signature: Vec<u8>,
}

/// Names the first thing that is wrong.
pub(super) fn read<'t>(token: &'t str, expected: &Expected, now: SystemTime) -> Result<Claimed<'t>, SignedKeyError> {
    if token.len() > MAX_LENGTH {
        return Err(SignedKeyError::Malformed("it is too long"));
    }
    let parts = SignedKeyError::Malformed("it has not three parts");
    let (signed, tail) = token.rsplit_once('.').ok_or(parts)?;
    let (head, body) = signed.split_once('.').filter(|(_, body)| !body.contains('.')).ok_or(parts)?;
    let (algorithm, kid) = header(&object(head)?)?;
    let claims = object(body)?;
    let (issuer, key_id) = issuer(&claims, &expected.issuers)?;
    if kid != key_id {
        return Err(SignedKeyError::UnknownKey);
    }
    check_audience(claims.get("aud"), &expected.audiences)?;
    let user_id = text(&claims, "sub")?.to_owned();
    let scopes = scopes(&claims)?;
    let expires_at = check_times(&claims, now)?.into();
    let signature = bytes(tail)?;
    let key = VerifiedKey { key_id, user_id, scopes, claims, expires_at };
    Ok(Claimed { key, issuer, algorithm, signed, signature })
}

fn header(header: &Map<String, Value>) -> Result<(Algorithm, String), SignedKeyError> {
    if header.get("typ").and_then(Value::as_str) != Some("apikey+jwt") {
        return Err(SignedKeyError::WrongType);
    }
    let named = header.get("alg").and_then(Value::as_str).and_then(Algorithm::named);
    let algorithm = named.ok_or(SignedKeyError::WrongAlgorithm)?;
    // `jku`, `x5u`, `x5c` and `jwk` say where to find a key; nobody asks them.
    if header.contains_key("crit") || header.contains_key("b64") {
        return Err(SignedKeyError::Malformed("it asks for an extension"));
    }
    Ok((algorithm, text(header, "kid")?.to_owned()))
}

/// Compared as text, never as addresses: two that lead to one place are still two.
fn issuer(claims: &Map<String, Value>, bases: &[String]) -> Result<(String, String), SignedKeyError> {
    let issuer = claims.get("iss").and_then(Value::as_str).ok_or(SignedKeyError::UntrustedIssuer)?;
    let rest = |base: &String| issuer.strip_prefix(base.as_str())?.strip_prefix("/jwks/");
    let key_id = bases.iter().filter_map(rest).find(|id| is_key_id(id)).ok_or(SignedKeyError::UntrustedIssuer)?;
    Ok((issuer.to_owned(), key_id.to_owned()))
}

/// A type and a UUID in 26 characters of Crockford's base32; the first holds three bits.
fn is_key_id(id: &str) -> bool {
    let Some(uuid) = id.strip_prefix("key_").map(str::as_bytes) else { return false };
    let letter =
        |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'h' | b'j' | b'k' | b'm' | b'n' | b'p'..=b't' | b'v'..=b'z');
    uuid.len() == 26 && uuid.iter().all(letter) && matches!(uuid.first(), Some(b'0'..=b'7'))
}

fn check_audience(audience: Option<&Value>, allowed: &[String]) -> Result<(), SignedKeyError> {
    let named: Vec<&Value> = match audience {
        Some(Value::Array(several)) => several.iter().collect(),
        one => one.into_iter().collect(),
    };
    let is_allowed = |one: &&Value| one.as_str().is_some_and(|one| allowed.iter().any(|each| each == one));
    if named.iter().all(|one| one.is_string()) && named.iter().any(is_allowed) {
        return Ok(());
    }
    Err(SignedKeyError::WrongAudience)
}

/// When the key ends.
fn check_times(claims: &Map<String, Value>, now: SystemTime) -> Result<SystemTime, SignedKeyError> {
    let ends = time(claims, "exp")?.ok_or(SignedKeyError::Malformed("exp is missing"))?;
    if now >= ends + LEEWAY {
        return Err(SignedKeyError::Expired);
    }
    for name in ["nbf", "iat"] {
        if time(claims, name)?.is_some_and(|begins| now + LEEWAY < begins) {
            return Err(SignedKeyError::NotYetValid);
        }
    }
    Ok(ends)
}

/// Whole seconds, however JSON writes them; a string, a fraction or a year of five digits is no time of ours.
fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<SystemTime>, SignedKeyError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let whole = value.as_u64().or_else(|| value.as_f64().filter(|number| number.fract() == 0.0).and_then(as_seconds));
    let seconds = whole.filter(|seconds| *seconds <= LAST_SECOND).ok_or(SignedKeyError::Malformed("a time is none"))?;
    Ok(Some(UNIX_EPOCH + Duration::from_secs(seconds)))
}

fn as_seconds(number: f64) -> Option<u64> {
    Duration::try_from_secs_f64(number).ok().map(|duration| duration.as_secs())
}

fn scopes(claims: &Map<String, Value>) -> Result<Vec<String>, SignedKeyError> {
    let Some(scope) = claims.get("scope") else { return Ok(Vec::new()) };
    let scope = scope.as_str().ok_or(SignedKeyError::Malformed("scope is no text"))?;
    Ok(scope.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect())
}

fn text<'o>(holder: &'o Map<String, Value>, name: &str) -> Result<&'o str, SignedKeyError> {
    let found = holder.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    found.ok_or(SignedKeyError::Malformed("a member is missing"))
}

fn object(part: &str) -> Result<Map<String, Value>, SignedKeyError> {
    strict_json::object(&bytes(part)?).ok_or(SignedKeyError::Malformed("a part of it is no plain JSON object"))
}

/// base64url as it must be: the engine takes no padding and only one way to write each value.
fn bytes(part: &str) -> Result<Vec<u8>, SignedKeyError> {
    let fault = SignedKeyError::Malformed("a part of it is not base64url");
    URL_SAFE_NO_PAD.decode(part).ok().filter(|bytes| !bytes.is_empty()).ok_or(fault)
}
