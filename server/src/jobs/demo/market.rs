//! What is for sale.

use serde::Deserialize;

use super::{Stage, named, rows};
use crate::domain::ids::ItemId;
use crate::domain::items::{Item, Offer};
use crate::domain::money::Money;
use crate::problem::Problem;
use crate::store::{Tx, brands, categories, items};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ForSale {
    seller: String,
    title: String,
    description: String,
    /// Minor units.
    price: i64,
    currency: String,
    condition: String,
    category: String,
    brand: Option<String>,
    hours_ago: u64,
}

pub(super) async fn fill(stage: &mut Stage<'_>, tx: &mut Tx) -> Result<(), Problem> {
    let categories = categories::tree(tx).await?;
    let brands = brands::list(tx, None, None, 100).await?;
    for one in rows::<ForSale>(include_str!("items.json"))? {
        let offer = Offer {
            title: one.title,
            description: one.description,
            price: Money { amount: one.price, currency: named(&one.currency)? },
            condition: named(&one.condition)?,
            category: categories.of_slug(&one.category).map(|category| category.id),
            brand: brands.iter().find(|brand| Some(&brand.slug) == one.brand.as_ref()).map(|brand| brand.id),
        };
        let (at, seller) = (stage.hours_ago(one.hours_ago), stage.who(&one.seller)?);
        let item = Item::offered(ItemId::new(at, &stage.app.random)?, seller, offer, at);
        items::insert(tx, &item).await?;
        stage.items.insert(item.title.clone(), item);
    }
    Ok(())
}
