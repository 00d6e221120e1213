//! The tree that items are sorted into.

use crate::app::App;
use crate::auth::Visitor;
use crate::domain::catalogue::{self, SlugCursor};
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
        let after = cursor.map(|text| SlugCursor::parse(LIST, &text)).transpose();
        let after = after.map_err(|error| Problem::invalid_query("cursor", error.to_string()))?;
        let most = usize::try_from(limit).unwrap_or(1);
        let wanted = u64::try_from(most).unwrap_or(1).saturating_add(1);
        let mut found = categories::list(&mut *self.db.read().await?, after.as_ref(), wanted).await?;
        let more = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| more).map(|category| SlugCursor { slug: category.slug.clone() });
        let next_cursor = last.map(|cursor| cursor.to_text(LIST));
        Ok(CategoryPage { data: found.into_iter().map(shown).collect(), next_cursor })
    }
}

fn shown(category: catalogue::Category) -> Category {
    Category {
        id: category.id.to_string(),
        slug: category.slug,
        name: category.name,
        parent_id: category.parent.map(|id| id.to_string()),
    }
}
