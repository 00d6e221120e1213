//! What a request leaves behind: a line in the log, its usage, and an entry of the request log.

use poem::http::StatusCode;

use super::{RequestContext, logged};
use crate::domain::requests::masked;
use crate::usage::Call;

/// Notes that a request was answered. Paths are logged without their queries, which may hold what nobody should keep.
pub(super) fn done(context: &RequestContext, status: StatusCode) {
    let latency = context.started.elapsed();
    log(context, status, latency);
    let operation = context.operation.get().map(|operation| operation.id);
    context.app.metrics.answered(operation, status.as_u16(), latency);
    let Some(operation) = context.operation.get().filter(|operation| logged::counts(context, operation)) else {
        return;
    };
    if let Some(entry) = logged::entry(context, operation, status, latency) {
        context.app.request_log.add(entry);
    }
    if !context.app.config.usage_counters {
        return;
    }
    let identity = context.identity.get();
    context.app.usage.record(&Call {
        at: context.now,
        owner: identity.map(|identity| identity.user_id),
        key: identity.and_then(|identity| identity.credential.key()),
        operation: operation.id,
        status: status.as_u16(),
        latency,
    });
}

fn log(context: &RequestContext, status: StatusCode, latency: std::time::Duration) {
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                request_id = context.request_id.as_str(),
                method = context.method.as_str(),
                path = &*masked(without_secret(context.uri.path())),
                operation = context.operation.get().map(|operation| operation.id),
                user_id = context.identity.get().map(|identity| identity.user_id.as_str()),
                key_id = context.identity.get().and_then(|identity| identity.credential.key()).map(tracing::field::display),
                address = %context.address,
                status = status.as_u16(),
                latency_us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX),
                "request"
            )
        };
    }
    if status.is_server_error() {
        line!(warn);
    } else {
        line!(debug);
    }
}

/// The links in our mails end in a secret, which no log may hold (S115).
fn without_secret(path: &str) -> &str {
    const LINKS: [&str; 2] = ["/verify-email/", "/reset-password/"];
    LINKS.into_iter().find(|link| path.starts_with(link)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s115_the_secret_of_a_link_is_not_logged() {
        assert_eq!(without_secret("/reset-password/gpm_secret"), "/reset-password/");
        assert_eq!(without_secret("/verify-email/gpm_secret/more"), "/verify-email/");
        assert_eq!(without_secret("/v1/items"), "/v1/items");
    }
}
