//! Request ids. They name a request and open nothing, so they need no randomness of their own: a random start for each
//! process, and from there one after the other.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::ids::RequestId;
use crate::domain::time::Time;
use crate::random::{NoRandomness, Random};

/// Where this process's numbers began, and how many were given.
#[derive(Debug)]
pub(super) struct Numbers {
    start: u64,
    process: [u8; 2],
    given: AtomicU64,
}

impl Numbers {
    /// From a random start: two processes that answer in the same millisecond do not meet.
    pub fn new(random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self { start: u64::from_be_bytes(random.bytes()?), process: random.bytes()?, given: AtomicU64::new(0) })
    }

    /// An id that no other request has.
    pub fn next(&self, now: Time) -> RequestId {
        let number = self.start.wrapping_add(self.given.fetch_add(1, Ordering::Relaxed));
        let mut bytes = [0; 10];
        let (head, tail) = bytes.split_at_mut(self.process.len());
        head.copy_from_slice(&self.process);
        tail.copy_from_slice(&number.to_be_bytes());
        RequestId::of(now, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_requests_have_one_id() {
        let random = Random::default();
        let (ours, theirs) = (Numbers::new(&random).unwrap(), Numbers::new(&random).unwrap());
        let now = Time::from_ms(1_000);
        let ids: std::collections::HashSet<_> =
            (0..1_000).flat_map(|_| [ours.next(now), theirs.next(now)]).map(|id| id.to_string()).collect();

        assert_eq!(ids.len(), 2_000);
    }
}
