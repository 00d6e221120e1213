//! Who made an item.

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Visitor;
use crate::domain::catalogue::{self, SlugCursor};
use crate::domain::words;
use crate::generated::brands::{Brand, BrandPage, BrandsApi};
use crate::problem::Problem;
use crate::store::brands;

const LIST: &str = "brands";

impl BrandsApi for App {
    async fn list_brands(
        &self,
        _visitor: Visitor,
        limit: i32,
        cursor: Option<String>,
        search: Option<String>,
    ) -> Result<BrandPage, Problem> {
        let start = search.map(|text| words::folded(&text));
        // One search's cursor is none of another's.
        let list =
            start.as_ref().map_or(LIST.to_owned(), |start| format!("{LIST}:{:08x}", crc32fast::hash(start.as_bytes())));
        let page = Page::of(limit);
        let after = pages::cursor(cursor.as_deref(), |text| SlugCursor::parse(&list, text))?;
        let mut connection = self.db.read().await?;
        let mut found = brands::list(&mut connection, start.as_deref(), after.as_ref(), page.wanted()).await?;
        let last = page.cut(&mut found).map(|last| SlugCursor { slug: last.slug.clone() });
        let next_cursor = last.map(|cursor| cursor.to_text(&list));
        Ok(BrandPage { data: found.into_iter().map(shown).collect(), next_cursor })
    }
}

fn shown(brand: catalogue::Brand) -> Brand {
    Brand { id: brand.id.to_string(), slug: brand.slug, name: brand.name }
}
