//! Guessing passwords from many places at once (S67).
//!
//! The limits count by address, so whoever has ten thousand addresses would have ten thousand times as many guesses. What
//! counts here is wrong passwords in a row for one account, from networks that it never signed in from: after ten each
//! further one waits longer, after a hundred a day. A network that the account signed in from is never kept waiting by
//! what others do, and whoever reads the account's mail can set a new password from anywhere.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::time::Time;
use crate::domain::users::Email;

/// Wrong ones that cost nothing: people mistype.
const FREE: u32 = 10;
/// Wrong ones in a row after which the account needs another way (NIST SP 800-63B-4).
const MOST: u32 = 100;
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
const LAST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// After so long without a wrong one they are forgotten.
pub const FORGOTTEN: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a network stays known without being used.
pub const KNOWN: Duration = Duration::from_secs(90 * 24 * 3600);

/// Wrong passwords in a row, from networks that are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guesses {
    /// How many.
    pub failures: u32,
    /// When the last one was.
    pub last_at: Time,
}

impl Guesses {
    /// These and one more, if one may be made at `now`; otherwise when the next may.
    ///
    /// # Errors
    /// The time from which on the next is let.
    pub fn one_more(before: Option<Self>, now: Time) -> Result<Self, Time> {
        let before = before.filter(|guesses| now < guesses.last_at.plus(FORGOTTEN));
        let Some(Self { failures, last_at }) = before else { return Ok(Self { failures: 1, last_at: now }) };
        let next = last_at.plus(wait_after(failures));
        if next <= now { Ok(Self { failures: failures.saturating_add(1), last_at: now }) } else { Err(next) }
    }
}

fn wait_after(failures: u32) -> Duration {
    match failures {
        0..FREE => Duration::ZERO,
        FREE..MOST => FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures - FREE)).min(LONGEST_WAIT),
        _ => LAST_WAIT,
    }
}

/// What stands for the address that was typed: many that are typed nobody has, and they are nobody's business.
#[must_use]
pub fn account_name(email: &Email) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, email.as_str().as_bytes()))
}

/// The network that somebody calls from: the address, or the /64 of an IPv6 one, since a caller has all of that (S76).
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: i64 = 365 * 24 * 3600;

    /// One guess every `seconds`, from ever new places, for a year: how many are let.
    fn let_in_a_year(seconds: usize) -> u32 {
        let (mut guesses, mut passed) = (None, 0);
        for now in (0..YEAR).step_by(seconds) {
            if let Ok(one_more) = Guesses::one_more(guesses, Time::from_ms(now * 1000)) {
                guesses = Some(one_more);
                passed += 1;
            }
        }
        passed
    }

    #[test]
    fn s67_a_hundred_thousand_places_have_a_few_hundred_guesses_a_year() {
        let (fast, slow) = (let_in_a_year(1), let_in_a_year(600));
        assert!((MOST..=MOST + 366).contains(&fast), "{fast}");
        assert!((MOST..=MOST + 366).contains(&slow), "{slow}");
    }

    #[test]
    fn s67_after_ten_each_waits_longer_and_after_a_hundred_a_day() {
        let at = Time::from_ms(0);
        let wait = |failures| {
            Guesses::one_more(Some(Guesses { failures, last_at: at }), at).err().map(|next| next.ms() / 1000)
        };

        assert_eq!([wait(1), wait(9)], [None, None]);
        assert_eq!([wait(10), wait(11), wait(15), wait(16), wait(99)], [60, 120, 1_920, 3_600, 3_600].map(Some));
        assert_eq!([wait(100), wait(u32::MAX)], [86_400, 86_400].map(Some));
        let forgotten = Guesses::one_more(Some(Guesses { failures: 500, last_at: at }), at.plus(FORGOTTEN));
        assert_eq!(forgotten.map(|guesses| guesses.failures), Ok(1));
    }

    #[test]
    fn s76_a_network_is_an_address_or_the_first_half_of_an_ipv6_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!((of("203.0.113.7"), of("::ffff:203.0.113.7")), ("203.0.113.7".to_owned(), "203.0.113.7".to_owned()));
        assert_eq!(
            (of("2001:db8:1:2:3::4"), of("2001:db8:1:2::")),
            (of("2001:db8:1:2:ffff::1"), "2001:db8:1:2::/64".to_owned())
        );
    }
}
