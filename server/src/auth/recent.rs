//! A cache that forgets at once.

use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use moka::sync::Cache;

/// How long a change made by another process can stay unseen here, at worst.
const BOUND: Duration = Duration::from_secs(10);
const MOST: u64 = 100_000;

/// What the store said a moment ago. A load that began before something was forgotten is not kept: otherwise what was
/// revoked in between could come back.
#[derive(Debug)]
pub struct Recent<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    entries: Cache<K, V, RandomState>,
    /// How often something was forgotten. Held while an entry is kept or forgotten, never over an await.
    generation: Mutex<u64>,
}

/// When a load began, in forgettings.
#[derive(Debug, Clone, Copy)]
pub struct Generation(u64);

impl<K, V> Default for Recent<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        let entries = Cache::builder().max_capacity(MOST).time_to_live(BOUND);
        Self { entries: entries.build_with_hasher(RandomState::default()), generation: Mutex::new(0) }
    }
}

impl<K, V> Recent<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// What is remembered.
    pub fn get(&self, key: &K) -> Option<V> {
        self.entries.get(key)
    }

    /// To be asked before a load, and handed to [`Recent::keep`] after it.
    pub fn generation(&self) -> Generation {
        Generation(*self.lock())
    }

    /// Remembers what a load brought, unless something was forgotten since it began.
    pub fn keep(&self, began: Generation, key: K, value: V) {
        let generation = self.lock();
        if *generation == began.0 {
            self.entries.insert(key, value);
        }
    }

    /// Forgets one: the next use asks the store.
    pub fn forget(&self, key: &K) {
        let mut generation = self.lock();
        *generation = generation.wrapping_add(1);
        self.entries.invalidate(key);
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        let mut generation = self.lock();
        *generation = generation.wrapping_add(1);
        self.entries.invalidate_all();
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.generation.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s56_a_load_that_began_before_a_revocation_is_not_kept() {
        let recent = Recent::<u8, &str>::default();
        let began = recent.generation();
        recent.forget(&1);
        recent.keep(began, 1, "as it was before the revocation");
        assert_eq!(recent.get(&1), None);

        recent.keep(recent.generation(), 1, "as it is");
        assert_eq!(recent.get(&1), Some("as it is"));

        let began = recent.generation();
        recent.forget_all();
        recent.keep(began, 1, "as it was before everything was forgotten");
        assert_eq!(recent.get(&1), None);
    }
}
