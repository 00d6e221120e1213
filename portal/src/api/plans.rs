//! `planScopes`: the least that a key needs, by what it called.

use gatepost_sdk::types::{self, Scope};

use super::{Calls, Failure};

/// How many days of calls are looked at.
const DAYS: i32 = 30;

/// The least scopes for what a key called.
pub(crate) struct KeyPlan {
    pub scopes: Vec<String>,
    pub held: Vec<String>,
    /// Held, and the plan does without.
    pub unneeded: Vec<String>,
    /// Refused, and not held.
    pub missing: Vec<String>,
    pub operations: Vec<PlannedCall>,
}

/// An operation that a key called.
pub(crate) struct PlannedCall {
    pub operation: String,
    pub scopes: Vec<String>,
    pub calls: i64,
    pub refused: i64,
}

impl KeyPlan {
    /// Whether it takes something from what the key has.
    pub fn is_smaller(&self) -> bool {
        !self.unneeded.is_empty() && !self.operations.is_empty()
    }
}

impl Calls {
    pub async fn plan_for_key(&self, id: &str) -> Result<KeyPlan, Failure> {
        let call = self.client.plan_scopes().body_map(|body| body.key_id(id).days(DAYS));
        let plan = call.send().await?.into_inner();
        let names =
            |scopes: &[Scope]| -> Vec<String> { scopes.iter().map(|scope| scope.as_str().to_owned()).collect() };
        let planned = |one: types::PlannedOperation| PlannedCall {
            scopes: names(&one.scopes),
            operation: one.operation,
            calls: one.calls.unwrap_or(0),
            refused: one.refused.unwrap_or(0),
        };
        let key = plan.key.as_ref();
        Ok(KeyPlan {
            held: key.map(|key| names(&key.held)).unwrap_or_default(),
            unneeded: key.map(|key| names(&key.unneeded)).unwrap_or_default(),
            missing: key.map(|key| names(&key.missing)).unwrap_or_default(),
            scopes: names(&plan.scopes),
            operations: plan.operations.into_iter().map(planned).collect(),
        })
    }
}
