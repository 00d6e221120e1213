//! A key and the keys above it: a child never does more than its parent may do now.

use std::time::Duration;

use super::{Key, KeyError, KeyStatus};
use crate::domain::ids::KeyId;
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::Tier;

/// A key, its parent and that one's parent: more is not allowed, so that every use can be checked and counted.
pub const GENERATIONS: usize = 3;

/// How late a use may be noted (S57).
const NOTED_WITHIN: Duration = Duration::from_secs(60);
/// The same for a key that dies unused.
const NOTED_WITHIN_IF_BOUNDED: Duration = Duration::from_secs(30);

/// What is counted for keys themselves, besides what is counted for their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OwnLimits {
    /// Whose count a tier of its own goes on; `None` where the account's tier counts.
    pub tier_of: Option<KeyId>,
    /// The key's own limits, its parent's, and those of that one's parent.
    pub each: [Option<OwnLimit>; GENERATIONS],
}

/// One key's own limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnLimit {
    /// Whose count it is.
    pub family: KeyId,
    /// Calls a minute.
    pub per_minute: Option<i64>,
    /// Calls a UTC day.
    pub per_day: Option<i64>,
}

impl Key {
    /// Whose count its uses go on: rotating does not begin it anew.
    #[must_use]
    pub fn family(&self) -> KeyId {
        self.lineage.family.unwrap_or(self.id)
    }

    /// How long two uses may be apart of which only one is noted. It is noted late at worst, never early: so a key is
    /// taken for idle too soon by that much, if another process saw its last use, and never too late.
    #[must_use]
    pub fn noted_within(&self) -> Duration {
        let quarter = |ms: i64| Duration::from_millis(u64::try_from(ms / 4).unwrap_or(0));
        self.bounds.max_idle_ms.map_or(NOTED_WITHIN, |ms| quarter(ms).min(NOTED_WITHIN_IF_BOUNDED))
    }
}

/// Both the key's and all of those above it, nearest first.
fn line<'a>(key: &'a Key, above: &'a [Key]) -> impl Iterator<Item = &'a Key> {
    std::iter::once(key).chain(above)
}

/// The worst state in the line, if each was last used at `used` unless a later use is known.
#[must_use]
pub fn status(key: &Key, above: &[Key], used: Option<Time>, now: Time) -> KeyStatus {
    line(key, above).map(|key| key.status_if_used(used, now)).max().unwrap_or(KeyStatus::Revoked)
}

/// What all of the line may do.
#[must_use]
pub fn scopes(key: &Key, above: &[Key]) -> Scopes {
    above.iter().fold(key.scopes, |scopes, key| scopes.both(key.scopes))
}

/// The tier of its own, or of the nearest above that has one, and whose count it goes on.
#[must_use]
pub fn tier(key: &Key, above: &[Key]) -> Option<(Tier, KeyId)> {
    line(key, above).find_map(|key| key.tier.map(|tier| (tier, key.family())))
}

/// When the line ends.
#[must_use]
pub fn end(key: &Key, above: &[Key]) -> Option<Time> {
    line(key, above).filter_map(|key| key.expires_at).min()
}

/// What is counted for the line.
#[must_use]
pub fn own_limits(key: &Key, above: &[Key]) -> OwnLimits {
    let mut limits = OwnLimits { tier_of: tier(key, above).map(|(_, family)| family), ..OwnLimits::default() };
    for (place, key) in limits.each.iter_mut().zip(line(key, above)) {
        let bounds = &key.bounds;
        let limit = OwnLimit { family: key.family(), per_minute: bounds.per_minute, per_day: bounds.per_day };
        *place = (limit.per_minute.is_some() || limit.per_day.is_some()).then_some(limit);
    }
    limits
}

/// Whether a page of this origin may use the key, as far as the whole line says.
#[must_use]
pub fn allows_origin(key: &Key, above: &[Key], origin: Option<&str>) -> bool {
    line(key, above).all(|key| key.bounds.origins.allow(origin))
}

/// Whether this address may use the key, as far as the whole line says.
#[must_use]
pub fn allows_address(key: &Key, above: &[Key], address: Option<std::net::IpAddr>) -> bool {
    line(key, above).all(|key| key.bounds.networks.allow(address))
}

/// Whether the first of `parents` may have a child; the others are those above it.
///
/// # Errors
/// [`KeyError::NoParent`] where it does not work; [`KeyError::TooManyGenerations`].
pub fn may_have_child(parents: &[Key], now: Time) -> Result<(), KeyError> {
    let (parent, further) = parents.split_first().ok_or(KeyError::NoParent)?;
    if status(parent, further, None, now) != KeyStatus::Active {
        return Err(KeyError::NoParent);
    }
    if parents.len() >= GENERATIONS { Err(KeyError::TooManyGenerations) } else { Ok(()) }
}

/// The child's scopes, if those above it have them too.
///
/// # Errors
/// [`KeyError::BeyondParent`].
pub fn scopes_within(wanted: Scopes, above: &[Key]) -> Result<Scopes, KeyError> {
    let held = above.split_first().map(|(parent, further)| scopes(parent, further));
    if held.is_none_or(|held| held.covers(wanted)) { Ok(wanted) } else { Err(KeyError::BeyondParent) }
}

/// The child's end: that of those above it where none was said.
///
/// # Errors
/// [`KeyError::EndsAfterParent`].
pub fn end_within(wanted: Option<Time>, above: &[Key]) -> Result<Option<Time>, KeyError> {
    let bound = above.split_first().and_then(|(parent, further)| end(parent, further));
    match (wanted, bound) {
        (Some(wanted), Some(bound)) if wanted > bound => Err(KeyError::EndsAfterParent),
        (wanted, bound) => Ok(wanted.or(bound)),
    }
}
