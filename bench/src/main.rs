//! Side-by-side measurements: Gatepost against a bare poem handler that gives the same answer, in one run, as ratios.
//!
//! `bench alike` measures whether answers that must not tell who has an account take alike long.
//! `bench count` sends many requests and compares the server's sums with what was sent.
//! `bench meters` measures what limits, counters and the request log cost; `run` does that too.
//! `bench keys` measures what verifying a key costs among many keys; `run` does that too.
//! `bench items` measures what a page of a list costs among many items, on both engines; `run` does that too.
//! `bench webhooks` measures what sending webhooks costs, on both engines, against a bare loop; `run` does that too.
//! `bench run` starts each server on core 0 and loads it from core 1, five interleaved rounds, and counts only 2xx.
//! `bench bare` is the bare server, `bench load` the load generator, `bench post` the bare loop; `run` starts them.

mod alike;
mod bare;
mod cases;
mod count;
mod hook_sink;
mod items;
mod items_asked;
mod keys;
mod load;
mod mail_sink;
mod meters;
mod post;
mod report;
mod rounds;
mod server;
mod statistics;
mod webhooks;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Measures Gatepost against bare handlers")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure everything and print a table.
    Run {
        /// The server's binary, built for release.
        #[arg(long, default_value = "target/release/gatepost")]
        gatepost: String,
        /// Seconds of load a round and side.
        #[arg(long, default_value_t = 3)]
        seconds: u64,
        /// Rounds.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// Where to write the table as Markdown.
        #[arg(long)]
        out: Option<String>,
        /// Items in the large table.
        #[arg(long, default_value_t = 1_000_000)]
        items: u32,
        /// A PostgreSQL server on which databases may be made; without one items are measured on SQLite alone.
        #[arg(long, env = "GATEPOST_TEST_POSTGRES_URL")]
        postgres: Option<String>,
    },
    /// Measure what verifying a key costs among few and among many, and nothing else.
    Keys(keys::Keys),
    /// Measure what a page of items costs among few and among many, and nothing else.
    Items(items::Items),
    /// Measure what limits, usage counters and the request log cost, and nothing else.
    Meters {
        /// The server's binary, built for release.
        #[arg(long, default_value = "target/release/gatepost")]
        gatepost: String,
        /// Seconds of load a round and server.
        #[arg(long, default_value_t = 3)]
        seconds: u64,
        /// Rounds.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
    /// Send many requests and see that usage and the request log tell of each.
    Count(count::Count),
    /// Measure whether answers that must not tell who has an account take alike long, and nothing else.
    Alike(alike::Alike),
    /// Measure what sending webhooks costs, and nothing else.
    Webhooks(webhooks::Webhooks),
    /// Post one body over and over.
    Post(post::Post),
    /// Serve bare handlers.
    Bare {
        /// The SQLite file to read items from.
        #[arg(long)]
        database: String,
        /// The body of the first case.
        #[arg(long)]
        body: String,
    },
    /// Load one address and print the 2xx answers a second.
    Load(load::Load),
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // Workers follow the cores that the process may use: one, under taskset.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.command {
        Command::Run { gatepost, seconds, rounds, out, items, postgres } => {
            let sent = webhooks::Webhooks {
                gatepost: gatepost.clone(),
                deliveries: 10_000,
                samples: 100,
                rounds,
                postgres: postgres.clone(),
            };
            let items = items::Items {
                few: 10_000,
                many: items,
                round_ms: 400,
                rounds: 15,
                gatepost: gatepost.clone(),
                postgres,
            };
            runtime.block_on(rounds::run(&gatepost, seconds, rounds, out.as_deref(), &items, &sent))
        }
        Command::Meters { gatepost, seconds, rounds } => runtime.block_on(rounds::meters(&gatepost, seconds, rounds)),
        Command::Count(count) => runtime.block_on(count.run()),
        Command::Alike(alike) => runtime.block_on(alike.run()),
        Command::Keys(keys) => runtime.block_on(rounds::keys(&keys)),
        Command::Items(items) => runtime.block_on(rounds::items(&items)),
        Command::Webhooks(webhooks) => runtime.block_on(rounds::webhooks(&webhooks)),
        Command::Post(post) => runtime.block_on(post.run()),
        Command::Bare { database, body } => runtime.block_on(bare::serve(&database, body)),
        Command::Load(load) => tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(load.run()),
    }
}
