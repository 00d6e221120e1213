//! A moment: milliseconds since 1970, in UTC.

use std::time::Duration;

use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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
        let Ok(moment) = OffsetDateTime::from_unix_timestamp(ms / 1000) else { return String::new() };
        let (date, time) = (moment.date(), moment.time());
        // The library's own formatting takes ten times as long, and every answer has moments in it.
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let numbers = [
            (0..4, i64::from(date.year())),
            (5..7, i64::from(u8::from(date.month()))),
            (8..10, i64::from(date.day())),
            (11..13, i64::from(time.hour())),
            (14..16, i64::from(time.minute())),
            (17..19, i64::from(time.second())),
            (20..23, ms % 1000),
        ];
        for (place, number) in numbers {
            write(text.get_mut(place).unwrap_or_default(), number);
        }
        String::from_utf8_lossy(&text).into_owned()
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

/// The last digits of a number, as many as there is room for.
fn write(room: &mut [u8], mut number: i64) {
    for digit in room.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::format_description;

    #[test]
    fn the_wire_form_has_milliseconds_and_reads_back() {
        let time = Time::from_ms(1_795_348_800_042);

        assert_eq!(time.to_rfc3339(), "2026-11-22T12:00:00.042Z");
        assert_eq!(Time::parse_rfc3339(&time.to_rfc3339()), Ok(time));
    }

    proptest! {
        #[test]
        fn the_wire_form_is_what_the_library_writes(ms in 0..=LAST_MS) {
            let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
            let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).unwrap();
            prop_assert_eq!(Time::from_ms(ms).to_rfc3339(), moment.format(form).unwrap());
        }
    }

    #[test]
    fn an_offset_is_understood_and_what_is_no_time_is_refused() {
        assert_eq!(Time::parse_rfc3339("2026-11-22T13:00:00.0429+01:00"), Ok(Time::from_ms(1_795_348_800_042)));
        for text in ["", "2026-11-22", "2026-11-22T12:00:00", "2026-13-22T12:00:00Z", "now"] {
            assert_eq!(Time::parse_rfc3339(text), Err(NotATime), "{text}");
        }
    }
}
