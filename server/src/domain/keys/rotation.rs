//! Rotation: another key with the same rights takes over.

use std::time::Duration;

use super::{End, Key, KeyError, Lineage, NewKey};
use crate::domain::ids::KeyId;
use crate::domain::time::Time;

/// How long the old key lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace {
    /// For so long.
    pub lasts: Duration,
    /// Counted from the first use of the new key, and not from now.
    pub from_first_use: bool,
}

/// The old key as it is from now on, and its successor.
#[derive(Debug)]
pub struct Rotated {
    /// The key that is replaced.
    pub old: Key,
    /// The key that takes over.
    pub new: Key,
}

impl Key {
    /// What to make a successor from: this key's rights, notes, bounds and end.
    ///
    /// # Errors
    /// [`KeyError::Dead`] when the key is revoked, expired or idle at `now`: rotation never revives.
    /// [`KeyError::Replaced`] when it has a successor already.
    pub fn successor(&self, now: Time) -> Result<NewKey, KeyError> {
        self.is_alive(now)?;
        if let Some(successor) = self.lineage.rotated_to {
            return Err(KeyError::Replaced(successor));
        }
        Ok(NewKey {
            owner: self.owner,
            name: self.name.clone(),
            description: self.description.clone(),
            environment: self.environment,
            scopes: self.scopes,
            tier: self.tier,
            ends: self.expires_at.map_or(End::Never, End::At),
            labels: self.labels.clone(),
            bounds: self.bounds.clone(),
            parent: self.lineage.parent,
        })
    }

    /// This key with `made`, which was made as its [`Key::successor`], in its place: what it may do is what this one may
    /// do now, and how it is presented is its own.
    ///
    /// # Errors
    /// Those of [`Key::successor`].
    pub fn replaced_by(self, made: Self, grace: Grace, now: Time) -> Result<Rotated, KeyError> {
        self.successor(now)?;
        let lineage = Lineage {
            rotated_from: Some(self.id),
            family: Some(self.family()),
            parent: self.lineage.parent,
            ..Lineage::default()
        };
        let new = Self {
            id: made.id,
            hash: made.hash,
            display: made.display,
            signed: made.signed,
            created_at: now,
            last_used_at: None,
            lineage,
            ..self.clone()
        };
        Ok(Rotated { old: self.superseded_by(new.id, grace, now), new })
    }

    /// This key once `successor` has taken over; its end is never later than it was.
    fn superseded_by(mut self, successor: KeyId, grace: Grace, now: Time) -> Self {
        self.lineage.rotated_to = Some(successor);
        if grace.from_first_use {
            self.lineage.grace_ms = i64::try_from(grace.lasts.as_millis()).ok();
        } else {
            let end = now.plus(grace.lasts);
            self.expires_at = Some(self.expires_at.map_or(end, |own| own.min(end)));
        }
        self
    }

    /// The successor was used at `at`: from then on the grace that was asked for counts.
    pub fn end_grace_after(&mut self, at: Time) {
        let grace = self.lineage.grace_ms.take().and_then(|ms| u64::try_from(ms).ok());
        if let Some(end) = grace.map(|ms| at.plus(Duration::from_millis(ms))) {
            self.expires_at = Some(self.expires_at.map_or(end, |own| own.min(end)));
        }
    }
}
