//! `gatepost openapi`: the contract, as it is served.

use clap::ArgMatches;

/// Prints it in the asked-for form.
pub fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let files = gatepost_portal::contract_files(gatepost::CONTRACT)?;
    print!(
        "{}",
        match matches.get_one::<String>("format").map(String::as_str) {
            Some("json") => files.json,
            Some("3.0") => files.lowered,
            _ => gatepost::CONTRACT.to_owned(),
        }
    );
    Ok(())
}
