//! Against a model that keeps every request and counts anew each time.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const SPAN: Span = Span::Sliding { seconds: 10 };

/// Takes `cost` where it fits, as a limiter does.
fn take(counter: &mut Counter, span: Span, at: i64, cost: u64, limit: u64) -> bool {
    let now = Time::from_ms(at);
    counter.forget(span, now);
    let fits = counter.fits(cost, limit);
    if fits {
        counter.add(span, now, cost);
    }
    fits
}

/// Moments that do not go back, often the same or near an edge of the window.
fn moments() -> impl Strategy<Value = Vec<i64>> {
    let step = prop_oneof![Just(0), Just(1), Just(9_999), Just(10_000), 0..4_000_i64];
    vec(step, 1..200).prop_map(|steps| {
        let mut at = 0;
        steps
            .into_iter()
            .map(|step| {
                at += step;
                at
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn it_decides_as_a_count_of_all_requests_would(at in moments(), limit in 0..6_u64, cost in 1..3_u64) {
        let mut counter = Counter::default();
        let mut admitted: Vec<i64> = Vec::new();
        for now in at {
            let used = cost * admitted.iter().filter(|then| **then > now - SPAN.ms()).count() as u64;
            let expected = used + cost <= limit;
            prop_assert_eq!(take(&mut counter, SPAN, now, cost, limit), expected);
            if expected {
                admitted.push(now);
            }
        }
        for begin in &admitted {
            let inside = admitted.iter().filter(|then| (*begin..begin + SPAN.ms()).contains(*then)).count() as u64;
            prop_assert!(inside * cost <= limit, "{inside} from {begin}");
        }
    }

    #[test]
    fn after_the_wait_there_is_room_and_a_millisecond_before_there_is_none(at in moments(), limit in 1..6_u64) {
        let mut counter = Counter::default();
        for now in at {
            if take(&mut counter, SPAN, now, 1, limit) {
                continue;
            }
            let wait = counter.wait_ms(SPAN, Time::from_ms(now), 1);
            prop_assert!(wait > 0 && wait <= SPAN.ms());
            prop_assert!(!take(&mut counter.clone(), SPAN, now + wait - 1, 1, limit));
            prop_assert!(take(&mut counter.clone(), SPAN, now + wait, 1, limit));
        }
    }

    #[test]
    fn who_stays_under_the_limit_is_never_refused(limit in 1..50_u64, rounds in 1..20_i64) {
        let mut counter = Counter::default();
        for round in 0..rounds {
            for _ in 0..limit {
                prop_assert!(take(&mut counter, SPAN, round * SPAN.ms(), 1, limit));
            }
        }
    }

    #[test]
    fn a_counter_never_holds_more_marks_than_its_limit(at in moments(), limit in 0..6_u64) {
        let mut counter = Counter::default();
        for now in at {
            take(&mut counter, SPAN, now, 1, limit);
            prop_assert!(counter.marks.len() as u64 <= limit);
        }
    }
}

#[test]
fn the_day_is_the_utc_calendar_day() {
    let mut counter = Counter::default();
    let late = 5 * DAY_MS - 1;

    assert!(take(&mut counter, Span::UtcDay, late, 1, 1));
    assert!(!take(&mut counter, Span::UtcDay, late, 1, 1));
    assert_eq!(counter.wait_ms(Span::UtcDay, Time::from_ms(late), 1), 1);
    assert!(take(&mut counter, Span::UtcDay, late + 1, 1, 1));
    assert_eq!(counter.wait_ms(Span::UtcDay, Time::from_ms(late + 1), 1), DAY_MS);
}

#[test]
fn the_wait_for_several_is_until_as_many_have_left() {
    let mut counter = Counter::default();
    for at in [0, 1_000, 2_000] {
        assert!(take(&mut counter, SPAN, at, 1, 3));
    }
    let now = Time::from_ms(3_000);

    assert_eq!(counter.wait_ms(SPAN, now, 1), 7_000);
    assert_eq!(counter.wait_ms(SPAN, now, 2), 8_000);
    assert_eq!(counter.wait_ms(SPAN, now, 9), 9_000);
}

#[test]
fn s122_a_clock_set_back_locks_nobody_out_and_opens_nothing() {
    let mut counter = Counter::default();
    assert!(take(&mut counter, SPAN, 3_600_000, 1, 1));

    assert!(!take(&mut counter, SPAN, 3_599_000, 1, 1));
    assert!(take(&mut counter, SPAN, 0, 1, 1));
}

#[test]
fn a_counter_is_idle_when_all_has_left() {
    let mut counter = Counter::default();
    assert!(counter.is_idle(SPAN, Time::from_ms(0)));
    counter.add(SPAN, Time::from_ms(0), 1);

    assert!(!counter.is_idle(SPAN, Time::from_ms(9_999)));
    assert!(counter.is_idle(SPAN, Time::from_ms(10_000)));
}
