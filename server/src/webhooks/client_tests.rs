//! Names that lead inside, at once or later: nothing is dialled but what was checked (S94, H52, H53).

use std::net::IpAddr;
use std::sync::Mutex;

use futures_util::FutureExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

const PATIENCE: Duration = Duration::from_secs(30);

/// A sender that may reach that block, and for which names lead where they are said to, look-up by look-up.
fn sender(allow: &[&str], said: &[&[&str]]) -> Sender {
    let allow = allow.iter().map(|block| block.parse().unwrap()).collect();
    let address = |text: &&str| text.parse::<IpAddr>().unwrap();
    let said = said.iter().map(|answer| answer.iter().map(address).collect()).collect();
    let names = Names::Said(Arc::new(Mutex::new(said)));
    Sender::new(&Guard::new(allow, "https://api.gatepost.example"), &names, PATIENCE).unwrap()
}

async fn post(sender: &Sender, url: &str) -> Result<u16, Failure> {
    let target = sender.target(url).map_err(|_| Failure::Address)?;
    sender.post(&target, HeaderMap::new(), "{}".to_owned()).await.outcome
}

/// A listener on this machine that nothing may reach, and the port.
async fn trap() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Answers one request and closes.
async fn answer_one(listener: &TcpListener) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"{}") {
        stream.read_buf(&mut bytes).await.unwrap();
    }
    stream.write_all(b"HTTP/1.1 204 x\r\nconnection: close\r\n\r\n").await.unwrap();
}

#[tokio::test]
async fn s94_a_name_that_leads_to_what_is_allowed_is_reached_there() {
    let (listener, port) = trap().await;
    let sender = sender(&["127.0.0.0/8"], &[&["127.0.0.1"]]);
    let url = format!("http://hooks.example.com:{port}/in");
    let (answer, ()) = tokio::join!(post(&sender, &url), answer_one(&listener));
    assert_eq!(answer, Ok(204));
}

#[tokio::test]
async fn s94_names_that_lead_inside_are_never_dialled() {
    let (listener, port) = trap().await;
    let inside: &[&[&str]] = &[
        &["127.0.0.1"],
        &["::ffff:127.0.0.1"],
        &["0.0.0.0"],
        &["::"],
        &["::1"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["64:ff9b::7f00:1"],
        &["2002:7f00:1::"],
        &["fe80::1"],
        // Public and not, in either order; and nowhere.
        &["93.184.215.14", "127.0.0.1"],
        &["127.0.0.1", "93.184.215.14"],
        &[],
    ];
    for said in inside {
        for url in ["https://hooks.example.com/in".to_owned(), format!("http://hooks.example.com:{port}/in")] {
            let sender = sender(&["10.9.0.0/16"], &[said]);
            assert_eq!(post(&sender, &url).await, Err(Failure::Address), "{said:?} {url}");
        }
    }
    assert!(listener.accept().now_or_never().is_none(), "somebody came");
}

#[tokio::test]
async fn s94_a_name_that_changes_is_checked_each_time() {
    let (listener, port) = trap().await;
    let sender = sender(&["127.0.0.1/32"], &[&["127.0.0.1"], &["127.0.0.2"], &["169.254.169.254"], &["127.0.0.1"]]);
    let url = format!("http://hooks.example.com:{port}/in");
    let (answer, ()) = tokio::join!(post(&sender, &url), answer_one(&listener));
    assert_eq!(answer, Ok(204));
    for _ in 0..2 {
        assert_eq!(post(&sender, &url).await, Err(Failure::Address));
    }
    let (answer, ()) = tokio::join!(post(&sender, &url), answer_one(&listener));
    assert_eq!(answer, Ok(204));
}

#[tokio::test]
async fn s94_an_address_in_the_url_is_checked_although_no_name_is_looked_up() {
    let (listener, port) = trap().await;
    let sender = sender(&["10.9.0.0/16"], &[&["10.9.0.1"]]);
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]", "0"] {
        for url in [format!("http://{host}:{port}/"), format!("https://{host}/")] {
            assert_eq!(post(&sender, &url).await, Err(Failure::Address), "{url}");
        }
    }
    assert!(listener.accept().now_or_never().is_none(), "somebody came");
}
