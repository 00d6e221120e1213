//! SDK method names: the operationId without its resource's noun (`createKey` in `keys` is `create`).

use std::collections::HashMap;

use crate::model::Operation;
use crate::names::{Case, Names, join, words};

/// Gives every operation its method name, unique within its resource.
pub(super) fn name_methods(operations: &mut [Operation]) {
    let mut count: HashMap<(String, String), usize> = HashMap::new();
    for operation in operations.iter() {
        *count.entry((operation.resource.clone(), short(operation))).or_default() += 1;
    }
    let mut scopes: HashMap<String, Names> = HashMap::new();
    for operation in operations {
        let wanted = short(operation);
        let alone = count.get(&(operation.resource.clone(), wanted.clone())).copied() == Some(1);
        let whole = join(&words(&operation.id), Case::Camel);
        let names = scopes.entry(operation.resource.clone()).or_insert_with(|| Names::new(Case::Camel, &[]));
        operation.name = names.take(if alone { &wanted } else { &whole });
    }
}

/// The id's words without the resource's, the whole id where nothing would be left.
fn short(operation: &Operation) -> String {
    let id = words(&operation.id);
    let noun = words(&operation.resource);
    let rest = without(&id, &noun).unwrap_or_else(|| id.clone());
    join(if rest.is_empty() { &id } else { &rest }, Case::Camel)
}

/// `id` without the first run of words that is the noun, in singular or plural.
fn without(id: &[String], noun: &[String]) -> Option<Vec<String>> {
    let width = noun.len();
    let start = id.windows(width.max(1)).position(|run| width > 0 && same_noun(run, noun))?;
    Some(id.iter().take(start).chain(id.iter().skip(start + width)).cloned().collect())
}

fn same_noun(run: &[String], noun: &[String]) -> bool {
    let last = run.len().saturating_sub(1);
    run.iter()
        .zip(noun)
        .enumerate()
        .all(|(index, (one, two))| one == two || (index == last && singular(one) == singular(two)))
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return word.trim_end_matches("es").to_owned();
        }
    }
    if word.ends_with("ss") || word.ends_with("us") {
        return word.to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}
