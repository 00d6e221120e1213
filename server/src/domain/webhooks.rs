//! Endpoints that are told what happens to an account's things.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::domain::events::EventType;
use crate::domain::ids::{UserId, WebhookId};
use crate::domain::names::Names;
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};

mod rate;

pub use rate::Rate;

/// Secrets of an endpoint that may still sign besides the newest (S86).
pub const MOST_OLD_SECRETS: usize = 10;

/// Which kinds of events an endpoint is told of: names, or beginnings of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns(Vec<String>);

/// Why an endpoint is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Its owner wishes so.
    Owner,
    /// It said that it is gone for good (410).
    Gone,
    /// It only failed for days.
    Failing,
}

named!(Cause: Owner = "owner", Gone = "gone", Failing = "failing");

/// That an endpoint is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disabled {
    /// Since when.
    pub at: Time,
    /// Why.
    pub cause: Cause,
}

/// An endpoint, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is.
    pub owner: UserId,
    /// Where deliveries go.
    pub url: String,
    /// What it is told of.
    pub events: Patterns,
    /// What its owner notes about it.
    pub description: Option<String>,
    /// Attempts to deliver that it gets a second at most.
    pub rate: Option<Rate>,
    /// When it was made.
    pub created_at: Time,
    /// When its owner last changed it.
    pub updated_at: Time,
    /// Whether and why it is told nothing.
    pub disabled: Option<Disabled>,
}

/// What to change of an endpoint; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Where deliveries go.
    pub url: Option<String>,
    /// What it is told of.
    pub events: Option<Patterns>,
    /// What its owner notes; the inner `None` clears it.
    pub description: Option<Option<String>>,
    /// Attempts a second at most; the inner `None` lifts the bound.
    pub rate: Option<Option<Rate>>,
    /// Whether it is told.
    pub enabled: Option<bool>,
}

/// What cannot be done with an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WebhookError {
    /// There is none of that id, or it is another's.
    #[error("there is no such webhook")]
    NotFound,
    /// The account has as many as it may have.
    #[error("an account has at most {0} webhooks")]
    TooMany(u64),
    /// The pattern at that place names no kind of event.
    #[error("names no kind of event; listEventTypes has them all")]
    NoSuchEvents(usize),
    /// Secrets were rotated again and again, and all of them still sign.
    #[error("{MOST_OLD_SECRETS} earlier secrets still sign")]
    TooManySecrets,
}

impl Patterns {
    /// Patterns as the contract lets them through: `key.revoked`, `key.*`, `*`.
    ///
    /// # Errors
    /// [`WebhookError::NoSuchEvents`] where one would never be told anything.
    pub fn parse(texts: Vec<String>) -> Result<Self, WebhookError> {
        let nothing = |text: &String| {
            let names = Names::parse(text);
            !EventType::ALL.iter().any(|kind| names.allow(kind.name()))
        };
        match texts.iter().position(nothing) {
            Some(place) => Err(WebhookError::NoSuchEvents(place)),
            None => Ok(Self(texts)),
        }
    }

    /// Whether an event of that kind is told.
    #[must_use]
    pub fn allow(&self, kind: &str) -> bool {
        self.0.iter().any(|text| Names::parse(text).allow(kind))
    }

    /// The patterns as they were given.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.0
    }
}

/// As the store keeps it: no pattern has a space in it.
impl fmt::Display for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl FromStr for Patterns {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.split_ascii_whitespace().map(str::to_owned).collect()))
    }
}

impl Webhook {
    /// The endpoint after its owner changed it.
    #[must_use]
    pub fn changed(self, asked: Asked, now: Time) -> Self {
        let disabled = match asked.enabled {
            Some(true) => None,
            Some(false) => self.disabled.or(Some(Disabled { at: now, cause: Cause::Owner })),
            None => self.disabled,
        };
        Self {
            url: asked.url.unwrap_or(self.url),
            events: asked.events.unwrap_or(self.events),
            description: asked.description.unwrap_or(self.description),
            rate: asked.rate.unwrap_or(self.rate),
            updated_at: now,
            disabled,
            ..self
        }
    }
}

/// When the secrets before the newest stop to sign: `overlap` from now, and none later than it would have anyway.
#[must_use]
pub fn old_secrets_end(overlap: Duration, now: Time, before: Option<Time>) -> Time {
    let end = now.plus(overlap);
    before.map_or(end, |before| before.min(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn patterns(texts: &[&str]) -> Result<Patterns, WebhookError> {
        Patterns::parse(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    fn webhook() -> Webhook {
        Webhook {
            id: WebhookId::new(Time::from_ms(1), &Random::default()).unwrap(),
            owner: UserId::ADMINISTRATOR,
            url: "https://hooks.example.com/".to_owned(),
            events: patterns(&["key.*"]).unwrap(),
            description: Some("Ours.".to_owned()),
            rate: None,
            created_at: Time::from_ms(1),
            updated_at: Time::from_ms(1),
            disabled: None,
        }
    }

    #[test]
    fn a_pattern_is_a_kind_a_beginning_or_everything() {
        let some = patterns(&["key.*", "user.registered"]).unwrap();
        assert!(some.allow("key.created") && some.allow("user.registered"));
        assert!(!some.allow("application.created") && !some.allow("user.registered.twice"));
        assert!(patterns(&["*"]).unwrap().allow("whatever.comes"));
        assert_eq!(some.to_string().parse(), Ok(some));
    }

    #[test]
    fn a_pattern_that_names_nothing_is_pointed_at() {
        assert_eq!(patterns(&["key.*", "keys.*"]), Err(WebhookError::NoSuchEvents(1)));
        assert_eq!(patterns(&["key"]), Err(WebhookError::NoSuchEvents(0)));
    }

    #[test]
    fn what_is_not_asked_for_stays_and_null_clears() {
        let (one, now) = (webhook(), Time::from_ms(9));
        assert_eq!(one.clone().changed(Asked::default(), now), Webhook { updated_at: now, ..one.clone() });
        let cleared = one.clone().changed(Asked { description: Some(None), ..Asked::default() }, now);
        assert_eq!(cleared, Webhook { description: None, updated_at: now, ..one });
    }

    #[test]
    fn who_disables_twice_changes_nothing_and_enabling_clears_the_cause() {
        let asked = |enabled| Asked { enabled: Some(enabled), ..Asked::default() };
        let gone = Some(Disabled { at: Time::from_ms(2), cause: Cause::Gone });
        let off = Webhook { disabled: gone, ..webhook() };
        assert_eq!(off.clone().changed(asked(false), Time::from_ms(9)).disabled, gone);
        assert_eq!(off.changed(asked(true), Time::from_ms(9)).disabled, None);
        let by_owner = Some(Disabled { at: Time::from_ms(9), cause: Cause::Owner });
        assert_eq!(webhook().changed(asked(false), Time::from_ms(9)).disabled, by_owner);
    }

    #[test]
    fn s86_no_secret_lives_longer_by_a_rotation() {
        let (now, day) = (Time::from_ms(0), Duration::from_secs(86_400));
        assert_eq!(old_secrets_end(day, now, None), now.plus(day));
        assert_eq!(old_secrets_end(day, now, Some(Time::from_ms(5))), Time::from_ms(5));
        assert_eq!(old_secrets_end(Duration::ZERO, now, Some(now.plus(day))), now);
    }
}
