//! A used-up limit on the wire.

use super::Problem;
use crate::limits::Decision;

/// 429: which window is used up, and for how long. Only for a decision that refused.
impl From<&Decision> for Problem {
    fn from(decision: &Decision) -> Self {
        let seconds = decision.retry_after_seconds;
        let detail = decision.refusing().map_or_else(
            || format!("A limit is used up. Try again in {seconds} s."),
            |window| {
                format!(
                    "The limit of {} requests {} is used up. Try again in {seconds} s.",
                    window.limit,
                    per(window.window_seconds)
                )
            },
        );
        Self::rate_limited(detail, decision.violated().collect(), u64::from(seconds))
    }
}

fn per(seconds: u32) -> String {
    match seconds {
        60 => "a minute".to_owned(),
        86_400 => "a day".to_owned(),
        other => format!("in {} minutes", other.div_ceil(60)),
    }
}
