//! What a credential may do.

mod plan;

use crate::app::App;
use crate::auth::{Caller, Visitor};
use crate::domain::scopes::Scope;
use crate::generated::operations;
use crate::generated::scopes::{PlanScopes, ScopeInfo, ScopePage, ScopePlan, ScopesApi};
use crate::problem::Problem;

impl ScopesApi for App {
    async fn list_scopes(&self, _visitor: Visitor, limit: i32, cursor: Option<String>) -> Result<ScopePage, Problem> {
        // The list never changes while the server runs, so the cursor is the last scope's name.
        let start = match cursor {
            None => 0,
            Some(name) => {
                after(&name).ok_or_else(|| Problem::invalid_query("cursor", "is not a nextCursor of this list"))?
            }
        };
        let rest = Scope::ALL.get(start..).unwrap_or_default();
        let (page, more) = rest.split_at(rest.len().min(usize::try_from(limit).unwrap_or(0)));
        let next_cursor = page.last().filter(|_| !more.is_empty()).map(|scope| scope.name().to_owned());
        Ok(ScopePage { data: page.iter().copied().map(info).collect(), next_cursor })
    }

    async fn plan_scopes(&self, caller: Caller, body: PlanScopes) -> Result<ScopePlan, Problem> {
        match plan::asked(body)? {
            plan::Asked::Operations(operations) => Ok(plan::of_operations(&operations)),
            plan::Asked::Key { id, days } => plan::of_key(self, &caller, &id, days).await,
        }
    }
}

fn after(name: &str) -> Option<usize> {
    Some(Scope::ALL.iter().position(|scope| scope.name() == name)? + 1)
}

fn info(scope: Scope) -> ScopeInfo {
    let asks = operations::ALL.iter().filter(|operation| operation.scopes.names(scope));
    ScopeInfo {
        scope,
        description: scope.about().to_owned(),
        admin_granted: scope.admin_granted(),
        operations: asks.map(|operation| operation.id.to_owned()).collect(),
    }
}
