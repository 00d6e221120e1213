//! S87: whoever sends webhooks is killed with `kill -9` a hundred times, at random moments and under load. What was
//! acknowledged arrives, what did not happen does not, and nothing is stuck.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use gatepost::random::Random;
use gatepost_sdk::webhooks::WebhookVerifier;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::actor::item;
use crate::support::process::{Home, Process};
use crate::support::receiver::{Came, Receiver, Reply};
use crate::support::{Actor, Engine, client};

const KILLS: usize = 100;
/// At most so long after its first answer a process is killed.
const LIFE_MS: u16 = 300;
/// Who asks for something takes a breath, so that sending keeps up with what there is to send.
const BREATH: Duration = Duration::from_millis(10);
/// What is taken by a process that dies is somebody's again before that.
const PATIENCE: Duration = Duration::from_secs(120);
const SETTINGS: &[(&str, &str)] =
    &[("WEBHOOKS_ALLOW", "127.0.0.0/8"), ("WEBHOOKS_TIMEOUT_SECONDS", "3"), ("LOG", "error")];

/// An endpoint, and who listens there.
struct Endpoint {
    id: String,
    verifier: WebhookVerifier,
    receiver: Receiver,
}

impl Endpoint {
    async fn new(root: &Actor, reply: Reply) -> Self {
        let receiver = Receiver::that(reply).await;
        let body = json!({ "url": receiver.url, "events": ["item.created"] });
        let made = root.post("/v1/webhooks", body).await.is(201);
        let verifier = WebhookVerifier::new(&made.text("secret")).expect("a secret");
        Self { id: made.text("id"), verifier, receiver }
    }

    /// Everything that came, by `webhook-id`; each is signed, and whatever came twice is the same.
    fn arrived(&mut self) -> (BTreeMap<String, Came>, usize) {
        let (mut arrived, mut again) = (BTreeMap::<String, Came>::new(), 0);
        for came in self.receiver.all() {
            let id = came.header("webhook-id").to_owned();
            self.verify(&came);
            match arrived.get(&id) {
                None => drop(arrived.insert(id, came)),
                Some(first) => {
                    assert_eq!(first.body, came.body, "{id} came twice, and differs");
                    assert_eq!(first.header("webhook-sequence"), came.header("webhook-sequence"));
                    again += 1;
                }
            }
        }
        (arrived, again)
    }

    fn verify(&self, came: &Came) {
        let at = came.header("webhook-timestamp");
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(at.parse().expect("seconds"));
        let (id, signature) = (came.header("webhook-id"), came.header("webhook-signature"));
        self.verifier.verify_parts(id, at, signature, &came.body, then).expect("it is signed");
    }
}

/// What the callers were told, and how often they asked.
#[derive(Default)]
struct Asked {
    acknowledged: Mutex<BTreeSet<String>>,
    asked: AtomicUsize,
}

/// Offers items until the server is gone; notes each that was acknowledged, and tells of it.
async fn offer_until_gone(root: Actor, told: Arc<Asked>, one_is: Arc<Notify>) {
    loop {
        told.asked.fetch_add(1, Ordering::SeqCst);
        let Some(body) = root.try_post("/v1/items", item()).await else { return };
        let id = body["id"].as_str().expect("an id").to_owned();
        told.acknowledged.lock().expect("no panic while holding it").insert(id);
        one_is.notify_one();
        tokio::time::sleep(BREATH).await;
    }
}

fn start(home: &Home) -> Process {
    tokio::task::block_in_place(|| home.start(SETTINGS))
}

/// Starts a process, has it work for a random while, kills it, and again, until enough were killed.
async fn keep_killing(home: Arc<Home>, told: Arc<Asked>, left: Arc<AtomicUsize>) {
    let client = client();
    while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
        let process = start(&home);
        let (root, one_is) = (process.root_with(&client), Arc::new(Notify::new()));
        let offering = || tokio::spawn(offer_until_gone(root.clone(), Arc::clone(&told), Arc::clone(&one_is)));
        let callers: Vec<_> = (0..2).map(|_| offering()).collect();
        tokio::time::timeout(PATIENCE, one_is.notified()).await.expect("it answers");
        let life = u16::from_le_bytes(Random::default().bytes().expect("randomness")) % LIFE_MS;
        tokio::time::sleep(Duration::from_millis(life.into())).await;
        process.kill();
        for caller in callers {
            caller.await.expect("the caller ends");
        }
    }
}

