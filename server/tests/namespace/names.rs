//! A DNS server of the test's own, as a hostile one is: each name answers as it is told, look-up by look-up, over and
//! over, with a TTL of 0. A name that it was told nothing of leads to this machine.

use std::collections::HashMap;
use std::net::{IpAddr, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const A: u16 = 1;
const CNAME: u16 = 5;
const AAAA: u16 = 28;
/// Names that lead to names, at most: more are a loop.
const CHAIN: usize = 8;

/// What a name says.
#[derive(Debug, Clone)]
pub enum Record {
    /// An address, of either family.
    Address(IpAddr),
    /// Another name, whose addresses are in the same answer.
    Name(String),
}

/// An answer to one look-up.
pub type Round = Vec<Record>;

#[derive(Default)]
struct Said {
    rounds: Vec<Round>,
    /// How often it was asked for addresses of IPv4, and of IPv6.
    asked: [usize; 2],
}

/// The server.
#[derive(Clone, Default)]
pub struct Names {
    said: Arc<Mutex<HashMap<String, Said>>>,
    looked_up: Arc<AtomicUsize>,
}

impl Names {
    /// One that answers at port 53 of this machine, until the test ends.
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:53").expect("port 53");
        let names = Self::default();
        let answering = names.clone();
        std::thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query) {
                if let Some(answer) = answering.answer(&query[..length]) {
                    socket.send_to(&answer, from).expect("an answer leaves");
                }
            }
        });
        names
    }

    /// From now on that name answers so, one round after the other and from the start again.
    pub fn say(&self, name: &str, rounds: Vec<Round>) {
        self.locked().insert(name.to_owned(), Said { rounds, asked: [0; 2] });
    }

    /// How often any name was looked up.
    pub fn looked_up(&self) -> usize {
        self.looked_up.load(Ordering::Relaxed)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Said>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        let (name, end) = name_at(query, 12)?;
        let kind = u16::from_be_bytes([*query.get(end)?, *query.get(end + 1)?]);
        if kind == A {
            self.looked_up.fetch_add(1, Ordering::Relaxed);
        }
        let records = self.records(&name, kind);
        let count = u16::try_from(records.len()).ok()?.to_be_bytes();
        let mut answer = query[..2].to_vec();
        // An answer, recursion wanted and had, no error; one question.
        answer.extend([0x81, 0x80, 0, 1, count[0], count[1], 0, 0, 0, 0]);
        answer.extend(&query[12..end + 4]);
        for (owner, kind, data) in records {
            answer.extend(labels(&owner));
            answer.extend(kind.to_be_bytes());
            answer.extend([0, 1, 0, 0, 0, 0]);
            answer.extend(u16::try_from(data.len()).ok()?.to_be_bytes());
            answer.extend(data);
        }
        Some(answer)
    }

    /// Everything that is said of a name for that kind of question, and of the names that it leads to.
    fn records(&self, name: &str, kind: u16) -> Vec<(String, u16, Vec<u8>)> {
        let mut records = Vec::new();
        let (mut next, mut chain) = (Some(name.to_lowercase()), 0);
        while let Some(owner) = next.take().filter(|_| chain < CHAIN) {
            chain += 1;
            for record in self.round(&owner, kind) {
                match record {
                    Record::Address(IpAddr::V4(address)) if kind == A => {
                        records.push((owner.clone(), A, address.octets().to_vec()));
                    }
                    Record::Address(IpAddr::V6(address)) if kind == AAAA => {
                        records.push((owner.clone(), AAAA, address.octets().to_vec()));
                    }
                    Record::Address(_) => {}
                    Record::Name(target) => {
                        records.push((owner.clone(), CNAME, labels(&target)));
                        next = Some(target);
                    }
                }
            }
        }
        records
    }

    fn round(&self, name: &str, kind: u16) -> Round {
        let mut all = self.locked();
        let said = all.entry(name.to_owned()).or_insert_with(|| Said {
            rounds: vec![
                ["127.0.0.1", "::1"].map(|inside| Record::Address(inside.parse().expect("an address"))).into(),
            ],
            asked: [0; 2],
        });
        let asked = &mut said.asked[usize::from(kind == AAAA)];
        let round = said.rounds[*asked % said.rounds.len()].clone();
        *asked += 1;
        round
    }
}

/// The name that is written there, and where it ends.
fn name_at(message: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut parts = Vec::new();
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        if length == 0 {
            return Some((parts.join("."), at));
        }
        parts.push(String::from_utf8_lossy(message.get(at..at + length)?).into_owned());
        at += length;
    }
}

/// A name as it is written in a message.
fn labels(name: &str) -> Vec<u8> {
    let part = |part: &str| [&[u8::try_from(part.len()).expect("a short part")][..], part.as_bytes()].concat();
    name.split('.').flat_map(part).chain([0]).collect()
}
