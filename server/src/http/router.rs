//! From method and path to the operation's endpoint. Small and strict: a trailing slash is another path, a path that is
//! there answers 405 with `Allow` for a method that is not.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method};
use poem_openapi::OpenApi;

use super::Operation;

/// The operations of one path.
pub(super) struct PathEntry {
    template: &'static str,
    /// The template up to its first parameter.
    literal: &'static str,
    operations: Vec<Route>,
    /// Every method that it takes, for `Allow`.
    pub allow: HeaderValue,
}

/// One operation and what answers it.
pub(super) struct Route {
    /// The operation.
    pub operation: &'static Operation,
    /// What answers it.
    pub endpoint: BoxEndpoint<'static>,
}

/// Every path of the contract.
#[derive(Default)]
pub struct Router {
    /// Paths without parameters.
    plain: HashMap<&'static str, PathEntry, RandomState>,
    /// Paths with parameters, most literal first.
    templates: Vec<PathEntry>,
}

impl std::fmt::Debug for Router {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Router({} paths)", self.plain.len() + self.templates.len())
    }
}

impl Router {
    /// Takes the generated routes. Operations without a route would be a fault of the generator; a test looks for them.
    #[must_use]
    pub fn new(api: impl OpenApi, operations: &[&'static Operation]) -> Self {
        let mut table = HashMap::new();
        api.add_routes(&mut table);
        let mut router = Self::default();
        for operation in operations {
            let endpoint =
                table.get_mut(&poem_path(operation.path)).and_then(|methods| methods.remove(&operation.method));
            match endpoint {
                Some(endpoint) => router.add(Route { operation, endpoint }),
                None => tracing::error!(operation = operation.id, "an operation has no route"),
            }
        }
        router.templates.sort_by_key(|entry| entry.template.matches('{').count());
        let entries = router.plain.values_mut().chain(&mut router.templates);
        entries.for_each(|entry| entry.allow = allow(&entry.operations));
        router
    }

    fn add(&mut self, route: Route) {
        let template = route.operation.path;
        let literal = template.split('{').next().unwrap_or(template);
        let new = || PathEntry { template, literal, operations: Vec::new(), allow: HeaderValue::from_static("") };
        let entry = if template.contains('{') {
            let place = self.templates.iter().position(|entry| entry.template == template);
            let place = place.unwrap_or_else(|| {
                self.templates.push(new());
                self.templates.len() - 1
            });
            self.templates.get_mut(place)
        } else {
            Some(self.plain.entry(template).or_insert_with(new))
        };
        if let Some(entry) = entry {
            entry.operations.push(route);
        }
    }

    /// The entry of a path; `None` when the contract has no such path.
    pub(super) fn find(&self, path: &str) -> Option<&PathEntry> {
        let fits = |entry: &&PathEntry| path.starts_with(entry.literal) && matches(entry.template, path);
        self.plain.get(path).or_else(|| self.templates.iter().find(fits))
    }

    /// How many operations there are.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.plain.values().chain(&self.templates).map(|entry| entry.operations.len()).sum()
    }
}

impl PathEntry {
    /// The operation of that method. HEAD is GET without its body, which the connection leaves out.
    pub fn route(&self, method: &Method) -> Option<&Route> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.operations.iter().find(|route| route.operation.method == method)
    }
}

/// Whether a path is one of a template's; a parameter is never empty.
fn matches(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(value)) if part.starts_with('{') => {
                if value.is_empty() {
                    return false;
                }
            }
            (Some(part), Some(value)) if part == value => {}
            _ => return false,
        }
    }
}

/// The path as poem-openapi calls it: `/v1/keys/:param0`.
fn poem_path(path: &str) -> String {
    let mut count = 0;
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        if part.starts_with('{') {
            parts.push(format!(":param{count}"));
            count += 1;
        } else {
            parts.push(part.to_owned());
        }
    }
    parts.join("/")
}

fn allow(routes: &[Route]) -> HeaderValue {
    let mut methods: Vec<&str> = routes.iter().map(|route| route.operation.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.sort_unstable();
    HeaderValue::from_str(&methods.join(", ")).unwrap_or_else(|_| HeaderValue::from_static("OPTIONS"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_matches_its_own_paths_only() {
        assert!(matches("/v1/keys/{keyId}", "/v1/keys/key_1"));
        for other in ["/v1/keys/", "/v1/keys", "/v1/keys/a/b", "/v1/items/a", "/v1/keys/a/"] {
            assert!(!matches("/v1/keys/{keyId}", other), "{other}");
        }
        assert_eq!(poem_path("/v1/a/{b}/c/{d}"), "/v1/a/:param0/c/:param1");
    }
}
