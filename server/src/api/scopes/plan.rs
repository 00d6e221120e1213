//! The smallest scopes: for a list of operations, and for what a key really called.

use std::time::Duration;

use crate::api::keys;
use crate::app::App;
use crate::auth::Caller;
use crate::domain::keys::KeyError;
use crate::domain::plan::{self, Fared};
use crate::domain::scopes::{Scope, Scopes};
use crate::domain::usage::{Interval, Span};
use crate::generated::operations;
use crate::generated::scopes::{OperationOpening, PlanScopes, PlannedKey, PlannedOperation, ScopePlan};
use crate::http::{CallerKind, Credential, Operation};
use crate::problem::{Fault, Problem};
use crate::store::usage::{self, Called};

const DAYS: i32 = 30;

/// What a plan is asked for.
pub(super) enum Asked {
    Operations(Vec<&'static Operation>),
    Key { id: String, days: i32 },
}

/// Reads the question: operations that there are, or a key.
pub(super) fn asked(body: PlanScopes) -> Result<Asked, Problem> {
    let PlanScopes { operations, key_id, days } = body;
    match (operations, key_id) {
        (Some(_), Some(_)) => Err(Problem::invalid_body("/keyId", "must not stand beside `operations`")),
        (Some(_), None) if days.is_some() => Err(Problem::invalid_body("/days", "needs `keyId`")),
        (Some(names), None) => Ok(Asked::Operations(named(&names)?)),
        (None, Some(id)) => Ok(Asked::Key { id, days: days.unwrap_or(DAYS) }),
        (None, None) => Err(Problem::invalid_body("/operations", "is required where `keyId` is not given")),
    }
}

fn named(names: &[String]) -> Result<Vec<&'static Operation>, Problem> {
    let mut faults = Vec::new();
    let mut found = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        match operation(name) {
            Some(operation) => found.push(operation),
            None => faults.push(Fault::body(format!("/operations/{place}"), "is no operation of this API")),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Problem::invalid(faults)) }
}

fn operation(name: &str) -> Option<&'static Operation> {
    operations::ALL.iter().copied().find(|operation| operation.id == name)
}

pub(super) fn of_operations(asked: &[&'static Operation]) -> ScopePlan {
    let operations: Vec<_> = asked.iter().map(|operation| planned(operation, None)).collect();
    told(plan::least(asked.iter().map(|operation| operation.scopes)), operations, None)
}

/// From the beginning of the UTC day so many days ago until now.
pub(super) async fn of_key(app: &App, caller: &Caller, id: &str, days: i32) -> Result<ScopePlan, Problem> {
    let key = crate::store::keys::find(&mut *app.db.read().await?, &keys::id(id)?, Some(caller.owner())).await?;
    let key = key.ok_or(KeyError::NotFound)?;
    let now = app.clock.now();
    let begin = now.minus(Duration::from_secs(u64::from(days.unsigned_abs()) * 86_400));
    let span = Span::new(Some(begin), None, Interval::Day, now)?;
    // What was called a moment ago is in the answer.
    app.usage.flush(&app.db, now).await?;
    let called = usage::called(&mut *app.db.read().await?, key.owner, key.id, span).await?;
    let fared = fared(&called);
    let found = plan::findings(&fared.iter().map(|(_, fared)| *fared).collect::<Vec<_>>(), key.scopes);
    let operations = fared.iter().map(|(operation, fared)| planned(operation, Some(fared))).collect();
    let list = |scopes: Scopes| scopes.iter().collect::<Vec<Scope>>();
    let key = PlannedKey {
        key_id: key.id.to_string(),
        from: span.from,
        to: now,
        held: list(key.scopes),
        unneeded: list(found.unneeded),
        missing: list(found.missing),
    };
    Ok(told(found.needed, operations, Some(key)))
}

/// In the contract's order. Operations of an older version that are no more need no scope.
fn fared(called: &[Called]) -> Vec<(&'static Operation, Fared)> {
    let of = |operation: &&'static Operation| {
        let Called { count, refused, .. } = called.iter().find(|called| called.label == operation.id)?;
        Some((*operation, Fared { scopes: operation.scopes, calls: *count, refused: *refused }))
    };
    operations::ALL.iter().filter_map(of).collect()
}

fn planned(operation: &Operation, fared: Option<&Fared>) -> PlannedOperation {
    PlannedOperation {
        operation: operation.id.to_owned(),
        scopes: operation.scopes.iter().collect(),
        opens: opening(operation),
        calls: fared.map(|fared| fared.calls),
        refused: fared.map(|fared| fared.refused),
    }
}

/// Who can call it at best: whoever comes first here.
fn opening(operation: &Operation) -> OperationOpening {
    let takes = |kind| operation.callers.contains(&kind);
    if takes(CallerKind::Any) && !matches!(operation.credential, Credential::Required(_)) {
        OperationOpening::Anyone
    } else if takes(CallerKind::Any) || takes(CallerKind::Service) {
        OperationOpening::Key
    } else if takes(CallerKind::Member) {
        OperationOpening::Member
    } else if takes(CallerKind::Admin) {
        OperationOpening::Admin
    } else {
        OperationOpening::User
    }
}

fn told(scopes: Scopes, operations: Vec<PlannedOperation>, key: Option<PlannedKey>) -> ScopePlan {
    let closed = operations.iter().filter(|one| one.opens == OperationOpening::User);
    ScopePlan {
        scopes: scopes.iter().collect(),
        admin_granted: scopes.iter().filter(|scope| scope.admin_granted()).collect(),
        not_opened: closed.map(|one| one.operation.clone()).collect(),
        operations,
        key,
    }
}
