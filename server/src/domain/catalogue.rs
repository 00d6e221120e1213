//! What items are sorted by: a tree of categories, and brands in the order of their slugs.

mod tree;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use tree::{MOST_CATEGORIES, Placed, Tree};

use crate::domain::cursor::NotACursor;
use crate::domain::ids::{BrandId, CategoryId};

/// A node of the category tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// Its name in addresses; unique.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The one above it.
    pub parent: Option<CategoryId>,
}

/// Who made an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Its id.
    pub id: BrandId,
    /// Its name in addresses; unique.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// Where a page in the order of slugs ended. `list` names the list, so that one list's cursor is none of another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlugCursor {
    /// The slug of the page's last row.
    pub slug: String,
}

impl SlugCursor {
    /// The text for `nextCursor`.
    #[must_use]
    pub fn to_text(&self, list: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{list}.{}", self.slug))
    }

    /// Reads exactly what [`SlugCursor::to_text`] writes for that list.
    ///
    /// # Errors
    /// [`NotACursor`] for everything else.
    pub fn parse(list: &str, text: &str) -> Result<Self, NotACursor> {
        let plain = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let slug = plain.as_deref().and_then(|plain| plain.strip_prefix(list)?.strip_prefix('.')).ok_or(NotACursor)?;
        let is_slug =
            !slug.is_empty() && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if is_slug { Ok(Self { slug: slug.to_owned() }) } else { Err(NotACursor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h76_a_cursor_of_another_list_or_of_nobodys_making_is_refused() {
        let text = SlugCursor { slug: "film-cameras".to_owned() }.to_text("categories");

        assert_eq!(SlugCursor::parse("categories", &text).unwrap().slug, "film-cameras");
        for bad in
            [SlugCursor { slug: "x".to_owned() }.to_text("brands"), String::new(), "!".to_owned(), format!("{text}=")]
        {
            assert_eq!(SlugCursor::parse("categories", &bad), Err(NotACursor), "{bad}");
        }
        let with_nul = URL_SAFE_NO_PAD.encode("categories.a\0");
        assert_eq!(SlugCursor::parse("categories", &with_nul), Err(NotACursor));
    }
}
