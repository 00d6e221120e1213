//! `gatepost openapi`: the contract, as it is served.

use anyhow::Result;
use clap::ArgMatches;
use sdk_gen::targets::lower::lower;

/// Prints it in the asked-for form.
pub fn run(matches: &ArgMatches) -> Result<()> {
    let form = matches.get_one::<String>("format").map_or("yaml", String::as_str);
    if form == "yaml" {
        print!("{}", gatepost::CONTRACT);
        return Ok(());
    }
    let document = sdk_gen::from_text("openapi.yaml", gatepost::CONTRACT)?.document;
    let document = if form == "3.0" { lower(&document).0 } else { document.root().clone() };
    println!("{document:#}");
    Ok(())
}
