//! The tree of categories: each is followed by those below it, and those of one parent stand in the order of their slugs.

use std::collections::BTreeMap;

use super::{Category, SlugCursor};
use crate::domain::cursor::NotACursor;
use crate::domain::ids::CategoryId;

/// Categories that there can be. The tree is read whole, so it has a bound; a market has some hundreds.
pub const MOST_CATEGORIES: u64 = 2_000;

/// How deep a category can stand; below that nobody looks for anything.
const DEEPEST: usize = 100;

/// Every category in its place, in the tree's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<Vec<String>, Category>);

/// A category in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The category.
    pub category: &'a Category,
    /// The slugs from the root down to it.
    pub path: &'a [String],
}

impl Tree {
    /// The tree of these. One whose parents lead nowhere (or in a circle) hangs from the root by its own slug.
    #[must_use]
    pub fn of(categories: Vec<Category>) -> Self {
        let by_id: BTreeMap<CategoryId, &Category> =
            categories.iter().map(|category| (category.id, category)).collect();
        let paths: Vec<Vec<String>> = categories.iter().map(|category| path(category, &by_id)).collect();
        Self(paths.into_iter().zip(categories).collect())
    }

    /// Each category after the one of that slug, in order.
    ///
    /// # Errors
    /// [`NotACursor`] when there is none of that slug.
    pub fn after(&self, last: Option<&SlugCursor>) -> Result<impl Iterator<Item = Placed<'_>>, NotACursor> {
        let begin = match last {
            Some(last) => 1 + self.0.values().position(|one| one.slug == last.slug).ok_or(NotACursor)?,
            None => 0,
        };
        Ok(self.0.iter().skip(begin).map(|(path, category)| Placed { category, path }))
    }

    /// The category of that slug.
    #[must_use]
    pub fn of_slug(&self, slug: &str) -> Option<&Category> {
        self.0.values().find(|category| category.slug == slug)
    }

    /// That category, then all below it. One that is not there stands alone.
    #[must_use]
    pub fn from(&self, id: CategoryId) -> Vec<CategoryId> {
        let Some((top, _)) = self.0.iter().find(|(_, category)| category.id == id) else { return vec![id] };
        let below = self.0.range(top.clone()..).take_while(|(path, _)| path.starts_with(top));
        below.map(|(_, category)| category.id).collect()
    }
}

fn path(category: &Category, by_id: &BTreeMap<CategoryId, &Category>) -> Vec<String> {
    let mut path = vec![category.slug.clone()];
    let mut parent = category.parent;
    while let Some(above) = parent {
        match by_id.get(&above) {
            Some(above) if path.len() <= DEEPEST => {
                path.push(above.slug.clone());
                parent = above.parent;
            }
            _ => return vec![category.slug.clone()],
        }
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;
    use crate::random::Random;

    fn category(slug: &str, parent: Option<&Category>) -> Category {
        let id = CategoryId::new(Time::from_ms(0), &Random::default()).unwrap();
        Category { id, slug: slug.to_owned(), name: slug.to_owned(), parent: parent.map(|parent| parent.id) }
    }

    fn slugs(tree: &Tree, after: Option<&str>) -> Vec<String> {
        let after = after.map(|slug| SlugCursor { slug: slug.to_owned() });
        tree.after(after.as_ref()).unwrap().map(|placed| placed.path.join("/")).collect()
    }

    #[test]
    fn children_follow_their_parent_in_the_order_of_slugs() {
        let bicycle = category("bicycle", None);
        let parts = category("bicycle-parts", None);
        let (wheels, bells) = (category("wheels", Some(&bicycle)), category("bells", Some(&bicycle)));
        let rims = category("rims", Some(&wheels));
        let ids = [bicycle.id, bells.id, wheels.id, rims.id];
        let tree = Tree::of(vec![parts.clone(), rims.clone(), wheels, bells, bicycle]);

        let whole = ["bicycle", "bicycle/bells", "bicycle/wheels", "bicycle/wheels/rims", "bicycle-parts"];
        assert_eq!(slugs(&tree, None), whole);
        assert_eq!(slugs(&tree, Some("wheels")), whole[3..]);
        assert_eq!(tree.from(ids[0]), ids);
        assert_eq!(tree.from(rims.id), [rims.id]);
        assert_eq!(tree.from(parts.id), [parts.id]);
    }

    #[test]
    fn a_circle_and_a_missing_parent_lose_nothing() {
        let mut one = category("one", None);
        let other = category("other", Some(&one));
        one.parent = Some(other.id);
        let lost = category("lost", Some(&category("nobody", None)));
        let tree = Tree::of(vec![one, other, lost]);

        assert_eq!(slugs(&tree, None), ["lost", "one", "other"]);
        assert!(tree.after(Some(&SlugCursor { slug: "gone".to_owned() })).is_err());
    }
}
