//! The smallest scopes for what somebody does (promise 10).
//!
//! Every operation asks for a fixed set of scopes, all of them at once, so the smallest set that opens several is what they
//! ask for together, less what an umbrella among it covers: `admin`, where an operation asks for that, makes all others
//! needless. No umbrella is ever put in the place of names, since it would open more.

use super::scopes::Scopes;

/// What an operation asks for, and how a key fared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fared {
    /// The scopes that it asks for.
    pub scopes: Scopes,
    /// How often the key called it.
    pub calls: i64,
    /// How many of these calls were refused (403).
    pub refused: i64,
}

/// What is found of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Findings {
    /// The smallest scopes that do for all that was not refused each time.
    pub needed: Scopes,
    /// What the key has, and does without.
    pub unneeded: Scopes,
    /// What it called and has no scope for.
    pub missing: Scopes,
}

/// The smallest scopes that do what all of these ask for.
#[must_use]
pub fn least(asked: impl IntoIterator<Item = Scopes>) -> Scopes {
    let all = asked.into_iter().fold(Scopes::NONE, Scopes::and);
    all.iter().filter(|scope| !all.without(*scope).covers((*scope).into())).collect()
}

/// What a key with the scopes `held` needs, judged by what it called.
#[must_use]
pub fn findings(called: &[Fared], held: Scopes) -> Findings {
    let needed = least(called.iter().filter(|one| one.refused < one.calls).map(|one| one.scopes));
    let lacking = called.iter().filter(|one| !held.covers(one.scopes)).map(|one| one.scopes);
    Findings {
        needed,
        unneeded: held.iter().filter(|scope| !needed.names(*scope)).collect(),
        missing: least(lacking).iter().filter(|scope| !held.covers((*scope).into())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::scopes::Scope;

    const UMBRELLAS: [Scope; 3] = [Scope::Read, Scope::Write, Scope::Admin];

    fn fared(scope: Scope, calls: i64, refused: i64) -> Fared {
        Fared { scopes: scope.into(), calls, refused }
    }

    fn names(most: usize) -> impl Strategy<Value = Vec<Scopes>> {
        let set = proptest::collection::vec(0..Scope::ALL.len(), 0..3);
        let set = set.prop_map(|places| places.into_iter().map(|place| Scope::ALL[place]).collect::<Scopes>());
        proptest::collection::vec(set, 0..most)
    }

    proptest! {
        #[test]
        fn a_plan_opens_everything_and_nothing_of_it_can_go(asked in names(8)) {
            let plan = least(asked.iter().copied());
            prop_assert!(asked.iter().all(|scopes| plan.covers(*scopes)));
            for scope in plan.iter() {
                let smaller = plan.without(scope);
                prop_assert!(asked.iter().any(|scopes| !smaller.covers(*scopes)), "{plan} does without {scope}");
            }
        }

        #[test]
        fn an_umbrella_is_planned_only_where_an_operation_asks_for_it_by_name(asked in names(8)) {
            let plan = least(asked.iter().copied());
            for umbrella in UMBRELLAS {
                prop_assert!(!plan.names(umbrella) || asked.iter().any(|scopes| scopes.names(umbrella)));
            }
        }

        #[test]
        fn what_a_key_does_without_and_what_it_needs_are_never_the_same(asked in names(8), held in names(4)) {
            let called: Vec<_> = asked.iter().map(|scopes| Fared { scopes: *scopes, calls: 1, refused: 0 }).collect();
            let held = held.into_iter().fold(Scopes::NONE, Scopes::and);
            let found = findings(&called, held);
            prop_assert!(found.unneeded.iter().all(|scope| held.names(scope) && !found.needed.names(scope)));
            prop_assert!(found.missing.iter().all(|scope| !held.covers(scope.into())));
            let enough = asked.iter().all(|scopes| held.covers(*scopes));
            prop_assert_eq!(found.missing.is_empty(), enough);
        }
    }

    #[test]
    fn an_umbrella_that_a_key_holds_gives_way_to_the_names_that_it_uses() {
        let found = findings(&[fared(Scope::KeysRead, 3, 0)], Scopes::of(&[Scope::Read, Scope::KeysRead]));
        assert_eq!(found.needed.to_names(), ["keys:read"]);
        assert_eq!(found.unneeded.to_names(), ["read"]);
    }

    #[test]
    fn what_was_refused_each_time_is_missing_and_not_planned_for() {
        let called = [fared(Scope::KeysRead, 3, 1), fared(Scope::WriteItems, 2, 2)];
        let found = findings(&called, Scopes::of(&[Scope::Read]));
        assert_eq!(found.needed.to_names(), ["keys:read"]);
        assert_eq!(found.missing.to_names(), ["write:items"]);
    }

    #[test]
    fn where_admin_is_needed_nothing_else_is() {
        let asked = [Scope::Admin, Scope::KeysRead, Scope::UsersWrite].map(Scopes::from);
        assert_eq!(least(asked).to_names(), ["admin"]);
    }
}
