//! What metering costs: the same server with nothing metered, with limits and usage counters, and with the request log
//! besides. The settings alone differ: all three are the binary that is shipped.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::load::Load;
use crate::rounds::{load, text};
use crate::server::{ROOT_KEY, Server};

/// How much is metered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metering {
    /// No limits, no counters, no log.
    Nothing,
    /// Limits (raised, so that they refuse nobody) and usage counters.
    Counters,
    /// These and the request log.
    All,
}

impl Metering {
    /// All of it, in the order of the table.
    pub const EACH: [Self; 3] = [Self::Nothing, Self::Counters, Self::All];

    const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Counters => "counters",
            Self::All => "all",
        }
    }
}

/// One round: 2xx answers a second, in the order of [`Metering::EACH`].
pub type Round = [f64; 3];

struct Metered {
    server: Server,
    header: String,
}

/// Seconds of load at a time: short, so that a slow moment of the machine falls on all three servers.
const AT_A_TIME: u64 = 1;

/// Interleaved rounds of a second over three servers, each with a key of its own that reads its own account; as long in
/// all as that many rounds of that many seconds.
pub async fn measure(binary: &str, folder: &Path, seconds: u64, rounds: usize) -> Result<Vec<Round>> {
    let rounds = rounds * usize::try_from(seconds / AT_A_TIME)?;
    let mut all = Vec::new();
    for metering in Metering::EACH {
        let folder = folder.join(format!("meters-{}", metering.name()));
        std::fs::create_dir_all(&folder)?;
        let server = Server::metered(binary, &folder, metering).await?;
        let order = json!({ "name": "bench", "scopes": ["read"] });
        let key = Load::once(&server.address, "POST", "/v1/keys", Some(order), ROOT_KEY).await?;
        all.push(Metered { header: format!("X-API-Key: {}", text(&key, "secret")?), server });
    }
    let mut measured = Vec::new();
    for round in 1..=rounds {
        let mut rates = [0.0; 3];
        for place in 0..rates.len() {
            // Each begins in its turn, so that none always runs on a warmer machine.
            let place = (place + round) % rates.len();
            if let (Some(rate), Some(one)) = (rates.get_mut(place), all.get(place)) {
                *rate = load(&one.server, "/v1/me", Some(&one.header), AT_A_TIME).await?;
            }
        }
        eprintln!("meters round {round}: {rates:.0?}");
        measured.push(rates);
    }
    Ok(measured)
}