/// Everything of a list, page by page.
async fn listed(root: &Actor, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = root.get(&format!("{path}limit=100{cursor}")).await.is(200).body;
        all.extend(page["data"].as_array().expect("a list").iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// Waits until nothing waits to be sent.
async fn until_all_is_sent(root: &Actor, endpoints: &[Endpoint]) {
    let began = Instant::now();
    for endpoint in endpoints {
        let path = format!("/v1/webhooks/{}/deliveries?limit=1&status=pending", endpoint.id);
        loop {
            let page = root.get(&path).await.is(200).body;
            if page["data"].as_array().is_some_and(Vec::is_empty) {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "it is stuck: {page}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn texts<'a>(of: impl IntoIterator<Item = &'a Value>, pointer: &str) -> BTreeSet<String> {
    let text = |one: &Value| one.pointer(pointer).and_then(Value::as_str).expect("a text").to_owned();
    of.into_iter().map(text).collect()
}

async fn every_event_arrives(engine: Engine, processes: usize) {
    let home = Arc::new(Home::new(engine).await);
    let first = start(&home);
    let root = first.root();
    // One takes all at once; at the other the kill strikes while it thinks.
    let late = Reply::Late(Duration::from_millis(15));
    let mut endpoints = [Endpoint::new(&root, Reply::Status(204, "", "")).await, Endpoint::new(&root, late).await];
    first.kill();

    let (told, left) = (Arc::new(Asked::default()), Arc::new(AtomicUsize::new(KILLS)));
    let one = || tokio::spawn(keep_killing(Arc::clone(&home), Arc::clone(&told), Arc::clone(&left)));
    for killing in (0..processes).map(|_| one()).collect::<Vec<_>>() {
        killing.await.expect("no panic");
    }

    let (living, began) = (start(&home), Instant::now());
    let root = living.root();
    until_all_is_sent(&root, &endpoints).await;
    let last = began.elapsed();
    let items = texts(&listed(&root, "/v1/items?").await, "/id");
    let events = texts(&listed(&root, "/v1/events?type=item.created&").await, "/id");
    let acknowledged = told.acknowledged.lock().expect("no panic while holding it").clone();
    assert!(acknowledged.len() > KILLS, "the callers did almost nothing: {}", acknowledged.len());
    assert!(acknowledged.is_subset(&items), "an acknowledged item is lost");
    for endpoint in &mut endpoints {
        let (arrived, again) = endpoint.arrived();
        println!(
            "{engine:?}: {} of {} asked, {} committed, {} arrived, {again} of them again; the last {last:?} after the last kill",
            acknowledged.len(),
            told.asked.load(Ordering::SeqCst),
            items.len(),
            arrived.len()
        );
        // What happened is told, all of it, and nothing else.
        assert_eq!(arrived.keys().cloned().collect::<BTreeSet<_>>(), events);
        let bodies: Vec<Value> = arrived.values().map(Came::json).collect();
        assert_eq!(texts(&bodies, "/data/itemId"), items);
        // Its numbers have no gap: none was spent on what did not happen.
        let numbers: BTreeSet<usize> =
            arrived.values().map(|came| came.header("webhook-sequence").parse().expect("a number")).collect();
        assert_eq!(numbers, (1..=events.len()).collect());
        let failed = format!("/v1/webhooks/{}/deliveries?status=failed&", endpoint.id);
        assert_eq!(listed(&root, &failed).await, Vec::<Value>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s87_100_kills_lose_no_event_and_tell_nothing_that_did_not_happen_sqlite() {
    every_event_arrives(Engine::Sqlite, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s87_100_kills_lose_no_event_and_tell_nothing_that_did_not_happen_postgres() {
    every_event_arrives(Engine::Postgres, 3).await;
}
