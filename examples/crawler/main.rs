//! Compares the prices of a market: `cargo run -p gatepost-sdk --example crawler [WORDS]`. The README beside it says more.

mod prices;

use gatepost_sdk::Client;

#[tokio::main]
async fn main() -> Result<(), gatepost_sdk::Error> {
    let words = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let client = Client::from_env()?;
    let prices = prices::crawl(&client, Some(words.as_str()).filter(|words| !words.is_empty())).await?;
    println!("{prices}");
    Ok(())
}
