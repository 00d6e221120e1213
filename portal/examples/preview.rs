//! The portal alone, for looking at pages: `cargo run -p gatepost-portal --example preview [CONTRACT] [API_URL]`.
//! Signed-in pages ask the API at `API_URL`, or the tests' fake one where none is named (any e-mail address, and the password
//! that `tests/it/fake_api` knows).

#[path = "../tests/it/fake_api/mod.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "it is the tests', where all of it is used"
)]
mod fake_api;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use gatepost_portal::{MemorySessions, Portal, PortalConfig, SessionKey, VouchToken};
use poem::Server;
use poem::listener::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let contract = arguments.next().unwrap_or_else(|| "openapi.yaml".to_owned());
    let api_url = match arguments.next() {
        Some(url) if url != "fake" => url,
        _ => fake_api::start(900).await.0,
    };
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = std::net::TcpListener::bind(address)?;
    let public_url = format!("http://{}", listener.local_addr()?);
    let portal = Portal::new(PortalConfig {
        api_url,
        public_url: public_url.clone(),
        contract: std::fs::read_to_string(contract)?.into(),
        vouch: VouchToken::new("preview"),
        sessions: Arc::new(MemorySessions::default()),
        session_keys: vec![SessionKey([7; 32])],
        secure_cookies: false,
        now_ms: Arc::new(now_ms),
        visitor_address: Arc::new(|_| IpAddr::V4(Ipv4Addr::LOCALHOST)),
    })?;
    println!("{public_url}");
    drop(listener);
    let listener = TcpListener::bind(public_url.trim_start_matches("http://").to_owned());
    Server::new(listener).run(portal.endpoint()).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a preview has no App to take a clock from")]
fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
