//! What callers say about keys, as the domain understands it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::api::nullable::nullable;
use crate::auth::Caller;
use crate::domain::cursor::Cursor;
use crate::domain::ids::{KeyId, UserId};
use crate::domain::keys::{
    self as domain, Bounds, End, KeyChange, KeyError, Labels, Metadata, Networks, NewKey, Origins,
};
use crate::domain::scopes::Scopes;
use crate::domain::users::Tier;
use crate::generated::keys::CreateKey;
use crate::generated::types::{self, SetKeyLimits, UpdateKey};
use crate::problem::Problem;

/// The part of a list that is asked for.
pub struct Listed {
    /// Rows of a page.
    pub most: usize,
    /// Where the page before ended.
    pub after: Option<Cursor<KeyId>>,
}

impl Listed {
    /// From the two parameters of every list.
    pub fn parse(limit: i32, cursor: Option<&str>) -> Result<Self, Problem> {
        let after = cursor.map(Cursor::parse).transpose();
        let after = after.map_err(|error| Problem::invalid_query("cursor", error.to_string()))?;
        Ok(Self { most: usize::try_from(limit).unwrap_or(1), after })
    }
}

/// An id that cannot be one is an id that nobody has.
pub fn id(text: &str) -> Result<KeyId, KeyError> {
    text.parse().map_err(|_| KeyError::NotFound)
}

/// The key that is named as a parent.
pub fn parent(text: Option<&str>) -> Result<Option<KeyId>, KeyError> {
    text.map(|text| text.parse().map_err(|_| KeyError::NoParent)).transpose()
}

/// A key to make for `owner`.
pub fn new_key(caller: &Caller, owner: UserId, parent: Option<KeyId>, body: CreateKey) -> Result<NewKey, Problem> {
    let within = body.expires_in_seconds.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
    let (per_minute, per_day) = body.limits.as_ref().map_or((None, None), limits);
    Ok(NewKey {
        owner,
        name: body.name,
        description: body.description,
        environment: body.environment.map_or(domain::Environment::Live, Into::into),
        scopes: domain::grant(caller.grantable(), body.scopes.into_iter().collect())?,
        tier: body.tier.map(|tier| granted(caller, tier)).transpose()?,
        ends: End::from_either(body.expires_at, within)?,
        labels: Labels {
            namespace: body.namespace,
            metadata: body.metadata.map(metadata).transpose()?,
            client_name: body.client_name,
        },
        bounds: Bounds {
            max_idle_ms: body.max_idle_seconds.map(milliseconds),
            origins: origins(&body.allowed_origins.unwrap_or_default())?,
            networks: networks(&body.allowed_ips.unwrap_or_default())?,
            per_minute,
            per_day,
        },
        parent,
    })
}

/// What to change of a key.
pub fn change(caller: &Caller, body: UpdateKey) -> Result<KeyChange, Problem> {
    let scopes = body.scopes.map(|wanted| domain::grant(caller.grantable(), wanted.into_iter().collect::<Scopes>()));
    let tier = nullable(body.tier);
    if tier.is_some() && !caller.is_admin() {
        return Err(KeyError::TierIsAdmins.into());
    }
    Ok(KeyChange {
        name: body.name,
        description: nullable(body.description),
        scopes: scopes.transpose()?,
        disabled: body.disabled,
        expires_at: nullable(body.expires_at),
        namespace: nullable(body.namespace),
        metadata: nullable(body.metadata).map(|object| object.map(metadata).transpose()).transpose()?,
        client_name: nullable(body.client_name),
        max_idle_ms: nullable(body.max_idle_seconds).map(|seconds| seconds.map(milliseconds)),
        origins: body.allowed_origins.as_deref().map(origins).transpose()?,
        networks: body.allowed_ips.as_deref().map(networks).transpose()?,
        limits: nullable(body.limits).map(|own| own.as_ref().map_or((None, None), limits)),
        tier: tier.map(|tier| tier.map(Into::into)),
    })
}

fn granted(caller: &Caller, tier: types::Tier) -> Result<Tier, KeyError> {
    if caller.is_admin() { Ok(tier.into()) } else { Err(KeyError::TierIsAdmins) }
}

fn metadata(object: BTreeMap<String, Value>) -> Result<Metadata, KeyError> {
    let metadata = Metadata(object.into_iter().collect());
    if metadata.fits() { Ok(metadata) } else { Err(KeyError::MetadataTooLarge) }
}

fn origins(texts: &[String]) -> Result<Origins, Problem> {
    Origins::parse(texts).map_err(|fault| at("allowedOrigins", fault))
}

fn networks(texts: &[String]) -> Result<Networks, Problem> {
    Networks::parse(texts).map_err(|fault| at("allowedIps", fault))
}

fn at(list: &str, (place, fault): (usize, impl fmt::Display)) -> Problem {
    Problem::invalid_body(format!("/{list}/{place}"), fault.to_string())
}

const fn limits(own: &SetKeyLimits) -> (Option<i64>, Option<i64>) {
    (own.per_minute, own.per_day)
}

const fn milliseconds(seconds: i64) -> i64 {
    seconds.saturating_mul(1_000)
}
