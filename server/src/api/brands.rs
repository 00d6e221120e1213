//! Who made an item.

use crate::app::App;
use crate::auth::Visitor;
use crate::domain::catalogue::{self, SlugCursor};
use crate::generated::brands::{Brand, BrandPage, BrandsApi};
use crate::problem::Problem;
use crate::store::brands;

const LIST: &str = "brands";

impl BrandsApi for App {
    async fn list_brands(&self, _visitor: Visitor, limit: i32, cursor: Option<String>) -> Result<BrandPage, Problem> {
        let after = cursor.map(|text| SlugCursor::parse(LIST, &text)).transpose();
        let after = after.map_err(|error| Problem::invalid_query("cursor", error.to_string()))?;
        let most = usize::try_from(limit).unwrap_or(1);
        let wanted = u64::try_from(most).unwrap_or(1).saturating_add(1);
        let mut found = brands::list(&mut *self.db.read().await?, after.as_ref(), wanted).await?;
        let more = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| more).map(|brand| SlugCursor { slug: brand.slug.clone() });
        let next_cursor = last.map(|cursor| cursor.to_text(LIST));
        Ok(BrandPage { data: found.into_iter().map(shown).collect(), next_cursor })
    }
}

fn shown(brand: catalogue::Brand) -> Brand {
    Brand { id: brand.id.to_string(), slug: brand.slug, name: brand.name }
}
