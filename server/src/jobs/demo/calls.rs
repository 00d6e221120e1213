//! What was called with the keys: two weeks of usage, and the last requests one by one.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use super::Stage;
use crate::domain::ids::{RequestId, UserId};
use crate::domain::keys::{Key, KeyStatus};
use crate::domain::requests::{Entry, Sent, headers};
use crate::domain::usage::{Interval, latency_step};
use crate::problem::Problem;
use crate::store::usage::{CallCount, MOST_AT_ONCE};
use crate::store::{Tx, requests, usage};

#[derive(Clone, Copy)]
struct Kind {
    operation: &'static str,
    method: &'static str,
    path: &'static str,
    status: u16,
    code: Option<&'static str>,
    latency_us: u32,
    /// How often, beside the others.
    weight: u32,
}

const fn kind(
    operation: &'static str,
    (method, path): (&'static str, &'static str),
    latency_us: u32,
    weight: u32,
) -> Kind {
    Kind { operation, method, path, status: 200, code: None, latency_us, weight }
}

const fn refused(kind: Kind, status: u16, code: &'static str) -> Kind {
    Kind { status, code: Some(code), ..kind }
}

const KINDS: [Kind; 7] = [
    kind("listItems", ("GET", "/v1/items"), 2_900, 12),
    kind("getItem", ("GET", "/v1/items/itm_01k9z3v8q2m4n6p8r0s2t4v6w8"), 900, 20),
    kind("getRateLimit", ("GET", "/v1/rate-limit"), 400, 3),
    kind("listProjects", ("GET", "/v1/projects"), 2_200, 4),
    refused(kind("getItem", ("GET", "/v1/items/itm_01k9z3v8q2m4n6p8r0s2t4v6w9"), 800, 2), 404, "NOT_FOUND"),
    refused(kind("createItem", ("POST", "/v1/items"), 600, 1), 422, "INVALID"),
    refused(
        kind("updateItem", ("PATCH", "/v1/items/itm_01k9z3v8q2m4n6p8r0s2t4v6w8"), 700, 1),
        403,
        "INSUFFICIENT_SCOPE",
    ),
];

/// How busy each hour of a UTC day is.
const HOURS: [u32; 24] = [1, 1, 0, 0, 0, 1, 2, 4, 7, 9, 10, 9, 7, 8, 10, 11, 9, 8, 6, 5, 4, 3, 2, 1];

const DAYS: u64 = 14;
const REQUESTS: u32 = 60;

pub(super) async fn fill(stage: &Stage<'_>, tx: &mut Tx, owner: UserId, made: &[Key]) -> Result<(), Problem> {
    let alive: Vec<&Key> = made.iter().filter(|key| key.status(stage.now) == KeyStatus::Active).collect();
    let mut counts = Vec::new();
    for hour in 1..=DAYS * 24 {
        let minute = Interval::Hour.start(stage.hours_ago(hour));
        let of_day = usize::try_from(minute.ms().rem_euclid(86_400_000) / 3_600_000).unwrap_or(0);
        let busy = HOURS.get(of_day).copied().unwrap_or(0);
        for (kind, key) in KINDS.iter().zip(alive.iter().cycle()).filter(|_| busy > 0) {
            counts.push(CallCount {
                minute,
                owner: Some(owner),
                key: Some(key.id),
                operation: kind.operation,
                status: kind.status,
                step: latency_step(Duration::from_micros(kind.latency_us.into())),
                count: i64::from(kind.weight.saturating_mul(busy)),
            });
        }
    }
    for some in counts.chunks(MOST_AT_ONCE) {
        usage::add(tx, some).await?;
    }
    let mut entries = Vec::new();
    for (number, (kind, key)) in (1..=REQUESTS).zip(KINDS.iter().cycle().zip(alive.iter().cycle())) {
        entries.push(entry(stage, owner, (kind, key), number)?);
    }
    Ok(requests::add(tx, &entries).await?)
}

fn entry(stage: &Stage<'_>, owner: UserId, (kind, key): (&Kind, &Key), number: u32) -> Result<Entry, Problem> {
    let at = stage.now.minus(Duration::from_secs(u64::from(number) * 1_380));
    let agent = if number.is_multiple_of(3) { "gatepost-python/0.1.0" } else { "gatepost-js/0.1.0" };
    let sent: [(&str, &[u8]); 3] =
        [("accept", b"application/json"), ("user-agent", agent.as_bytes()), ("x-api-key", b"")];
    Ok(Entry {
        id: RequestId::new(at, &stage.app.random)?,
        at,
        owner: Some(owner),
        key: Some(key.id),
        session: None,
        operation: kind.operation,
        method: kind.method,
        sent: Arc::new(Sent {
            path: kind.path.to_owned(),
            query: None,
            user_agent: Some(agent.to_owned()),
            headers: headers(sent.into_iter()),
        }),
        status: kind.status,
        code: kind.code,
        latency_us: i64::from(kind.latency_us.saturating_add(number.saturating_mul(37))),
        // Of the block for examples (RFC 5737).
        address: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
    })
}
