//! Which types go into one module: those that refer to each other in a circle, and inline ones with their only user.
//! So modules never import in a circle, and a call loads only the models that it needs.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;

use crate::model::walk::walk;
use crate::model::{Api, Kind, Schema};

/// Names that a schema refers to, in order.
pub(super) fn references(schema: &Schema) -> Vec<&str> {
    let mut found = Vec::new();
    walk(schema, &mut |inner| {
        if let Kind::Ref(name) = &inner.kind {
            found.push(name.as_str());
        }
    });
    found
}

/// Types that are reachable from these, themselves included.
pub(super) fn reachable<'a>(api: &'a Api, from: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut left: Vec<&str> = from.into_iter().collect();
    while let Some(name) = left.pop() {
        if seen.insert(name) {
            left.extend(api.types.get(name).map(|named| references(&named.schema)).unwrap_or_default());
        }
    }
    seen
}

/// Groups of types, each a module; the first of a group gives it its name.
pub(super) fn groups<'a>(api: &'a Api, left_out: &HashSet<&str>) -> Vec<Vec<&'a str>> {
    let edges: IndexMap<&str, Vec<&str>> = api
        .types
        .values()
        .filter(|named| !left_out.contains(named.name.as_str()))
        .map(|named| (named.name.as_str(), references(&named.schema)))
        .collect();
    let mut search = Search {
        edges: &edges,
        found: HashMap::new(),
        stack: Vec::new(),
        on_stack: HashSet::new(),
        circles: Vec::new(),
    };
    for name in edges.keys() {
        search.visit(name);
    }
    joined(api, &edges, search.circles)
}

/// Tarjan's algorithm: circles come out after all that they refer to.
struct Search<'a, 'b> {
    edges: &'b IndexMap<&'a str, Vec<&'a str>>,
    /// Number of each node in order of discovery, and the lowest number that it can reach.
    found: HashMap<&'a str, (usize, usize)>,
    stack: Vec<&'a str>,
    on_stack: HashSet<&'a str>,
    circles: Vec<Vec<&'a str>>,
}

impl<'a> Search<'a, '_> {
    fn visit(&mut self, name: &'a str) -> usize {
        if let Some((number, _)) = self.found.get(name) {
            return *number;
        }
        let number = self.found.len();
        let mut lowest = number;
        self.found.insert(name, (number, number));
        self.stack.push(name);
        self.on_stack.insert(name);
        let edges = self.edges;
        for next in edges.get(name).into_iter().flatten().filter(|next| edges.contains_key(*next)) {
            if !self.found.contains_key(next) {
                self.visit(next);
                lowest = lowest.min(self.found.get(next).map_or(lowest, |(_, low)| *low));
            } else if self.on_stack.contains(next) {
                lowest = lowest.min(self.found.get(next).map_or(lowest, |(at, _)| *at));
            }
        }
        self.found.insert(name, (number, lowest));
        if lowest == number {
            self.close(name);
        }
        number
    }

    fn close(&mut self, name: &'a str) {
        let from = self.stack.iter().rposition(|on| *on == name).unwrap_or_default();
        let circle = self.stack.split_off(from);
        for member in &circle {
            self.on_stack.remove(member);
        }
        self.circles.push(circle);
    }
}

/// Inline types move to their only user, from the users down.
fn joined<'a>(api: &Api, edges: &IndexMap<&'a str, Vec<&'a str>>, circles: Vec<Vec<&'a str>>) -> Vec<Vec<&'a str>> {
    let mut users: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (name, nexts) in edges {
        for next in nexts {
            users.entry(next).or_default().insert(name);
        }
    }
    let mut home: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for circle in circles.into_iter().rev() {
        let inline = circle.iter().all(|name| api.types.get(*name).is_some_and(|named| named.hoisted));
        let homes: BTreeSet<usize> = circle
            .iter()
            .flat_map(|name| users.get(name).into_iter().flatten())
            .filter_map(|user| home.get(user).copied())
            .collect();
        let only = homes.first().copied().filter(|_| inline && homes.len() == 1);
        let index = only.unwrap_or(groups.len());
        if index == groups.len() {
            groups.push(Vec::new());
        }
        for name in circle {
            home.insert(name, index);
            if let Some(group) = groups.get_mut(index) {
                group.push(name);
            }
        }
    }
    for group in &mut groups {
        group.sort_by_key(|name| {
            (api.types.get(*name).is_none_or(|named| named.hoisted), api.types.get_index_of(*name))
        });
    }
    groups
}
