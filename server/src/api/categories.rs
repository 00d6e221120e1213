//! The tree that items are sorted into.

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Visitor;
use crate::domain::catalogue::{Placed, SlugCursor};
use crate::generated::categories::{CategoriesApi, Category, CategoryPage};
use crate::problem::Problem;
use crate::store::categories;

const LIST: &str = "categories";

impl CategoriesApi for App {
    async fn list_categories(
        &self,
        _visitor: Visitor,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<CategoryPage, Problem> {
        let page = Page::of(limit);
        let after = pages::cursor(cursor.as_deref(), |text| SlugCursor::parse(LIST, text))?;
        let tree = categories::tree(&mut *self.db.read().await?).await?;
        let rest = tree.after(after.as_ref()).map_err(|error| Problem::invalid_query("cursor", error.to_string()))?;
        let mut found: Vec<Placed<'_>> = rest.take(usize::try_from(page.wanted()).unwrap_or(1)).collect();
        let last = page.cut(&mut found).map(|last| SlugCursor { slug: last.category.slug.clone() });
        let next_cursor = last.map(|cursor| cursor.to_text(LIST));
        Ok(CategoryPage { data: found.iter().map(shown).collect(), next_cursor })
    }
}

fn shown(Placed { category, path }: &Placed<'_>) -> Category {
    Category {
        id: category.id.to_string(),
        slug: category.slug.clone(),
        name: category.name.clone(),
        parent_id: category.parent.map(|id| id.to_string()),
        depth: i32::try_from(path.len().saturating_sub(1)).unwrap_or(i32::MAX),
        path: path.join("/"),
    }
}
