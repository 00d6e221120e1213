//! Whether answers that must look alike take alike long (S68): signing in with an unknown address, a wrong password, a
//! stopped account, an address that is not confirmed; signing up and asking for a reset, with an account and without.
//!
//! One connection over loopback asks for each in turn, with addresses that are never asked for twice, so that a slow moment
//! falls on all of them and no window of guesses or mails is reached. What an answer says must be the same to the byte.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use gatepost::auth::Passwords;
use gatepost::clock::Clock;
use gatepost::domain::ids::UserId;
use gatepost::domain::users::{Email, Role, Tier, User};
use gatepost::random::Random;
use gatepost::store::{Db, passwords, users};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::keys::next;
use crate::load::read_answer;
use crate::rounds::Folder;
use crate::server::Server;
use crate::statistics::{kolmogorov_smirnov, median};
use crate::{mail_sink, report};

const PASSWORD: &str = "a walk along the quay at dawn";
const WRONG: &str = "a walk along the quay at dusk";
/// Not counted: the server's first answers are its slowest.
const WARM_UP: usize = 20;

/// How many, and of which server.
#[derive(Args, Clone)]
pub struct Alike {
    /// The server's binary, built for release.
    #[arg(long, default_value = "target/release/gatepost")]
    pub gatepost: String,
    /// Of each case.
    #[arg(long, default_value_t = 2_000)]
    pub samples: usize,
}

/// One way to ask: what comes of it must look like what comes of the first of its group.
#[derive(Clone, Copy)]
struct Case {
    group: &'static str,
    name: &'static str,
    path: &'static str,
    /// The account that is asked for; `nobody` has none.
    account: &'static str,
    password: Option<&'static str>,
}

/// What came of a case: milliseconds, and the answer, always the same.
struct Asked {
    case: Case,
    times: Vec<f64>,
    said: Option<String>,
}

const LOGIN: &str = "/v1/auth/login";
const REGISTER: &str = "/v1/auth/register";
const FORGOT: &str = "/v1/auth/password/forgot";

#[rustfmt::skip]
const CASES: [Case; 9] = [
    Case { group: "sign in", name: "unknown address", path: LOGIN, account: "nobody", password: Some(WRONG) },
    Case { group: "sign in", name: "wrong password", path: LOGIN, account: "confirmed", password: Some(WRONG) },
    Case { group: "sign in", name: "stopped account, right password", path: LOGIN, account: "stopped", password: Some(PASSWORD) },
    Case { group: "sign in", name: "not confirmed, right password", path: LOGIN, account: "unconfirmed", password: Some(PASSWORD) },
    Case { group: "sign up", name: "new address", path: REGISTER, account: "newcomer", password: Some(PASSWORD) },
    Case { group: "sign up", name: "address with an account", path: REGISTER, account: "confirmed", password: Some(PASSWORD) },
    Case { group: "forgot", name: "unknown address", path: FORGOT, account: "nobody", password: None },
    Case { group: "forgot", name: "address with an account", path: FORGOT, account: "confirmed", password: None },
    Case { group: "forgot", name: "stopped account", path: FORGOT, account: "stopped", password: None },
];

impl Alike {
    /// Measures and prints the table.
    pub async fn run(&self) -> Result<()> {
        let binary = std::fs::canonicalize(&self.gatepost).context("build it first: cargo build --release")?;
        let folder = Folder::new()?;
        let count = self.samples + WARM_UP;
        fill(&folder.0.join("data/gatepost.db"), count).await?;
        let smtp_url = mail_sink::open().await?;
        let server = Server::where_mail_goes(&binary.to_string_lossy(), &folder.0, &smtp_url).await?;
        let mut state = 1;
        let mut asked = CASES.map(|case| Asked { case, times: Vec::with_capacity(self.samples), said: None });
        let mut connection = TcpStream::connect(&server.address).await?;
        connection.set_nodelay(true)?;
        for number in 0..count {
            // In another order each time, so that none always follows the same.
            asked.sort_by_cached_key(|_| {
                state = next(state);
                state >> 33
            });
            for Asked { case, times, said } in &mut asked {
                let (time, answer) = ask(&mut connection, &server.address, case, number).await?;
                let before = said.get_or_insert_with(|| answer.clone());
                ensure!(*before == answer, "{}: {} answers in two ways:\n{before}\n{answer}", case.group, case.name);
                if number >= WARM_UP {
                    times.push(time.as_secs_f64() * 1e3);
                }
            }
        }
        asked.sort_by_key(|one| {
            CASES.iter().position(|case| case.group == one.case.group && case.name == one.case.name)
        });
        println!("{}", table(self.samples, &asked)?);
        Ok(())
    }
}

