//! Against another library (chrono with chrono-tz, which has a copy of the IANA database of its own) and another way to
//! count: that one walks each session in steps and asks for the date at each.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::random::Random;

const ZONES: [&str; 5] =
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo"];
/// What a walk goes at once: no clock changes within a quarter of an hour of UTC.
const STEP: i64 = 900;

fn local(second: i64, zone: Tz) -> NaiveDate {
    DateTime::<Utc>::from_timestamp(second, 0).unwrap().with_timezone(&zone).date_naive()
}

/// Seconds and sessions of each date, and the sessions that touch a period, by walking.
fn walked(sessions: &[Stretch], zone: Tz) -> BTreeMap<NaiveDate, (i64, i64)> {
    let mut dates: BTreeMap<NaiveDate, (i64, i64)> = BTreeMap::new();
    for session in sessions {
        let (mut at, end) = (session.from.seconds(), session.to.seconds());
        let mut own: BTreeMap<NaiveDate, i64> = BTreeMap::from([(local(at, zone), 0)]);
        while at < end {
            let next = (at + 1).max((at.div_euclid(STEP) + 1) * STEP).min(end);
            *own.entry(local(at, zone)).or_default() += next - at;
            at = next;
        }
        for (date, seconds) in own {
            let day = dates.entry(date).or_default();
            *day = (day.0 + seconds, day.1 + 1);
        }
    }
    dates
}

fn dates_of(period: Period, date: NaiveDate) -> Vec<NaiveDate> {
    match period {
        Period::Daily => vec![date],
        Period::Weekly => {
            let week = date.week(chrono::Weekday::Mon);
            week.first_day().iter_days().take(7).collect()
        }
        Period::Monthly => {
            let first = date.with_day(1).unwrap();
            first.iter_days().take_while(|day| day.month() == first.month()).collect()
        }
    }
}

/// Sessions within some days of a moment, from nothing to three days long.
fn sessions(around: i64) -> impl Strategy<Value = Vec<Stretch>> {
    let length = prop_oneof![Just(0), 1..7_200_i64, 80_000..260_000_i64, (1..12_i64).prop_map(|hours| hours * 1_800)];
    let start =
        prop_oneof![-3_000_000..3_000_000_i64, -200_000..200_000_i64, (-96..96_i64).prop_map(|hours| hours * 1_800)];
    proptest::collection::vec((start, length), 0..12).prop_map(move |all| {
        let stretch = |(start, length)| Stretch {
            from: Time::from_seconds(around + start),
            to: Time::from_seconds(around + start + length),
        };
        all.into_iter().map(stretch).collect()
    })
}

/// Moments at which clocks change in one of the zones, in 2024 to 2026.
fn changes(name: &str) -> Vec<i64> {
    let zone: Tz = name.parse().unwrap();
    let offset = |second: i64| {
        use chrono::Offset as _;
        DateTime::<Utc>::from_timestamp(second, 0).unwrap().with_timezone(&zone).offset().fix().local_minus_utc()
    };
    let hours = (1_704_067_200..1_798_761_600_i64).step_by(3_600);
    hours.filter(|hour| offset(*hour) != offset(hour - 3_600)).collect()
}

/// All of them, with their zones.
static CHANGES: LazyLock<Vec<(&str, i64)>> = LazyLock::new(|| {
    let of = |zone: &&'static str| changes(zone).into_iter().map(|change| (*zone, change)).collect::<Vec<_>>();
    ZONES.iter().flat_map(of).collect()
});

