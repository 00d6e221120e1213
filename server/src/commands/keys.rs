//! `gatepost keys create`: a key without a server, for whoever reaches the database.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::ArgMatches;
use gatepost::auth::{KeyOrder, KeyOwner, make_key};
use gatepost::clock::Clock;
use gatepost::config::Config;
use gatepost::domain::keys::{End, Environment};
use gatepost::domain::scopes::{Scope, Scopes};
use gatepost::domain::users::Email;
use gatepost::random::Random;
use gatepost::store::Db;
use secrecy::ExposeSecret as _;

/// Makes the key and prints its secret, once, alone on standard output.
pub async fn run(config: Config, matches: &ArgMatches) -> Result<()> {
    let Some(("create", own)) = matches.subcommand() else { bail!("`gatepost keys` needs a command: create") };
    let order = order(own)?;
    if config.embedded {
        std::fs::create_dir_all(&config.data_dir).context("DATA_DIR")?;
    }
    let db = Db::open(config.database_url.expose_secret()).await?;
    let made = make_key(&db, order, Clock::System.now(), &Random::default()).await;
    db.close().await;
    let (key, secret) = made?;
    eprintln!("{} ({}), with the scopes {}. Its secret is shown this once:", key.id, key.name, key.scopes);
    println!("{}", secret.show_once());
    Ok(())
}

fn order(matches: &ArgMatches) -> Result<KeyOrder> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let days = matches.get_one::<u32>("expires").copied();
    Ok(KeyOrder {
        name: text("name").unwrap_or_default().to_owned(),
        scopes: scopes(text("scopes").unwrap_or_default())?,
        owner: owner(text("user"))?,
        environment: Environment::Live,
        tier: None,
        ends: days.map_or(End::Never, |days| End::In(Duration::from_secs(u64::from(days) * 86_400))),
    })
}

fn scopes(list: &str) -> Result<Scopes> {
    let parse = |name: &str| {
        name.trim()
            .parse::<Scope>()
            .map_err(|_| anyhow::anyhow!("there is no scope `{name}`; GET /v1/scopes lists them"))
    };
    list.split(',').filter(|name| !name.trim().is_empty()).map(parse).collect()
}

fn owner(user: Option<&str>) -> Result<KeyOwner> {
    match user {
        None => Ok(KeyOwner::Administrator),
        Some(text) if text.contains('@') => {
            Ok(KeyOwner::Email(Email::parse(text).with_context(|| format!("--user {text}"))?))
        }
        Some(text) => Ok(KeyOwner::Id(
            text.parse().with_context(|| format!("--user {text} is neither a user id nor an e-mail address"))?,
        )),
    }
}
