//! `gatepost check-config`: every setting with its origin, secrets masked, then what is doubtful.

use gatepost::config::{Config, Values, settings};
use secrecy::ExposeSecret as _;

/// Prints it.
pub fn run(values: &Values, config: &Config) {
    for setting in settings::all() {
        match values.get(setting.name) {
            Some((_, origin)) if setting.secret => println!("{} = (set, not shown)  # {origin}", setting.name),
            Some((text, origin)) => println!("{} = {text}  # {origin}", setting.name),
            None => println!("{} =  # not set. {}", setting.name, setting.help),
        }
    }
    for warning in warnings(config) {
        println!("warning: {warning}");
    }
}

/// Prints what the database says of the settings, as far as it can be asked.
pub async fn look(config: &Config) -> anyhow::Result<()> {
    match super::reseal::left(config).await {
        Ok(lines) => lines.iter().for_each(|line| println!("warning: {line}")),
        Err(error) => println!("warning: what is sealed in the database could not be looked at: {error}"),
    }
    Ok(())
}

/// What works but is probably not meant.
pub fn warnings(config: &Config) -> Vec<String> {
    let shared = !config.database_url.expose_secret().starts_with("sqlite:");
    let mut warnings = Vec::new();
    if shared && config.redis_url.is_none() {
        warnings.push("PostgreSQL without REDIS_URL: each process counts limits for itself, and a revoked key may live up to 10 s on another one.".to_owned());
    }
    if shared && config.secret_keys.is_empty() {
        warnings.push("PostgreSQL without SECRET_KEY: every process would make its own key and could not read what the others sealed.".to_owned());
    }
    if shared && config.api_key.is_none() {
        warnings.push(
            "PostgreSQL without API_KEY: there is no root key; `gatepost keys create` makes an administrator's key."
                .to_owned(),
        );
    }
    if !config.host.is_loopback() && config.public_url.as_ref().is_none_or(|url| url.starts_with("http://")) {
        warnings.push(
            "HOST is not loopback and PUBLIC_URL is not https: keys and passwords would cross the network in clear."
                .to_owned(),
        );
    }
    warnings
}
