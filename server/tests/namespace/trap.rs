//! What listens at every address of the world, on the ports that are worth an attack, and counts who comes; and what the
//! kernel counts on all others.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};

/// Of web servers, mail, databases, caches, shells and orchestrators.
const PORTS: [u16; 24] = [
    443, 8443, 22, 23, 25, 80, 110, 143, 465, 587, 2375, 2379, 3000, 3306, 5432, 5672, 6379, 8000, 8080, 9000, 9200,
    10_250, 11_211, 27_017,
];
/// Nobody else goes there.
const MARK: &str = "198.51.100.77";

/// The listeners, and who came: by the address that was dialled.
pub struct Trap(Arc<Mutex<BTreeMap<SocketAddr, usize>>>);

impl Trap {
    /// Listens.
    pub async fn set() -> Self {
        let came = Arc::new(Mutex::new(BTreeMap::new()));
        for port in PORTS {
            // For IPv4 too.
            let listener = TcpListener::bind(("::", port)).await.expect("a free port");
            let came = Arc::clone(&came);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let dialled = stream.local_addr().expect("an address");
                    let dialled = SocketAddr::new(dialled.ip().to_canonical(), dialled.port());
                    *came.lock().unwrap_or_else(PoisonError::into_inner).entry(dialled).or_insert(0) += 1;
                }
            });
        }
        Self(came)
    }

    /// Which addresses were dialled until now, how often, and forgets them. Every listener is dialled once before, so that
    /// whoever waited there is counted, and every listener has shown that it counts.
    pub async fn take(&self) -> BTreeMap<IpAddr, usize> {
        let mark: IpAddr = MARK.parse().expect("an address");
        for port in PORTS {
            let dialled = SocketAddr::new(mark, port);
            let _stream = TcpStream::connect(dialled).await.expect("all addresses are here");
            while self.locked().remove(&dialled).is_none() {
                tokio::task::yield_now().await;
            }
        }
        let mut by_address = BTreeMap::new();
        for (dialled, count) in std::mem::take(&mut *self.locked()) {
            *by_address.entry(dialled.ip()).or_insert(0) += count;
        }
        by_address
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<SocketAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the kernel counts in this network.
pub struct Kernel {
    /// Connections that were begun, to wherever.
    pub begun: u64,
    /// Those of them that nobody accepted.
    pub refused: u64,
}

impl Kernel {
    /// As of now.
    pub fn counts() -> Self {
        let text = std::fs::read_to_string("/proc/self/net/snmp").expect("the kernel's counters");
        let mut lines = text.lines().filter_map(|line| line.strip_prefix("Tcp: "));
        let (names, values) = (lines.next().expect("names"), lines.next().expect("values"));
        let counts: BTreeMap<_, _> = names.split(' ').zip(values.split(' ')).collect();
        let count = |name| counts[name].parse().expect("a number");
        Self { begun: count("ActiveOpens"), refused: count("AttemptFails") }
    }
}
