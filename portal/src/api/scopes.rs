//! `listScopes`: what a key can be given.

use super::{Calls, Failure};

/// One scope.
#[derive(Debug, Clone)]
pub(crate) struct ScopeLine {
    pub name: String,
    pub description: String,
    pub admin_granted: bool,
    /// Operations that ask for it.
    pub operations: Vec<String>,
}

/// The scopes of one resource.
#[derive(Debug, Clone)]
pub(crate) struct ScopeGroup {
    pub resource: String,
    pub scopes: Vec<ScopeLine>,
}

impl Calls {
    /// What the visitor can give a key, by resource.
    pub async fn scopes(&self, admin: bool) -> Result<Vec<ScopeGroup>, Failure> {
        let mut stream = self.client.list_scopes().limit(100).stream();
        let mut lines = Vec::new();
        while let Some(info) = stream.try_next().await? {
            lines.push(ScopeLine {
                name: info.scope.as_str().to_owned(),
                description: info.description,
                admin_granted: info.admin_granted,
                operations: info.operations,
            });
        }
        Ok(grouped(lines, admin))
    }
}

/// Scopes by resource, in the order in which resources come first. `admin` decides whether those are shown that only an
/// administrator grants.
fn grouped(lines: Vec<ScopeLine>, admin: bool) -> Vec<ScopeGroup> {
    let mut groups: Vec<ScopeGroup> = Vec::new();
    for line in lines.into_iter().filter(|line| admin || !line.admin_granted) {
        let resource = resource(&line.name);
        match groups.iter_mut().find(|group| group.resource == resource) {
            Some(group) => group.scopes.push(line),
            None => groups.push(ScopeGroup { resource, scopes: vec![line] }),
        }
    }
    groups
}

/// `write:items` and `keys:read` both name their resource; an umbrella names none.
fn resource(scope: &str) -> String {
    match scope.split_once(':') {
        Some(("read" | "write", resource)) => resource.to_owned(),
        Some((resource, _)) => resource.to_owned(),
        None if matches!(scope, "read" | "write" | "admin") => "everything".to_owned(),
        None => scope.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, admin_granted: bool) -> ScopeLine {
        ScopeLine { name: name.to_owned(), description: String::new(), admin_granted, operations: Vec::new() }
    }

    #[test]
    fn both_spellings_of_a_resource_are_one_group() {
        let groups = grouped(
            vec![line("read", false), line("write:items", false), line("keys:read", false), line("read:items", false)],
            false,
        );
        let names: Vec<&str> = groups.iter().map(|group| group.resource.as_str()).collect();
        assert_eq!(names, ["everything", "items", "keys"]);
        assert_eq!(groups[1].scopes.len(), 2);
    }

    #[test]
    fn what_only_an_administrator_grants_is_shown_to_one_alone() {
        let lines = || vec![line("users:write", true), line("usage:read", false)];
        assert_eq!(grouped(lines(), false).len(), 1);
        assert_eq!(grouped(lines(), true).len(), 2);
    }
}
