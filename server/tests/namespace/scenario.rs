//! What is tried in there.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream;
use gatepost::domain::deliveries::Failure;
use gatepost::webhooks::{Guard, Names as LookUp, Sender};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::hostile::HOSTILE;
use super::names::{Names, Record, Round};
use super::trap::{Kernel, Trap};
use crate::support::{Actor, Engine, TestApp};

/// Where receivers of the world are.
const PUBLIC_V4: &str = "93.184.215.14";
const PUBLIC_V6: &str = "2606:2800:21f:cb07:6820:80da:af6b:8b2c";

/// Where names lead that must not: each block of S95.
const WITHIN: [&str; 40] = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "168.63.129.16",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
];
/// So often is every name looked up, so many at a time.
const ROUNDS: usize = 50;
const AT_ONCE: usize = 32;

/// A name, and whether some of its look-ups lead to public addresses alone.
struct Hostile {
    name: String,
    changes: bool,
}

/// Plays it all.
pub async fn play() {
    let (names, trap) = (Names::start(), Trap::set().await);
    that_the_trap_sees_who_comes(&names, &trap).await;
    let hostile = tell(&names);
    let app = TestApp::with_settings(
        Engine::Sqlite,
        &[("PUBLIC_URL", "https://api.gatepost.example"), ("WEBHOOKS_PER_ACCOUNT", "1000")],
    )
    .await;
    let owner = app.owner().await;
    let before = Kernel::counts();
    that_what_is_written_is_refused(&owner).await;
    that_names_which_lead_inside_are_not_sent_to(&owner, &hostile).await;
    nothing_but_public(&trap.take().await);
    assert_eq!(Kernel::counts().refused, before.refused, "a port that nobody listens on was dialled");
    let sender = &app.app.webhooks.sender;
    that_what_is_written_is_not_sent_to(&trap).await;
    that_thousands_of_look_ups_lead_nowhere(sender, &names, &hostile, &trap).await;
}

/// The control: what may be reached is, by address and by name, and so would private addresses be.
async fn that_the_trap_sees_who_comes(names: &Names, trap: &Trap) {
    names.say("public.example.com", vec![round(&[PUBLIC_V4, PUBLIC_V6])]);
    names.say("private.example.com", vec![round(&["10.9.0.1"])]);
    let allowing = sender(&["10.9.0.0/16", "fd00:9::/32", "169.254.0.0/16"]);
    for url in [
        format!("https://{PUBLIC_V4}/"),
        format!("https://[{PUBLIC_V6}]:8443/"),
        "https://public.example.com/".to_owned(),
        "https://private.example.com/".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[fd00:9::1]:6379/".to_owned(),
    ] {
        assert_eq!(post(&allowing, &url).await, Err(Failure::Connection), "{url}");
    }
    let came = trap.take().await;
    for dialled in [PUBLIC_V4, PUBLIC_V6, "10.9.0.1", "169.254.169.254", "fd00:9::1"] {
        assert!(came.contains_key(&address(dialled)), "{dialled} was not seen: {came:?}");
    }
    let before = Kernel::counts();
    assert_eq!(post(&allowing, "http://10.9.0.1:9/").await, Err(Failure::Connection));
    assert_eq!(Kernel::counts().refused, before.refused + 1, "the kernel counts who dials any other port");
}

/// Names for every inner address: plain, mixed with a public one in either order, with the other family public, at the end
/// of a chain, and public now and inside the next time, each way round.
fn tell(names: &Names) -> Vec<Hostile> {
    let mut all = Vec::new();
    for (number, inner) in WITHIN.into_iter().enumerate() {
        let other = if inner.contains(':') { PUBLIC_V4 } else { PUBLIC_V6 };
        let same = if inner.contains(':') { PUBLIC_V6 } else { PUBLIC_V4 };
        let end = format!("end-{number}.example.net");
        names.say(&end, vec![round(&[inner])]);
        let middle = format!("middle-{number}.example.net");
        names.say(&middle, vec![vec![Record::Name(end)]]);
        let cases: [(&str, Vec<Round>, bool); 7] = [
            ("plain", vec![round(&[inner])], false),
            ("after", vec![round(&[same, inner])], false),
            ("before", vec![round(&[inner, same])], false),
            ("beside", vec![round(&[inner, other])], false),
            ("chain", vec![vec![Record::Name(middle)]], false),
            ("then", vec![round(&[same]), round(&[inner])], true),
            ("first", vec![round(&[inner]), round(&[same, other]), round(&[same, inner])], true),
        ];
        for (kind, rounds, changes) in cases {
            let name = format!("{kind}-{number}.example.com");
            names.say(&name, rounds);
            all.push(Hostile { name, changes });
        }
    }
    all
}

/// `createWebhook` refuses every target that tells by itself where it leads, and says at which field.
async fn that_what_is_written_is_refused(owner: &Actor) {
    assert!(HOSTILE.len() >= 150);
    for url in HOSTILE {
        owner.post("/v1/webhooks", json!({ "url": url, "events": ["*"] })).await.faults("/url");
    }
    assert_eq!(owner.get("/v1/webhooks").await.is(200).body["data"], json!([]), "nothing was kept");
}

