//! A moment: milliseconds since 1970, in UTC.

use std::time::Duration;

use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// How the wire shows a moment: RFC 3339 in UTC with milliseconds.
const WIRE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// The last moment that the wire can show: the end of the year 9999.
const LAST_MS: i64 = 253_402_300_799_999;

/// A moment in milliseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// The text is not an RFC 3339 moment between the years 0 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is not a date and time as RFC 3339 writes it")]
pub struct NotATime;

impl Time {
    /// The moment `ms` milliseconds after the start of 1970.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// The moment so many whole seconds after the start of 1970, as tokens count.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_ms(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as tokens count.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment `by` later; it never passes the end of what can be counted.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The moment `by` earlier.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was; nothing when it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The form of the wire: `2026-11-22T12:00:00.000Z`. What lies outside the years 1970 to 9999 shows their nearest end.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let ms = self.0.clamp(0, LAST_MS);
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
            .ok()
            .and_then(|moment| moment.format(WIRE).ok())
            .unwrap_or_default()
    }

    /// Reads RFC 3339 with any offset; what is finer than a millisecond is cut off.
    ///
    /// # Errors
    /// [`NotATime`] when the text is anything else.
    pub fn parse_rfc3339(text: &str) -> Result<Self, NotATime> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| NotATime)?;
        let ms = moment.unix_timestamp_nanos().div_euclid(1_000_000);
        i64::try_from(ms).map(Self).map_err(|_| NotATime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_has_milliseconds_and_reads_back() {
        let time = Time::from_ms(1_795_348_800_042);

        assert_eq!(time.to_rfc3339(), "2026-11-22T12:00:00.042Z");
        assert_eq!(Time::parse_rfc3339(&time.to_rfc3339()), Ok(time));
    }

    #[test]
    fn an_offset_is_understood_and_what_is_no_time_is_refused() {
        assert_eq!(Time::parse_rfc3339("2026-11-22T13:00:00.0429+01:00"), Ok(Time::from_ms(1_795_348_800_042)));
        for text in ["", "2026-11-22", "2026-11-22T12:00:00", "2026-13-22T12:00:00Z", "now"] {
            assert_eq!(Time::parse_rfc3339(text), Err(NotATime), "{text}");
        }
    }
}
