//! Turns: whoever works on one session waits for the others of this process here, in memory.
//!
//! The store's own lock decides; but whoever waits for that holds a connection, and a client that sends one token a
//! thousand times must not keep all connections from everybody else.

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::ids::SessionId;

/// Sessions share turns by chance; this many can be at work at once, more than there are connections.
const PLACES: usize = 64;

/// The turns.
#[derive(Debug)]
pub struct Turns([Mutex<()>; PLACES]);

impl Default for Turns {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::new(())))
    }
}

impl Turns {
    /// Waits for the session's turn, which lasts until what is answered is dropped.
    pub async fn of(&self, session: &SessionId) -> Option<MutexGuard<'_, ()>> {
        let place = session.as_str().bytes().fold(0, |sum: usize, letter| sum.wrapping_mul(31) + usize::from(letter));
        let mutex = self.0.get(place % PLACES)?;
        Some(mutex.lock().await)
    }
}
