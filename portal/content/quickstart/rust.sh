(
set -e
sdk="${{{env}}_SDK:-$PWD}"
export {{env}}_BASE_URL="${{{env}}_BASE_URL:-{{base_url}}}"
cd "$(mktemp -d)"
cargo init --quiet --name quickstart
cargo add --quiet --path "$sdk/sdk-rust"
cargo add --quiet tokio --features macros,rt-multi-thread

cat > src/main.rs <<'RUST'
use gatepost_sdk::{Client, types::{ItemCondition, Money}};

#[tokio::main]
async fn main() -> Result<(), gatepost_sdk::Error> {
    // Reads {{env}}_API_KEY and {{env}}_BASE_URL.
    let client = Client::from_env()?;

    let price = Money::builder().amount(24_900).currency("EUR");
    let item = client
        .create_item()
        .body_map(|item| item.title("Rangefinder camera").price(price).condition(ItemCondition::Good))
        .send()
        .await?;
    println!("created {}", item.id);

    let newest = client.list_items().limit(5).send().await?;
    for item in &newest.data {
        println!("{}  {}", item.id, item.title);
    }
    Ok(())
}
RUST

cargo run --quiet
)
