//! What can be typed: the commands, and every setting as a flag.

use std::path::Path;

use clap::{Arg, ArgMatches, Command};
use gatepost::config::{ConfigError, Values, settings};

const SETTINGS_FILE: &str = "gatepost.toml";

/// The whole command line.
pub fn command() -> Command {
    let keys = Command::new("keys").about("Make API keys from the command line").subcommand_required(true).subcommand(
        Command::new("create")
            .about("Make an API key and print its secret, once")
            .arg(Arg::new("name").long("name").required(true).help("What to call it"))
            .arg(Arg::new("scopes").long("scopes").default_value("read").help("Scopes, comma-separated"))
            .arg(
                Arg::new("user")
                    .long("user")
                    .help("Whose it is: a user id or an e-mail address; the built-in administrator by default"),
            )
            .arg(
                Arg::new("expires")
                    .long("expires-in-days")
                    .value_parser(clap::value_parser!(u32).range(1..=3650))
                    .help("Days that it lives; until revoked by default"),
            ),
    );
    Command::new("gatepost")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A self-hosted, OpenAPI-first API platform. Without a command it serves.")
        .args(setting_flags())
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .global(true)
                .help("Settings file; gatepost.toml of this folder by default, where there is one"),
        )
        .subcommand(Command::new("serve").about("Serve the API, the portal and the docs (the default)"))
        .subcommand(Command::new("migrate").about("Bring the database up to date, and stop"))
        .subcommand(keys)
        .subcommand(
            Command::new("reseal").about("Seal everything under the first SECRET_KEY, so that the others can go"),
        )
        .subcommand(Command::new("rotate-signing-key").about(
            "Publish the next key that signs access tokens; it signs 15 minutes later, and nobody is signed out",
        ))
        .subcommand(Command::new("check-config").about("Show every setting, where it comes from, and what is doubtful"))
        .subcommand(
            Command::new("check-audit").about("Walk the audit log and name the first entry that was changed, if any"),
        )
        .subcommand(
            Command::new("openapi")
                .about("Print the contract")
                .arg(Arg::new("format").long("format").default_value("yaml").value_parser(["yaml", "json", "3.0"])),
        )
}

fn setting_flags() -> impl Iterator<Item = Arg> {
    settings::all().map(|setting| {
        let flag = setting.name.to_lowercase().replace('_', "-");
        let default =
            if setting.default.is_empty() { String::new() } else { format!(" [default: {}]", setting.default) };
        let arg = Arg::new(setting.name);
        // `--demo` alone says yes.
        let arg = if setting.name == "DEMO" { arg.num_args(0..=1).default_missing_value("true") } else { arg };
        arg.long(flag)
            .value_name("VALUE")
            .global(true)
            .help(format!("{} [env: {}]{default}", setting.help, setting.name))
    })
}

/// Every setting from file, environment and flags.
pub fn values(matches: &ArgMatches) -> anyhow::Result<Values> {
    let mut values = Values::default();
    match matches.get_one::<String>("config") {
        Some(path) => values.add_file(Path::new(path)).map_err(faults)?,
        None if Path::new(SETTINGS_FILE).is_file() => values.add_file(Path::new(SETTINGS_FILE)).map_err(faults)?,
        None => {}
    }
    values
        .add_environment(
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
        .map_err(faults)?;
    values.add_flags(settings::all().filter_map(|s| Some((s.name, matches.get_one::<String>(s.name)?.clone()))));
    Ok(values)
}

/// All faults, a line each.
#[expect(clippy::needless_pass_by_value, reason = "used as a map_err function")]
pub fn faults(faults: Vec<ConfigError>) -> anyhow::Error {
    anyhow::anyhow!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\ngatepost: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_alone_says_yes() {
        for (typed, said) in [(&["--demo"][..], "true"), (&["--demo", "false"], "false"), (&["--demo=auto"], "auto")] {
            let line = ["gatepost", "serve"].iter().chain(typed);
            let matches = command().try_get_matches_from(line).unwrap();
            assert_eq!(values(&matches).unwrap().get("DEMO").map(|(text, _)| text), Some(said), "{typed:?}");
        }
    }
}
