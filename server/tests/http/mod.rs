//! What the onion promises of every request, whatever its operation: SECURITY.md, section 5 (HTTP, JSON), and S13 to S19,
//! S80 to S82, S123.

mod answers;
mod bodies;
mod counted;
mod hostile;
mod idempotency;
mod metrics;
mod onion;
mod parameters;
mod vouched;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::TestApp;

/// Sends bytes as they are and answers all that comes back until the server closes: send `Connection: close`, or what
/// makes it close by itself.
async fn raw(app: &TestApp, request: impl AsRef<[u8]>) -> String {
    let address = app.base.strip_prefix("http://").expect("an address");
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    socket.write_all(request.as_ref()).await.expect("it reads");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("it answers");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of a raw answer.
fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no status: {answer:?}"))
}