fn cases() -> impl Strategy<Value = (&'static str, Vec<Stretch>, i64)> {
    proptest::sample::select(&CHANGES[..]).prop_flat_map(|(zone, change)| {
        (Just(zone), sessions(change), (-2_000_000..2_000_000_i64).prop_map(move |asked| change + asked))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn statistics_agree_with_an_independent_calculation_where_clocks_change((name, sessions, asked) in cases()) {
        let (zone, other) = (Zone::named(Some(name)).unwrap(), name.parse::<Tz>().unwrap());
        let expected = walked(&sessions, other);
        for period in [Period::Daily, Period::Weekly, Period::Monthly] {
            let days = zone.days(period, None, Time::from_seconds(asked)).unwrap();
            let dates = dates_of(period, local(asked, other));
            let shown: Vec<_> = days.iter().map(|day| day.date.clone()).collect();
            prop_assert_eq!(shown, dates.iter().map(ToString::to_string).collect::<Vec<_>>());

            let (each, whole) = tally(&days, &sessions);
            let counted: Vec<_> = each.iter().map(|day| (day.seconds, day.sessions)).collect();
            let walked: Vec<_> = dates.iter().map(|date| expected.get(date).copied().unwrap_or_default()).collect();
            prop_assert_eq!(&counted, &walked, "{} {:?}", name, period);
            prop_assert_eq!(whole.seconds, walked.iter().map(|day| day.0).sum::<i64>());
        }
    }
}

#[test]
fn clocks_changed_in_every_zone_that_is_tried() {
    for zone in ZONES {
        let count = CHANGES.iter().filter(|(name, _)| *name == zone).count();
        assert!(count >= 5, "{zone}: {count}");
    }
}

fn day(zone: &str, date: &str) -> Day {
    let zone = Zone::named(Some(zone)).unwrap();
    zone.days(Period::Daily, Some(date), Time::from_ms(0)).unwrap().remove(0)
}

#[test]
fn a_day_is_as_long_as_it_is_there() {
    let minutes = |zone, date| {
        let day = day(zone, date);
        (day.to.seconds() - day.from.seconds()) / 60
    };
    assert_eq!(minutes("Europe/Berlin", "2026-03-29"), 23 * 60);
    assert_eq!(minutes("Europe/Berlin", "2026-10-25"), 25 * 60);
    assert_eq!(minutes("America/New_York", "2026-11-01"), 25 * 60);
    assert_eq!(minutes("Australia/Lord_Howe", "2026-04-05"), 24 * 60 + 30);
    assert_eq!(minutes("Australia/Lord_Howe", "2026-10-04"), 23 * 60 + 30);
    assert_eq!(minutes("UTC", "2026-10-25"), 24 * 60);
    // Midnight is lost: the day begins at one.
    assert_eq!(minutes("Africa/Cairo", "2026-04-24"), 23 * 60);
    // Samoa had no such day.
    assert_eq!(minutes("Pacific/Apia", "2011-12-30"), 0);
}

#[test]
fn practice_over_midnight_is_split_and_counts_once() {
    let zone = Zone::named(Some("Europe/Berlin")).unwrap();
    let days = zone.days(Period::Weekly, Some("2026-10-25"), Time::from_ms(0)).unwrap();
    let midnight = days[6].from;
    let over =
        Stretch { from: Time::from_seconds(midnight.seconds() - 600), to: Time::from_seconds(midnight.seconds() + 60) };
    let until = Stretch { from: Time::from_seconds(midnight.seconds() - 5), to: midnight };
    let nothing = Stretch { from: midnight, to: midnight };

    let (each, whole) = tally(&days, &[over, until, nothing]);

    assert_eq!(each[5], Tally { seconds: 605, sessions: 2 });
    assert_eq!(each[6], Tally { seconds: 60, sessions: 2 });
    assert_eq!(whole, Tally { seconds: 665, sessions: 3 });
    assert_eq!(each[0], Tally::default());
}

#[test]
fn a_range_begins_where_its_calendar_does() {
    let zone = Zone::named(Some("America/New_York")).unwrap();
    let now = Time::parse_rfc3339("2026-11-04T03:00:00Z").unwrap();
    let began = |range| zone.range(range, now).unwrap().map(Time::to_rfc3339);
    assert_eq!(began(Range::Day).as_deref(), Some("2026-11-03T05:00:00.000Z"));
    assert_eq!(began(Range::Week).as_deref(), Some("2026-11-02T05:00:00.000Z"));
    assert_eq!(began(Range::Month).as_deref(), Some("2026-11-01T04:00:00.000Z"));
    assert_eq!(began(Range::Year).as_deref(), Some("2026-01-01T05:00:00.000Z"));
    assert_eq!(began(Range::All), None);
}

#[test]
fn what_no_calendar_has_is_refused() {
    for bad in ["Mars/Olympus", "", "Europe/Berlin ", "+02:00", "EST5EDT,M3.2.0,M11.1.0", "../UTC", "Etc/Unknown"] {
        assert_eq!(Zone::named(Some(bad)).map(|zone| zone.name().to_owned()), Err(ZoneError::UnknownZone), "{bad}");
    }
    let zone = Zone::named(Some("europe/berlin")).unwrap();
    assert_eq!(zone.name(), "Europe/Berlin");
    for bad in ["2026-02-29", "1999-12-31", "9998-01-01", "0000-00-00", "today"] {
        assert_eq!(zone.days(Period::Daily, Some(bad), Time::from_ms(0)), Err(ZoneError::NoDay), "{bad}");
    }
    assert_eq!(zone.days(Period::Monthly, Some("2028-02-29"), Time::from_ms(0)).unwrap().len(), 29);
    assert_eq!(zone.days(Period::Weekly, Some("9997-12-31"), Time::from_ms(0)).unwrap().len(), 7);
}

#[test]
fn practice_is_kept_to_the_second_and_never_ends_before_it_began() {
    let random = Random::default();
    let (id, owner) = (PracticeId::new(Time::from_ms(1), &random).unwrap(), UserId::ADMINISTRATOR);
    let started = Practice::started(id, owner, Some("Scales".to_owned()), Time::from_ms(5_999));
    assert_eq!((started.started_at, started.seconds(Time::from_ms(7_001))), (Time::from_ms(5_000), 2));

    let ended = started.clone().completed(None, Time::from_ms(4_000));
    assert_eq!((ended.ended_at, ended.seconds(Time::from_ms(9_000))), (Some(Time::from_ms(5_000)), 0));
    assert_eq!(ended.notes.as_deref(), Some("Scales"));
    assert_eq!(
        started.completed(Some("Arpeggios".to_owned()), Time::from_ms(9_999)).notes.as_deref(),
        Some("Arpeggios")
    );
}

#[test]
fn equal_leaders_share_a_rank_and_leave_the_next_free() {
    assert_eq!(ranks(&[90, 90, 80, 10, 10, 5]), [1, 1, 3, 4, 4, 6]);
    assert!(ranks(&[]).is_empty());
}
