//! The scopes of a form: by resource, ticked as they were.

use crate::api::{ScopeGroup, ScopeLine};

/// Scopes to choose from.
pub(crate) struct ScopeChoice {
    /// Scopes of resources that are there now; umbrellas are apart.
    pub groups: Vec<ScopeGroup>,
    /// `read`, `write`, `admin`: everything at once.
    pub umbrellas: Vec<ScopeLine>,
    /// Scopes of resources that no operation belongs to yet.
    pub idle: Vec<ScopeLine>,
    ticked: Vec<String>,
}

impl ScopeChoice {
    pub fn of(groups: Vec<ScopeGroup>, ticked: Vec<String>) -> Self {
        let mut choice = Self { groups: Vec::new(), umbrellas: Vec::new(), idle: Vec::new(), ticked };
        for group in groups {
            if group.resource == "everything" {
                choice.umbrellas.extend(group.scopes);
            } else if group.scopes.iter().any(|scope| !scope.operations.is_empty()) {
                choice.groups.push(group);
            } else {
                choice.idle.extend(group.scopes);
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
