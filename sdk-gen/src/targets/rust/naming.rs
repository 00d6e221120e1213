//! Names that progenitor and typify leave as they are: both clean every name once more, with `heck`.

use std::collections::HashSet;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use crate::names::{self, Case};

/// Words that cannot be identifiers. progenitor and typify put a `_` behind them.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "union",
];

/// One scope of names.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    case: Case,
    taken: HashSet<String>,
}

impl Scope {
    pub(super) fn new(case: Case, taken: &[&str]) -> Self {
        Self { case, taken: taken.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// A free name nearest to what is wanted. `spare` is put behind a name that is taken.
    pub(super) fn take(&mut self, wanted: &str, spare: &str) -> String {
        let base = stable(wanted, self.case);
        let mut name = base.clone();
        let mut count = 1_usize;
        while self.taken.contains(&name) {
            let tail = if count == 1 { spare.to_owned() } else { format!("{spare} {count}") };
            name = stable(&format!("{base} {tail}"), self.case);
            count += 1;
        }
        self.taken.insert(name.clone());
        name
    }
}

/// The name in a spelling that `heck` does not change any more.
fn stable(wanted: &str, case: Case) -> String {
    let mut name = names::convert(wanted, case);
    if name.is_empty() {
        name = names::convert("value", case);
    }
    for _ in 0..4 {
        let again = match case {
            Case::Pascal => name.to_upper_camel_case(),
            _ => name.trim_start_matches('_').to_snake_case(),
        };
        if again == name {
            break;
        }
        name = again;
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, if case == Case::Pascal { 'V' } else { 'v' });
    }
    name
}

/// The identifier that a name becomes: keywords get a `_`.
pub(super) fn identifier(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_survive_a_second_cleaning() {
        let mut scope = Scope::new(Case::Snake, &["client"]);
        assert_eq!(scope.take("itemId", "value"), "item_id");
        assert_eq!(scope.take("item_id", "value"), "item_id_value");
        assert_eq!(scope.take("client", "value"), "client_value");
        assert_eq!(scope.take("DateCreated>", "value"), "date_created");
        assert_eq!(scope.take("2fa", "value"), "v2fa");
        assert_eq!(identifier("type"), "type_");
    }

    #[test]
    fn type_names_do_not_hide_what_the_code_uses() {
        let mut scope = Scope::new(Case::Pascal, &["Option"]);
        assert_eq!(scope.take("Option", "type"), "OptionType");
        assert_eq!(scope.take("API_key", "type"), "ApiKey");
        assert_eq!(scope.take("ApiKey", "type"), "ApiKeyType");
    }
}
