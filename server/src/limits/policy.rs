//! The limits table: what a request is charged to.
//!
//! Who shares a count: the keys and sessions of one account share its windows. A key to which an administrator gave a
//! tier counts alone. Sessions have a window of their own besides, where the tier allows more than they may. What the
//! portal asks for an account counts alone, without a day, so that nobody locks himself out of his dashboard. A key's
//! own limits are counted besides, whoever pays.

use std::net::IpAddr;

use super::charge::{Charge, Charges, Window};
use super::{LimitSettings, Subject};
use crate::domain::ids::SessionId;
use crate::domain::keys::{GENERATIONS, OwnLimit, OwnLimits};
use crate::domain::users::Tier;
use crate::domain::windows::Span;

/// What a call counts against (the contract's `x-limit`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitClass {
    /// The caller's minute and day.
    Read,
    /// These, and the caller's window for writes.
    Write,
    /// A window of its own by address: signing in.
    Auth,
    /// Nothing.
    Free,
}

/// Who pays for a request.
#[derive(Debug, Clone, Copy)]
pub enum Payer<'a> {
    /// Nobody, or somebody whose credential is bad.
    Address(IpAddr),
    /// An account.
    Account {
        /// Its id.
        id: &'a str,
        /// Its row of the table; the administrator's for one, and for the root key.
        tier: Tier,
        /// How it asks.
        via: Via,
    },
    /// A key that has a tier of its own.
    Key {
        /// Its id.
        id: &'a str,
        /// Its row of the table.
        tier: Tier,
    },
}

/// How an account asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// With a key.
    Key,
    /// With an access token.
    Session,
    /// With an access token that the portal holds.
    Portal,
}

/// The one sign-in operation with a window of its own, and its standard twin.
const REFRESH: &str = "refreshToken";
const ISSUE: &str = "issueToken";
/// Names of a key's own windows, then of those of its parent, and of that one's parent.
const OWN: [[&str; 2]; GENERATIONS] =
    [["key-minute", "key-day"], ["parent-minute", "parent-day"], ["grandparent-minute", "grandparent-day"]];
const FIFTEEN_MINUTES: Span = Span::Sliding { seconds: 900 };

/// The limits table, ready for use.
#[derive(Debug, Clone)]
pub struct Policy {
    free: Row,
    basic: Row,
    pro: Row,
    service: Row,
    admin: Row,
    sessions: Option<Window>,
    portal: Option<Window>,
    anonymous: Option<Window>,
    auth: Option<Window>,
    refresh: Option<Window>,
}

/// The windows of one tier.
#[derive(Debug, Clone, Copy)]
struct Row {
    minute: Option<Window>,
    day: Option<Window>,
    write: Option<Window>,
}

impl Policy {
    /// The table with these numbers.
    #[must_use]
    pub fn new(settings: &LimitSettings) -> Self {
        let s = settings;
        Self {
            free: row(s.free_per_minute, s.free_per_day, s.free_writes_per_minute),
            basic: row(s.basic_per_minute, s.basic_per_day, s.basic_writes_per_minute),
            pro: row(s.pro_per_minute, s.pro_per_day, s.pro_writes_per_minute),
            service: row(s.service_per_minute, s.service_per_day, s.service_writes_per_minute),
            admin: row(s.admin_per_minute, s.admin_per_day, s.admin_writes_per_minute),
            sessions: window("session", Span::MINUTE, s.sessions_per_minute),
            portal: window("minute", Span::MINUTE, s.portal_per_minute),
            anonymous: window("minute", Span::MINUTE, s.anonymous_per_minute),
            auth: window("auth", FIFTEEN_MINUTES, s.auth_per_15_minutes),
            refresh: window("minute", Span::MINUTE, s.refresh_per_minute),
        }
    }

