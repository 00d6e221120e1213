//! The command line: what can be typed, and one file a command. The settings are flags everywhere, by the table of
//! `config::settings`.

mod arguments;
mod check_audit;
mod check_config;
mod keys;
mod logs;
mod openapi;
mod reseal;
mod rotate_signing_key;
mod serve;

use std::process::ExitCode;

use clap::ArgMatches;
use gatepost::config::Config;

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    let matches = arguments::command().get_matches();
    match dispatch(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gatepost: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(matches: &ArgMatches) -> anyhow::Result<()> {
    let (name, own) = matches.subcommand().unwrap_or(("serve", matches));
    if name == "openapi" {
        return openapi::run(own);
    }
    let values = arguments::values(own)?;
    let config = Config::read(&values).map_err(arguments::faults)?;
    match name {
        "check-config" => {
            check_config::run(&values, &config);
            block_on(check_config::look(&config))
        }
        "check-audit" => block_on(check_audit::run(config)),
        "migrate" => block_on(serve::migrate(config)),
        "reseal" => block_on(reseal::run(config)),
        "rotate-signing-key" => block_on(rotate_signing_key::run(config)),
        "keys" => block_on(keys::run(config, own)),
        _ => block_on(serve::run(config)),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