/// How long it took, and what was answered, without what is another's each time.
async fn ask(connection: &mut TcpStream, host: &str, case: &Case, number: usize) -> Result<(Duration, String)> {
    let email = address(case.account, number);
    let body = match case.password {
        Some(password) => json!({ "email": email, "password": password }),
        None => json!({ "email": email }),
    };
    let (path, body) = (case.path, body.to_string());
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut buffer = Vec::with_capacity(16 * 1024);
    let began = Instant::now();
    connection.write_all(request.as_bytes()).await?;
    read_answer(connection, &mut buffer).await?;
    let time = began.elapsed();
    let text = String::from_utf8_lossy(&buffer);
    let (head, body) = text.split_once("\r\n\r\n").context("a head")?;
    let mut body: Value = serde_json::from_str(body)?;
    if let Some(object) = body.as_object_mut() {
        object.remove("requestId");
    }
    let varies = ["x-request-id:", "date:", "ratelimit", "x-ratelimit", "content-length:"];
    let kept = head.lines().filter(|line| !varies.iter().any(|name| line.to_ascii_lowercase().starts_with(name)));
    Ok((time, format!("{}\n{body}", kept.collect::<Vec<_>>().join("\n"))))
}

fn address(account: &str, number: usize) -> String {
    format!("{account}-{number:05}@example.com")
}

/// Accounts of each kind, put in directly; all have one hash, which nobody can tell from outside.
async fn fill(path: &Path, count: usize) -> Result<()> {
    let db = Db::open(&format!("sqlite://{}", path.display())).await?;
    let (random, now) = (Random::default(), Clock::System.now());
    let hash = Passwords::new(&random)?.hash(PASSWORD.to_owned(), &random).await?;
    let mut tx = db.write().await?;
    for account in ["confirmed", "stopped", "unconfirmed"] {
        for number in 0..count {
            let user = User {
                id: UserId::new(now, &random)?,
                email: Some(Email::parse(&address(account, number))?.as_str().to_owned()),
                name: None,
                role: Role::Authenticated,
                tier: Tier::Free,
                created_at: now,
                disabled_at: (account == "stopped").then_some(now),
            };
            users::insert_if_new(&mut tx, &user, Some(hash.clone())).await?;
            if account != "unconfirmed" {
                passwords::note_verified(&mut tx, &user.id, now).await?;
            }
        }
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// Each against the first of its group.
fn table(samples: usize, asked: &[Asked]) -> Result<String> {
    let mut text = format!(
        "## Answers that must look alike (S68)\n\nMilliseconds over loopback, {samples} of each in turn, {}. The aim is a ratio within 0.95 to 1.05 and p above 0.01.\n\n\
         | asked | of | median, ms | ratio to the first | Kolmogorov–Smirnov p | answer |\n| --- | --- | --- | --- | --- | --- |\n",
        report::machine(),
    );
    for Asked { case, times, said } in asked {
        let first = asked.iter().find(|other| other.case.group == case.group).context("the first of the group")?;
        let same = if *said == first.said { "the same" } else { "ANOTHER" };
        let p = kolmogorov_smirnov(times, &first.times);
        let ratio = median(times) / median(&first.times);
        writeln!(text, "| {} | {} | {:.3} | {ratio:.3} | {p:.3} | {same} |", case.group, case.name, median(times))?;
    }
    Ok(text)
}
