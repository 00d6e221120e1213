//! The one place where the SDK looks at the clock.

use std::time::SystemTime;

/// The time now, for expiry and `Retry-After` dates.
#[expect(
    clippy::disallowed_methods,
    reason = "the ban is the server's, whose clock tests set; a client has only the machine's"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
