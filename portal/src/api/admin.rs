//! `admin`: how the whole is doing, for administrators.

use gatepost_sdk::types;

use super::keys::moment;
use super::requests::timestamp;
use super::{Calls, Failure};
use crate::dates::Moment;

/// How the whole is doing.
pub(crate) struct Overview {
    pub version: String,
    pub started: Moment,
    pub users: i64,
    pub sessions: i64,
    pub keys: Vec<(&'static str, i64)>,
    pub log_is_on: bool,
    /// Requests that are missing from the log.
    pub dropped: i64,
    pub checks: Vec<Check>,
}

/// Something that the server stands on.
pub(crate) struct Check {
    pub name: String,
    pub engine: String,
    pub status: String,
}

/// Everybody's requests over a span of time.
pub(crate) struct RequestStats {
    pub count: i64,
    pub errors: i64,
    pub p50: Option<f64>,
    pub p95: Option<f64>,
    pub p99: Option<f64>,
    pub statuses: Vec<Busy>,
    pub operations: Vec<Busy>,
    pub keys: Vec<Busy>,
    pub accounts: Vec<Busy>,
}

/// Calls of one status, operation, key or account.
pub(crate) struct Busy {
    pub name: String,
    pub count: i64,
    pub errors: i64,
}

impl Check {
    pub fn is_ok(&self) -> bool {
        self.status == "ok"
    }
}

impl Calls {
    pub async fn overview(&self) -> Result<Overview, Failure> {
        let found = self.client.get_overview().send().await?.into_inner();
        let keys = &found.keys;
        let keys = vec![
            ("active", keys.active),
            ("disabled", keys.disabled),
            ("idle", keys.idle),
            ("expired", keys.expired),
            ("revoked", keys.revoked),
        ];
        let check = |check: types::OverviewCheck| Check {
            name: check.name,
            engine: check.engine,
            status: check.status.as_str().to_owned(),
        };
        Ok(Overview {
            keys,
            version: found.version,
            started: moment(found.started_at),
            users: found.users,
            sessions: found.sessions,
            log_is_on: found.request_log.enabled,
            dropped: found.request_log.dropped,
            checks: found.checks.into_iter().map(check).collect(),
        })
    }

    /// Everybody's requests from then until now.
    pub async fn request_stats(&self, from: Moment) -> Result<RequestStats, Failure> {
        let call = self.client.get_request_stats().maybe_from(timestamp(Some(from))?);
        let found = call.send().await?.into_inner();
        let status = |one: types::StatusCount| Busy {
            errors: if one.status >= 400 { one.count } else { 0 },
            name: one.status.to_string(),
            count: one.count,
        };
        let busy = |name: String, count: i64, errors: i64| Busy { name, count, errors };
        Ok(RequestStats {
            count: found.totals.count,
            errors: found.totals.errors,
            p50: found.totals.latency_ms_p50,
            p95: found.totals.latency_ms_p95,
            p99: found.totals.latency_ms_p99,
            statuses: found.statuses.into_iter().map(status).collect(),
            operations: found.operations.into_iter().map(|one| busy(one.operation_id, one.count, one.errors)).collect(),
            keys: found.keys.into_iter().map(|one| busy(one.key_id, one.count, one.errors)).collect(),
            accounts: found.owners.into_iter().map(|one| busy(one.user_id, one.count, one.errors)).collect(),
        })
    }
}