    /// What a call of `operation` is charged to. For [`LimitClass::Auth`], `payer` is the caller's address.
    #[must_use]
    pub fn charges(&self, payer: Payer<'_>, class: LimitClass, operation: &'static str) -> Charges {
        let write = class == LimitClass::Write;
        match (class, payer) {
            (LimitClass::Free, _) => Charges::new(),
            (LimitClass::Auth, Payer::Address(address)) => {
                self.sign_in(operation, Subject::address(operation, address))
            }
            (_, Payer::Address(address)) => single(Subject::address("address", address), self.anonymous),
            (_, Payer::Account { id, via: Via::Portal, .. }) => single(Subject::new("portal", id), self.portal),
            (_, Payer::Key { id, tier }) => self.row(tier).charges(Subject::new("key", id), write),
            (_, Payer::Account { id, tier, via }) => {
                let row = self.row(tier);
                let mut charges = row.charges(Subject::new("account", id), write);
                if via == Via::Session && tier != Tier::Admin {
                    charges
                        .extend(self.sessions_within(row).map(|window| charge(Subject::new("sessions", id), window)));
                }
                charges
            }
        }
    }

    /// What a call is charged to besides, for the key itself and those above it, whatever their account may do.
    pub fn own(limits: &OwnLimits) -> impl Iterator<Item = Charge> {
        let of = |(limit, [minute, day]): (&Option<OwnLimit>, [&'static str; 2])| {
            let limit = limit.as_ref()?;
            let subject = Subject::new("own", limit.family.as_str());
            let window = |name, span, limit: Option<i64>| {
                let limit = limit.and_then(|limit| u64::try_from(limit).ok())?;
                Some(charge(subject, Window { name, span, limit }))
            };
            let windows = [window(minute, Span::MINUTE, limit.per_minute), window(day, Span::UtcDay, limit.per_day)];
            Some(windows.into_iter().flatten())
        };
        limits.each.iter().zip(OWN).filter_map(of).flatten()
    }

    /// What an attempt to sign in to `account` from `address` is charged to, besides the address alone: so that many
    /// addresses cannot lock its owner out, and one cannot try for ever.
    #[must_use]
    pub fn account_at(&self, operation: &'static str, account: &str, address: IpAddr) -> Charges {
        single(Subject::of_parts(operation, account, address), self.auth)
    }

    /// What a refresh is charged to once its session is known.
    #[must_use]
    pub fn refreshes_of(&self, session: &SessionId) -> Charges {
        single(Subject::new(REFRESH, session.as_str()), self.refresh)
    }

    fn sign_in(&self, operation: &str, subject: Subject) -> Charges {
        single(subject, if matches!(operation, REFRESH | ISSUE) { self.refresh } else { self.auth })
    }

    /// The sessions' own window, where it says more than the tier's does.
    fn sessions_within(&self, row: &Row) -> Option<Window> {
        self.sessions.filter(|sessions| row.minute.is_none_or(|minute| sessions.limit < minute.limit))
    }

    const fn row(&self, tier: Tier) -> &Row {
        match tier {
            Tier::Free => &self.free,
            Tier::Basic => &self.basic,
            Tier::Pro => &self.pro,
            Tier::Service => &self.service,
            Tier::Admin => &self.admin,
        }
    }
}

impl Row {
    fn charges(&self, subject: Subject, write: bool) -> Charges {
        let windows = [self.minute, self.day, self.write.filter(|_| write)];
        windows.into_iter().flatten().map(|window| charge(subject, window)).collect()
    }
}

fn row(minute: Option<u32>, day: Option<u32>, write: Option<u32>) -> Row {
    Row {
        minute: window("minute", Span::MINUTE, minute),
        day: window("day", Span::UtcDay, day),
        write: window("write", Span::MINUTE, write),
    }
}

fn window(name: &'static str, span: Span, limit: Option<u32>) -> Option<Window> {
    limit.map(|limit| Window { name, span, limit: u64::from(limit) })
}

const fn charge(subject: Subject, window: Window) -> Charge {
    Charge { subject, window, cost: 1 }
}

fn single(subject: Subject, window: Option<Window>) -> Charges {
    window.map(|window| charge(subject, window)).into_iter().collect()
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
