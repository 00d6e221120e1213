//! Memory and Redis against a model that knows nothing of either: a list of every request that was admitted, asked anew
//! each time. (Promise 9; S74, S78.)

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::conformance_tests::{fresh, limiters};
use super::{Charge, Decision, Limits, Subject, Window};
use crate::domain::time::Time;
use crate::domain::windows::Span;

const DAY_MS: i64 = 86_400_000;
/// A few seconds before a midnight, so that scripts run over it.
const BEGIN_MS: i64 = 20_000 * DAY_MS - 45_000;

/// Everything that was admitted: when, in which window of whom, and how much.
#[derive(Default)]
struct Model(Vec<(i64, Subject, &'static str, u64)>);

impl Model {
    fn used(&self, charge: &Charge, now: i64) -> u64 {
        let counts = |at: i64| match charge.window.span {
            Span::UtcDay => at.div_euclid(DAY_MS) == now.div_euclid(DAY_MS),
            Span::Sliding { seconds } => now - at < i64::from(seconds) * 1_000,
        };
        let mine = self.0.iter().filter(|(_, whose, name, _)| (*whose, *name) == (charge.subject, charge.window.name));
        mine.filter(|(at, ..)| counts(*at)).map(|(.., cost)| cost).sum()
    }

    /// Whether the request is admitted, and what is left of each window then.
    fn take(&mut self, charges: &[Charge], now: i64, look: bool) -> (bool, Vec<u64>) {
        let fits = |charge: &Charge| self.used(charge, now) + charge.cost <= charge.window.limit;
        let admitted = charges.iter().all(fits);
        if admitted && !look {
            self.0.extend(charges.iter().map(|charge| (now, charge.subject, charge.window.name, charge.cost)));
        }
        (admitted, charges.iter().map(|charge| charge.window.limit.saturating_sub(self.used(charge, now))).collect())
    }
}

/// One request: milliseconds since the one before, who (bit 0) and who else (bit 1), how many windows, limit, cost, and
/// whether it only looks.
type Step = (i64, u8, usize, u64, u64, bool);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let later = prop_oneof![Just(0), Just(1), Just(999), Just(1_000), Just(1_001), 0..9_000_i64];
    let limit = prop_oneof![3 => Just(4), 1 => 0..7_u64];
    let cost = prop_oneof![5 => Just(1), 1 => 0..4_u64];
    vec((later, 0..4_u8, 1..4_usize, limit, cost, prop::bool::weighted(0.2)), 1..120)
}

fn charges([one, other]: [Subject; 2], (_, who, most, limit, cost, _): &Step) -> Vec<Charge> {
    let first = if who & 1 == 0 { one } else { other };
    let charge = |subject, name, span, limit| Charge { subject, window: Window { name, span, limit }, cost: *cost };
    let mut charges = vec![
        charge(first, "second", Span::Sliding { seconds: 1 }, *limit),
        charge(first, "minute", Span::MINUTE, limit + 3),
        charge(first, "day", Span::UtcDay, 30),
    ];
    charges.truncate(*most);
    if who & 2 != 0 {
        // Somebody else pays besides.
        charges.push(charge(if who & 1 == 0 { other } else { one }, "extra", Span::Sliding { seconds: 7 }, *limit));
    }
    charges
}

fn told(decision: &Decision) -> (bool, Vec<u64>) {
    (decision.admitted(), decision.windows.iter().map(|window| window.remaining).collect())
}

/// Runs a script through a limiter and the model, and compares each decision.
async fn compare(name: &str, limits: &Limits, script: &[Step]) -> Result<(), TestCaseError> {
    let (subjects, mut model, mut now) = ([fresh(), fresh()], Model::default(), BEGIN_MS);
    for (place, step) in script.iter().enumerate() {
        now += step.0;
        let charges = charges(subjects, step);
        let at = Time::from_ms(now);
        let decision = if step.5 { limits.peek(&charges, at).await } else { limits.take(&charges, at).await };
        prop_assert_eq!(told(&decision), model.take(&charges, now, step.5), "{}, step {}: {:?}", name, place, step);
        let longest = decision.windows.iter().filter(|window| window.refused).map(|window| window.reset_seconds).max();
        prop_assert_eq!(decision.retry_after_seconds, longest.unwrap_or(0));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_9_both_engines_decide_as_a_list_of_everything_admitted_would() {
    let limiters = limiters().await;
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() });
    let handle = tokio::runtime::Handle::current();
    let outcome = runner.run(&steps(), |script| {
        tokio::task::block_in_place(|| {
            limiters.iter().try_for_each(|(name, limits)| handle.block_on(compare(name, limits, &script)))
        })
    });
    outcome.unwrap();
}

/// Requests of one client: milliseconds since the one before, and the cost.
fn run_of_requests() -> impl Strategy<Value = Vec<(i64, u64)>> {
    let later = prop_oneof![3 => 0..300_i64, 1 => Just(0), 1 => 0..15_000_i64];
    vec((later, prop_oneof![6 => Just(1), 1 => 1..4_u64]), 1..200)
}

/// Every window that ends with an admitted request is looked at: if any were overfull, so would be one of these.
async fn never_more_and_never_less(limits: &Limits, requests: &[(i64, u64)]) -> Result<(), TestCaseError> {
    const LIMIT: u64 = 10;
    const SPAN: i64 = 10_000;
    let window = Window { name: "ten", span: Span::Sliding { seconds: 10 }, limit: LIMIT };
    let (subject, mut now, mut admitted) = (fresh(), BEGIN_MS, Vec::new());
    for (later, cost) in requests {
        now += later;
        let before: u64 = admitted.iter().filter(|(at, _)| now - at < SPAN).map(|(_, cost)| cost).sum();
        let decision = limits.take(&[Charge { subject, window, cost: *cost }], Time::from_ms(now)).await;
        prop_assert_eq!(decision.admitted(), before + cost <= LIMIT, "with {} used, {} more", before, cost);
        if decision.admitted() {
            admitted.push((now, *cost));
        } else {
            // Whoever waits as long as he is told, and no longer, is admitted.
            let later = Time::from_ms(now + i64::from(decision.retry_after_seconds) * 1_000);
            let after = limits.peek(&[Charge { subject, window, cost: *cost }], later).await;
            prop_assert!(after.admitted(), "after {} s", decision.retry_after_seconds);
        }
    }
    for (end, _) in &admitted {
        let inside: u64 = admitted.iter().filter(|(at, _)| *at <= *end && end - at < SPAN).map(|(_, cost)| cost).sum();
        prop_assert!(inside <= LIMIT, "{} until {}", inside, end);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_9_no_window_ever_holds_more_than_the_limit_and_nobody_under_it_is_refused() {
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() });
    let handle = tokio::runtime::Handle::current();
    let limits = Limits::Memory(super::Memory::default());
    let run = |limits: &Limits, requests: &[(i64, u64)]| {
        tokio::task::block_in_place(|| handle.block_on(never_more_and_never_less(limits, requests)))
    };
    runner.run(&run_of_requests(), |requests| run(&limits, &requests)).unwrap();
}
