//! S30 under load: the signing key rotates while tokens are made and used, and a verifier that is none of ours (`jose`, in
//! `scripts/checks/rotation.mjs`) caches the key set as long as it says. Nobody notices anything.
//!
//! The clock of both is the test's: an hour and a third pass, with everything that a rotation does in it.

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use gatepost::auth::{rotate_signing_key, signing_key_sealer};
use gatepost::domain::time::Time;
use serde_json::{Value, json};

use crate::support::{Actor, Credential, Engine, TestApp};

const STEP: Duration = Duration::from_secs(60);
const STEPS: usize = 80;
/// When the next key is published: the verifiers' caches are of different age then.
const ROTATES_AT: usize = 6;
const PEOPLE: usize = 4;
const VERIFIERS: usize = 10;
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
const SECRET_KEY: &str = "a-secret-key-for-tests-of-40-characters!";

/// The verifiers, in a process of their own.
struct Jose {
    child: Child,
    asked: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl Jose {
    fn start(base: &str) -> Self {
        let node = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.work/node");
        assert!(node.join("node_modules/jose").is_dir(), "jose is not there; run scripts/install.sh first");
        let mut child = Command::new("node")
            .args(["--input-type=module", "--eval", include_str!("../../../scripts/checks/rotation.mjs")])
            .current_dir(node)
            .env("BASE", base)
            .env("ISSUER", base)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let (asked, said) = (child.stdin.take().expect("its input"), child.stdout.take().expect("its output"));
        Self { child, asked, said: BufReader::new(said).lines() }
    }

    /// The next line that it says. The server goes on meanwhile: the verifiers fetch from it.
    fn hear(&mut self) -> Value {
        let line = tokio::task::block_in_place(|| self.said.next()).expect("it says something").expect("text");
        serde_json::from_str(&line).expect("JSON")
    }

    fn verify(&mut self, now: Time, verifiers: &[usize], tokens: &[&str]) -> Value {
        let asked = json!({ "now": now.ms(), "verifiers": verifiers, "tokens": tokens });
        writeln!(self.asked, "{asked}").expect("it listens");
        self.hear()
    }
}

impl Drop for Jose {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An access token, and when it ends.
struct Made {
    text: String,
    ends: Time,
}

fn kid(token: &str) -> String {
    let head = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap_or_default()).expect("base64url");
    serde_json::from_slice::<Value>(&head).expect("JSON")["kid"].as_str().expect("a kid").to_owned()
}

/// Everybody refreshes at once, and a machine turns its key into a token.
async fn made_now(app: &TestApp, people: &mut [String], machine: &Actor) -> Vec<Made> {
    let nobody = app.nobody();
    let refresh = |token: &String| {
        let body = json!({ "refreshToken": token });
        let nobody = &nobody;
        async move { nobody.post("/v1/auth/refresh", body).await.is(200) }
    };
    let form = [("grant_type", "client_credentials")];
    let (refreshed, machines) = tokio::join!(join_all(people.iter().map(refresh)), machine.form("/oauth/token", &form));
    let mut made = Vec::new();
    let ends = app.clock.now().plus(gatepost::auth::LIFETIME);
    for (token, answer) in people.iter_mut().zip(refreshed) {
        *token = answer.text("refreshToken");
        made.push(Made { text: answer.text("accessToken"), ends });
    }
    made.push(Made { text: machines.is(200).text("access_token"), ends });
    made
}

async fn published(app: &TestApp) -> usize {
    let set = app.nobody().get("/.well-known/jwks.json").await.is(200).body;
    set["keys"].as_array().map_or(0, Vec::len)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_nobody_who_caches_as_told_refuses_a_token_while_the_key_rotates() {
    let app = TestApp::start(Engine::Sqlite).await;
    let machine = app.owner().await.client(&["read"]).await;
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        people.push(app.owner().await.refresh_token.expect("a token"));
    }
    let mut jose = Jose::start(&app.base);
    let max_age = jose.hear()["maxAge"].as_u64().expect("a number");
    let sealer = signing_key_sealer(&[SECRET_KEY.into()]);
    let (mut alive, mut kids, mut sets) = (VecDeque::new(), BTreeSet::new(), BTreeSet::new());
    let (mut verified, mut fetches) = (0, 0);

    for step in 0..STEPS {
        if step == ROTATES_AT {
            let next = rotate_signing_key(&app.app.db, &sealer, app.clock.now(), &app.app.random).await;
            next.expect("the next key is published");
        }
        // What the jobs do every few seconds.
        app.app.auth.tend_signing_keys(A_YEAR).await.expect("the keys are tended");
        alive.extend(made_now(&app, &mut people, &machine).await);
        let now = app.clock.now();
        while alive.front().is_some_and(|token: &Made| token.ends <= now) {
            alive.pop_front();
        }
        // The newest, which a new key may have signed, and the oldest, whose key may be about to go.
        let tokens: Vec<&str> =
            alive.iter().rev().take(PEOPLE + 1).chain(alive.iter().take(3)).map(|token| token.text.as_str()).collect();
        // They begin one after another, so that their caches end at different times.
        let said = jose.verify(now, &(0..VERIFIERS.min(step + 1)).collect::<Vec<_>>(), &tokens);
        assert_eq!(said["failures"], json!([]), "at step {step}");
        (verified, fetches) =
            (verified + said["verified"].as_u64().unwrap_or(0), said["fetches"].as_u64().unwrap_or(0));
        for token in [alive.front(), alive.back()].into_iter().flatten() {
            app.nobody().with(Credential::Token(token.text.clone())).get("/v1/keys").await.is(200);
        }
        kids.extend(tokens.iter().map(|token| kid(token)));
        sets.insert(published(&app).await);
        app.clock.advance(STEP);
    }
    println!("{verified} verifications by jose with {fetches} fetches, {} keys signed, no failure", kids.len());
    assert_eq!((kids.len(), published(&app).await), (2, 1), "both keys signed, and the old one is gone");
    assert_eq!(sets, BTreeSet::from([1, 2]));
    let most = (STEP.as_secs() * STEPS as u64 / max_age + 1) * VERIFIERS as u64;
    assert!(fetches <= most, "{fetches} fetches: they did not cache as told");
}
