//! Times as people read them, in UTC, beside what programs read.

use std::fmt;

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short] [year]");
const MINUTE: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");
const SHORT_DAY: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short]");
const FIELD: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]");
const SECOND: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute]:[second] UTC");
const HOUR: &[BorrowedFormatItem<'_>] = format_description!("[hour]:[minute]");

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(OffsetDateTime);

impl Moment {
    /// Milliseconds since 1970; what lies beyond the calendar is its edge.
    pub fn from_ms(ms: i64) -> Self {
        let nanos = i128::from(ms) * 1_000_000;
        Self(OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// As the API writes it.
    pub fn parse(rfc3339: &str) -> Option<Self> {
        OffsetDateTime::parse(rfc3339, &Rfc3339).ok().map(Self)
    }

    /// As a browser's field for a moment sends it, taken as UTC; a moment as the API writes it is taken, too.
    pub fn typed(text: &str) -> Option<Self> {
        let moment = Self::parse(text)
            .or_else(|| Self::parse(&format!("{text}Z")))
            .or_else(|| Self::parse(&format!("{text}:00Z")));
        // In UTC, as the API writes it.
        moment.map(|moment| Self::from_ms(moment.ms()))
    }

    /// For a browser's field for a moment.
    pub fn for_field(self) -> String {
        self.0.format(FIELD).unwrap_or_default()
    }

    /// To the second, where minutes do not tell enough.
    pub fn second(self) -> String {
        self.0.format(SECOND).unwrap_or_default()
    }

    pub fn ms(self) -> i64 {
        i64::try_from(self.0.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
    }

    /// For `datetime=`.
    pub fn rfc3339(self) -> String {
        self.0.format(&Rfc3339).unwrap_or_default()
    }

    /// `22 Nov 2026`.
    pub fn day(self) -> String {
        self.0.format(DAY).unwrap_or_default()
    }

    /// `22 Nov`.
    pub fn short_day(self) -> String {
        self.0.format(SHORT_DAY).unwrap_or_default()
    }

    /// `14:00`.
    pub fn hour(self) -> String {
        self.0.format(HOUR).unwrap_or_default()
    }

    /// How long before `now`: `just now`, `5 minutes ago`, then the day.
    pub fn ago(&self, now: &Self) -> String {
        let seconds = (now.0 - self.0).whole_seconds();
        let count = |number: i64, unit: &str| format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" });
        match seconds {
            ..90 => "just now".to_owned(),
            90..5_400 => count((seconds + 30) / 60, "minute"),
            5_400..86_400 => count((seconds + 1_800) / 3_600, "hour"),
            86_400..2_592_000 => count(seconds / 86_400, "day"),
            _ => self.day(),
        }
    }

    /// How long after `now`: `in 5 seconds`, `in 5 minutes`, `in 30 hours`, `in 5 days`; never `in 0` of anything.
    pub fn ahead(&self, now: &Self) -> String {
        let seconds = (self.0 - now.0).whole_seconds();
        let count = |number: i64, unit: &str| format!("in {number} {unit}{}", if number == 1 { "" } else { "s" });
        match seconds {
            _ if self.0 <= now.0 => "ended".to_owned(),
            ..120 => count(seconds.max(1), "second"),
            120..7_200 => count((seconds + 30) / 60, "minute"),
            // A delivery waits for two days at most.
            7_200..=172_800 => count((seconds + 1_800) / 3_600, "hour"),
            _ => count((seconds + 43_200) / 86_400, "day"),
        }
    }
}

/// A span of seconds in its largest whole unit: `7 days`, `36 hours`, `90 seconds`.
pub(crate) fn span(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (size, unit) =
        units.into_iter().find(|(size, _)| seconds >= *size && seconds % size == 0).unwrap_or((1, "second"));
    let number = seconds / size;
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(MINUTE).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_largest_whole_unit() {
        let told = [86_400, 7 * 86_400, 36 * 3_600, 300, 90, 1].map(span);
        assert_eq!(told, ["1 day", "7 days", "36 hours", "5 minutes", "90 seconds", "1 second"]);
    }

    #[test]
    fn times_read_well() {
        let now = Moment::parse("2026-11-22T12:00:00.000Z").unwrap();
        assert_eq!(now.to_string(), "22 Nov 2026, 12:00 UTC");
        assert_eq!(now.day(), "22 Nov 2026");
        assert_eq!(Moment::from_ms(now.ms() - 120_000).ago(&now), "2 minutes ago");
        assert_eq!(Moment::from_ms(now.ms() - 3 * 3_600_000).ago(&now), "3 hours ago");
    }

    #[test]
    fn what_is_to_come_is_told_in_seconds_then_minutes_hours_and_days() {
        let now = Moment::parse("2026-11-22T12:00:00.000Z").unwrap();
        let ahead = |ms: i64| Moment::from_ms(now.ms() + ms).ahead(&now);
        assert_eq!([-1, 0].map(ahead), ["ended", "ended"]);
        let seconds = [1, 1_000, 5_000, 119_999].map(ahead);
        assert_eq!(seconds, ["in 1 second", "in 1 second", "in 5 seconds", "in 119 seconds"]);
        let minutes = [120, 300, 3_600, 7_140].map(|seconds| ahead(seconds * 1_000));
        assert_eq!(minutes, ["in 2 minutes", "in 5 minutes", "in 60 minutes", "in 119 minutes"]);
        let hours = [7_200, 18_000, 36 * 3_600, 48 * 3_600].map(|seconds| ahead(seconds * 1_000));
        assert_eq!(hours, ["in 2 hours", "in 5 hours", "in 36 hours", "in 48 hours"]);
        let days = [49 * 3_600, 90 * 86_400].map(|seconds| ahead(seconds * 1_000));
        assert_eq!(days, ["in 2 days", "in 90 days"]);
    }
}