/// Names are known by where they lead each time: an endpoint of each is tested, and tested again.
async fn that_names_which_lead_inside_are_not_sent_to(owner: &Actor, hostile: &[Hostile]) {
    let tried: Vec<Vec<Value>> = stream::iter(hostile)
        .map(|one| async move {
            let body = json!({ "url": format!("https://{}/in", one.name), "events": ["order.*"] });
            let webhook = owner.post("/v1/webhooks", body).await.is(201).text("id");
            let mut failures = Vec::new();
            for _ in 0..3 {
                failures.push(test(owner, &webhook).await);
            }
            owner.delete(&format!("/v1/webhooks/{webhook}")).await.is(204);
            failures
        })
        .buffered(16)
        .collect()
        .await;
    for (one, failures) in hostile.iter().zip(tried) {
        let refused = failures.iter().filter(|failure| **failure == json!("address")).count();
        let dialled = failures.iter().filter(|failure| **failure == json!("connection")).count();
        assert_eq!(refused + dialled, 3, "{}: {failures:?}", one.name);
        assert_eq!(dialled > 0, one.changes, "{}: {failures:?}", one.name);
        assert!(refused > 0, "{}: {failures:?}", one.name);
    }
}

/// Why a test of an endpoint failed at its first try.
async fn test(owner: &Actor, webhook: &str) -> Value {
    let delivery = owner.post_nothing(&format!("/v1/webhooks/{webhook}/test")).await.is(200).text("id");
    let looking = async {
        loop {
            let seen = owner.get(&format!("/v1/webhooks/{webhook}/deliveries/{delivery}")).await.is(200).body;
            if seen["attemptCount"] == json!(1) {
                return seen["lastFailure"].clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), looking).await.expect("it is tried")
}

/// The same targets, had they been kept: whether the operator allows nothing, or something else.
async fn that_what_is_written_is_not_sent_to(trap: &Trap) {
    let before = Kernel::counts().begun;
    let none: &[&str] = &[];
    for allow in [none, &["10.9.0.0/16"]] {
        let sender = sender(allow);
        let sent = join_all(HOSTILE.iter().map(|url| post(&sender, url))).await;
        for (url, sent) in HOSTILE.iter().zip(sent) {
            assert_eq!(sent, Err(Failure::Address), "{url} where {allow:?} is allowed");
        }
    }
    assert_eq!(Kernel::counts().begun, before, "somebody was dialled");
    assert_eq!(trap.take().await, BTreeMap::new());
}

/// What answers change between look-ups: each call looks up once, and dials what it was told then, or nobody.
async fn that_thousands_of_look_ups_lead_nowhere(sender: &Sender, names: &Names, hostile: &[Hostile], trap: &Trap) {
    let (asked, before) = (names.looked_up(), Kernel::counts());
    let calls = (0..ROUNDS).flat_map(|_| hostile);
    let sent: Vec<_> = stream::iter(calls)
        .map(|one| async move { (one, post(sender, &format!("https://{}/in", one.name)).await) })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let after = Kernel::counts();
    assert!(sent.len() >= 10_000, "{}", sent.len());
    assert_eq!(names.looked_up() - asked, sent.len(), "one look-up a call");
    let mut dialled = 0;
    for (one, sent) in sent {
        assert!(sent == Err(Failure::Address) || (one.changes && sent == Err(Failure::Connection)), "{}", one.name);
        dialled += u64::from(sent == Err(Failure::Connection));
    }
    assert!(dialled > 0, "some look-ups lead to public addresses alone");
    assert_eq!((after.begun - before.begun, after.refused - before.refused), (dialled, 0), "one connection a call");
    let came = trap.take().await;
    nothing_but_public(&came);
    assert_eq!(came.values().sum::<usize>() as u64, dialled, "all of them seen");
}

/// 0 connections to anything else.
#[track_caller]
fn nothing_but_public(came: &BTreeMap<IpAddr, usize>) {
    let public = [PUBLIC_V4, PUBLIC_V6].map(address);
    let hostile: Vec<_> = came.iter().filter(|(dialled, _)| !public.contains(dialled)).collect();
    assert!(hostile.is_empty(), "contacted: {hostile:?}");
    assert!(!came.is_empty(), "names that were public at that moment are reached there");
}

async fn post(sender: &Sender, url: &str) -> Result<u16, Failure> {
    let target = sender.target(url).map_err(|_| Failure::Address)?;
    sender.post(&target, HeaderMap::new(), "{}".to_owned()).await.outcome
}

fn sender(allow: &[&str]) -> Sender {
    let allow = allow.iter().map(|block| block.parse().expect("a block")).collect();
    let guard = Guard::new(allow, "https://api.gatepost.example");
    Sender::new(&guard, &LookUp::System, Duration::from_secs(20)).expect("a sender")
}

fn round(addresses: &[&str]) -> Round {
    addresses.iter().map(|text| Record::Address(address(text))).collect()
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}
