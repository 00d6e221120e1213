//! Offers an item, then lists what is for sale.
//!
//! `GATEPOST_API_KEY=gp_live_… cargo run -p gatepost-sdk --example first_call`

use gatepost_sdk::Client;
use gatepost_sdk::types::{ItemCondition, Money};

#[tokio::main]
async fn main() -> Result<(), gatepost_sdk::Error> {
    let client = Client::from_env()?;

    let price = Money::builder().amount(24_900).currency("EUR");
    let item = client
        .create_item()
        .body_map(|item| item.title("Rangefinder camera").price(price).condition(ItemCondition::Good))
        .send()
        .await?;
    println!("{} is for sale", item.id);

    let mut items = client.list_items().limit(50).stream();
    while let Some(item) = items.try_next().await? {
        println!("{}  {}", item.id, item.title);
    }
    Ok(())
}
