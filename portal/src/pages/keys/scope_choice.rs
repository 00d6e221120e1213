//! The scopes of a form: by resource, ticked as they were.

use crate::api::{ScopeGroup, ScopeLine};

/// Scopes to choose from.
pub(crate) struct ScopeChoice {
    /// Scopes that open something now, by resource; umbrellas are apart.
    pub groups: Vec<ScopeGroup>,
    /// `read`, `write`, `admin`: everything at once.
    pub umbrellas: Vec<ScopeLine>,
    /// Scopes that no operation asks for yet.
    pub idle: Vec<ScopeLine>,
    ticked: Vec<String>,
}

impl ScopeChoice {
    pub fn of(groups: Vec<ScopeGroup>, ticked: Vec<String>) -> Self {
        let mut choice = Self { groups: Vec::new(), umbrellas: Vec::new(), idle: Vec::new(), ticked };
        for group in groups {
            if group.resource == "everything" {
                choice.umbrellas.extend(group.scopes);
                continue;
            }
            let (used, idle): (Vec<_>, Vec<_>) =
                group.scopes.into_iter().partition(|scope| !scope.operations.is_empty());
            choice.idle.extend(idle);
            if !used.is_empty() {
                choice.groups.push(ScopeGroup { resource: group.resource, scopes: used });
            }
        }
        choice
    }

    pub fn is_ticked(&self, scope: &str) -> bool {
        self.ticked.iter().any(|ticked| ticked == scope)
    }

    /// Whether the part that is folded away holds a ticked one, and must be open.
    pub fn rest_is_ticked(&self) -> bool {
        self.umbrellas.iter().chain(&self.idle).any(|scope| self.is_ticked(&scope.name))
    }
}
