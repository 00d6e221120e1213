//! Time zones of the IANA database, which comes with the program, and the days in them: as long as they are there, 23 to
//! 25 hours where clocks change, or none at all.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use thiserror::Error;

use crate::domain::practice::{Period, Range};
use crate::domain::time::Time;

/// The years whose days are asked for.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=9997;

/// A time zone.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

/// A day in a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// `2026-11-22`.
    pub date: String,
    /// Its first moment.
    pub from: Time,
    /// The first moment of the next day.
    pub to: Time,
}

/// What is not to be found in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ZoneError {
    /// No zone has that name.
    #[error("is no time zone of the IANA database")]
    UnknownZone,
    /// No day is written so.
    #[error("is no day of the years 2000 to 9997")]
    NoDay,
}

impl Zone {
    /// The zone of that name; UTC without one.
    ///
    /// # Errors
    /// [`ZoneError::UnknownZone`].
    pub fn named(name: Option<&str>) -> Result<Self, ZoneError> {
        let Some(name) = name else { return Ok(Self(TimeZone::UTC)) };
        let zone = TimeZone::get(name).map_err(|_| ZoneError::UnknownZone)?;
        if zone.is_unknown() { Err(ZoneError::UnknownZone) } else { Ok(Self(zone)) }
    }

    /// Its name, as the database writes it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The days of the period that `date` lies in, or the day of `now` where none is named.
    ///
    /// # Errors
    /// [`ZoneError::NoDay`].
    pub fn days(&self, period: Period, date: Option<&str>, now: Time) -> Result<Vec<Day>, ZoneError> {
        let date = match date {
            Some(text) => text.parse().map_err(|_| ZoneError::NoDay)?,
            None => self.date(now)?,
        };
        if !YEARS.contains(&date.year()) {
            return Err(ZoneError::NoDay);
        }
        let (mut first, count) = match period {
            Period::Daily => (date, 1),
            Period::Weekly => (monday(date)?, 7),
            Period::Monthly => (date.first_of_month(), date.days_in_month()),
        };
        let mut days = Vec::new();
        for _ in 0..count {
            let next = first.tomorrow().map_err(|_| ZoneError::NoDay)?;
            days.push(Day { date: first.to_string(), from: self.beginning(first)?, to: self.beginning(next)? });
            first = next;
        }
        Ok(days)
    }

    /// When the range began that `now` lies in; `None` for all time.
    ///
    /// # Errors
    /// [`ZoneError::NoDay`] for a moment that no calendar has.
    pub fn range(&self, range: Range, now: Time) -> Result<Option<Time>, ZoneError> {
        let today = self.date(now)?;
        let first = match range {
            Range::Day => today,
            Range::Week => monday(today)?,
            Range::Month => today.first_of_month(),
            Range::Year => today.first_of_year(),
            Range::All => return Ok(None),
        };
        self.beginning(first).map(Some)
    }

    fn date(&self, moment: Time) -> Result<Date, ZoneError> {
        let moment = Timestamp::from_millisecond(moment.ms()).map_err(|_| ZoneError::NoDay)?;
        Ok(moment.to_zoned(self.0.clone()).date())
    }

    /// The first moment of a day: midnight, the first of two, or what comes after a gap in which midnight is lost.
    fn beginning(&self, date: Date) -> Result<Time, ZoneError> {
        let moment = date.to_zoned(self.0.clone()).map_err(|_| ZoneError::NoDay)?;
        Ok(Time::from_ms(moment.timestamp().as_millisecond()))
    }
}

fn monday(date: Date) -> Result<Date, ZoneError> {
    let since = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(jiff::Span::new().days(since)).map_err(|_| ZoneError::NoDay)
}
