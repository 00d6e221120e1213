//! What a span of usage cannot be, on the wire.

use super::Problem;
use crate::domain::usage::SpanError;

impl From<SpanError> for Problem {
    fn from(error: SpanError) -> Self {
        Self::invalid_query("from", error.to_string())
    }
}
