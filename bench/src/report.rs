//! The table: medians of the rounds' ratios, with the machine and the commit.

use std::fmt::Write as _;
use std::process::Command;

use crate::cases::Case;
use crate::items::{self, Items};
use crate::keys::{Cost, Keys};
use crate::meters::Round;
use crate::webhooks::{self, Webhooks};

/// A case and its rounds: our rate and the bare one, in 2xx answers a second.
pub struct Measured {
    /// What was measured.
    pub case: Case,
    /// One pair a round.
    pub pairs: Vec<(f64, f64)>,
}

impl Measured {
    fn ratios(&self) -> Vec<f64> {
        sorted(self.pairs.iter().map(|(a, b)| a / b).collect())
    }
}

fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers
}

fn median(numbers: &[f64]) -> f64 {
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The whole report as Markdown.
pub fn table(measured: &[Measured], seconds: u64, rounds: usize) -> String {
    let mut text = format!(
        "# Measurements\n\nRatios within one run: the server on one core, the load generator on another, {rounds} interleaved rounds of {seconds} s a side, 32 connections, only 2xx answers counted.\n\
         Limits are raised, not off. `make bench` writes this file.\n\nCommit {}, {}.\n\n\
         | what | ratio, median | aim | lowest to highest | ours, 2xx a second | bare, 2xx a second |\n| --- | --- | --- | --- | --- | --- |\n",
        first_line("git", &["rev-parse", "--short", "HEAD"]),
        machine(),
    );
    for one in measured {
        let ratios = one.ratios();
        let (ours, bare): (Vec<f64>, Vec<f64>) = one.pairs.iter().copied().unzip();
        let (low, high) = (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
        let _ = writeln!(
            text,
            "| {} | {:.3} | {:.2} | {low:.3} to {high:.3} | {:.0} | {:.0} |",
            one.case.name,
            median(&ratios),
            one.case.aim,
            median(&sorted(ours)),
            median(&sorted(bare))
        );
    }
    text
}

/// What verifying a key costs among many keys, as Markdown.
pub fn keys_table(keys: &Keys, costs: &[Cost]) -> String {
    let Keys { few, many, round_ms, rounds } = keys;
    let mut text = format!(
        "\n## A key among {many} against among {few}\n\nMicroseconds a verification, in one process, SQLite, {rounds} interleaved rounds of {round_ms} ms a side. The aim is 1.30 at most.\n\n\
         | the key is | ratio, median | lowest to highest | among {many}, µs | among {few}, µs |\n| --- | --- | --- | --- | --- |\n"
    );
    for Cost { how, pairs } in costs {
        let ratios = sorted(pairs.iter().map(|(few, many)| many / few).collect());
        let (few, many): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let (low, high) = (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
        let (few, many) = (median(&sorted(few)), median(&sorted(many)));
        let _ = writeln!(text, "| {how} | {:.3} | {low:.3} to {high:.3} | {many:.2} | {few:.2} |", median(&ratios));
    }
    text
}

/// What a page of a list costs among many items, as Markdown.
pub fn items_table(items: &Items, measured: &items::Measured) -> String {
    let Items { few, many, round_ms, rounds, .. } = items;
    let mut text = format!(
        "\n## A page of items among {many} against among {few}\n\nMicroseconds until a page of 20 is here, asked of the API one after another, the server on one core and who asks on another; lists by price from another price each time, the others page after page. {rounds} interleaved rounds of {round_ms} ms a list and side, after one that does not count; all of the large database is read before each, so that no disk is measured. The aim is 1.30 at most.\n\n"
    );
    items_rows(&mut text, items, &measured.asked);
    text.push_str("\nThe same without HTTP, from another place each time: what the database takes.\n\n");
    items_rows(&mut text, items, &measured.read);
    text
}

fn items_rows(text: &mut String, items: &Items, costs: &[items::Cost]) {
    let Items { few, many, .. } = items;
    let _ = writeln!(
        text,
        "| engine | list | ratio, median | lowest to highest | among {many}, µs | among {few}, µs |\n| --- | --- | --- | --- | --- | --- |"
    );
    for items::Cost { engine, list, pairs } in costs {
        let ratios = sorted(pairs.iter().map(|(few, many)| many / few).collect());
        let (few, many): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let (low, high) = (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
        let (few, many, ratio) = (median(&sorted(few)), median(&sorted(many)), median(&ratios));
        let _ = writeln!(text, "| {engine} | {list} | {ratio:.3} | {low:.3} to {high:.3} | {many:.0} | {few:.0} |");
    }
}

/// What metering costs, as Markdown.
pub fn meters_table(rounds: &[Round]) -> String {
    let mut text = format!(
        "\n## What metering costs\n\nThree servers that differ in their settings alone, memory and SQLite, {} interleaved rounds of 1 s each, `GET /v1/me` with a key. Ratios to the one that meters nothing.\n\n\
         | what is metered | ratio, median | aim | lowest to highest | 2xx a second |\n| --- | --- | --- | --- | --- |\n",
        rounds.len()
    );
    let of = |place: usize| rounds.iter().filter_map(move |round| round.get(place).copied());
    let names = [("nothing", ""), ("limits and usage counters", "0.90"), ("these and the request log", "")];
    for (place, (name, aim)) in names.into_iter().enumerate() {
        let ratios = sorted(of(place).zip(of(0)).map(|(metered, bare)| metered / bare).collect());
        let (low, high) = (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
        let rate = median(&sorted(of(place).collect()));
        let _ = writeln!(text, "| {name} | {:.3} | {aim} | {low:.3} to {high:.3} | {rate:.0} |", median(&ratios));
    }
    text
}

/// What sending webhooks costs, as Markdown.
pub fn webhooks_table(webhooks: &Webhooks, measured: &webhooks::Measured) -> String {
    let Webhooks { deliveries, samples, rounds, .. } = webhooks;
    let mut text = format!(
        "\n## Webhooks\n\nOne process on one core, receivers on another, {rounds} interleaved rounds of {deliveries} deliveries: what waits in the outbox, against bare loops that post the same body with reqwest: one after another, and 8 at once to each endpoint, as we do. All are counted by the receivers, from the first to the last. The aim is 0.50 at least.\n\n\
         | engine | endpoints | the bare loop posts | ratio, median | lowest to highest | ours, deliveries a second | bare, a second |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for webhooks::Rate { engine, endpoints, rounds } in &measured.rates {
        let all = |one: fn(&webhooks::Round) -> f64| rounds.iter().map(one).collect::<Vec<f64>>();
        let ours = all(|round| round.ours);
        for (how, bare) in
            [("one after another", all(|round| round.in_turn)), ("8 at once to each", all(|round| round.at_once))]
        {
            let ratios = sorted(ours.iter().zip(&bare).map(|(ours, bare)| ours / bare).collect());
            let (low, high) = (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
            let (ratio, ours, bare) = (median(&ratios), median(&sorted(ours.clone())), median(&sorted(bare)));
            let _ = writeln!(
                text,
                "| {engine} | {endpoints} | {how} | {ratio:.3} | {low:.3} to {high:.3} | {ours:.0} | {bare:.0} |"
            );
        }
    }
    let _ = write!(
        text,
        "\nMilliseconds from the answer to a call until each of 4 well receivers has what it caused, {rounds} interleaved rounds of {samples} calls, one after another. Two servers: at one the 8 other receivers are well, at the other they are bad (they hang, trickle, close, answer 500, 429, 301 and 10 GB). The aim is a ratio of 1.20 at most.\n\n\
         | engine | of the samples | others well, ms | others bad, ms | ratio | a bare post, ms |\n| --- | --- | --- | --- | --- | --- |\n"
    );
    for webhooks::Delay { engine, well, beside_bad, bare } in &measured.delays {
        let [well, bad, bare] = [well, beside_bad, bare].map(|samples| sorted(samples.clone()));
        for (name, share) in [("median", 0.5), ("99 of 100", 0.99)] {
            let [well, bad, bare] = [&well, &bad, &bare].map(|sorted| quantile(sorted, share));
            let _ = writeln!(text, "| {engine} | {name} | {well:.2} | {bad:.2} | {:.3} | {bare:.2} |", bad / well);
        }
    }
    text
}

/// The least number that so large a share of them does not exceed.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place")]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted.get((sorted.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN)
}

/// Cores, processor and compiler.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = model
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split(':').nth(1))
        .unwrap_or("unknown processor")
        .trim()
        .to_owned();
    format!("{cores} cores of {name}, {}", first_line("rustc", &["--version"]))
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).lines().next().unwrap_or_default().to_owned()).unwrap_or_default()
}
