//! Which items a list shows, in which order, and where a page of it ended.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use super::{Condition, Item, Status};
use crate::domain::ids::{BrandId, CategoryId, ItemId, UserId};
use crate::domain::money::Currency;
use crate::domain::words::Words;

/// In which order items stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// By the time when they were offered, the last first.
    #[default]
    Newest,
    /// The cheapest first.
    PriceAscending,
    /// The dearest first.
    PriceDescending,
}

/// Which items a list shows; what is `None` lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In which order.
    pub sort: Sort,
    /// In which state.
    pub status: Option<Status>,
    /// How worn.
    pub condition: Option<Condition>,
    /// Of one of these categories: the one that was asked for, then those below it. Empty lets all through.
    pub categories: Vec<CategoryId>,
    /// Of which brand.
    pub brand: Option<BrandId>,
    /// Whose.
    pub seller: Option<UserId>,
    /// Priced in which currency.
    pub currency: Option<Currency>,
    /// At this price or above.
    pub min_price: Option<i64>,
    /// At this price or below.
    pub max_price: Option<i64>,
    /// With all of these words. No words at all are in no item.
    pub words: Option<Words>,
}

/// What cannot be asked of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FilterError {
    /// Amounts of different currencies are not compared.
    #[error("needs `currency`: prices are compared within one")]
    NoCurrency {
        /// What needs it.
        parameter: &'static str,
    },
    /// Nothing costs that.
    #[error("is below minPrice")]
    NoPrice,
}

/// Where a page ended: the last item's place in the list's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// What the list is ordered by: milliseconds, or minor units.
    pub value: i64,
    /// The item's id, which decides between items of one value.
    pub id: ItemId,
}

/// The text is no place in this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// We did not write it.
    #[error("is not a nextCursor of this list")]
    NotACursor,
    /// It was written for another order or other filters.
    #[error("belongs to another sort or other filters: keep them the same from page to page")]
    OfAnotherList,
}

impl Filter {
    /// Lets questions through that have an answer.
    ///
    /// # Errors
    /// [`FilterError`] as its variants say.
    pub fn check(&self) -> Result<(), FilterError> {
        let by_price = self.sort != Sort::Newest;
        let needs =
            [("minPrice", self.min_price.is_some()), ("maxPrice", self.max_price.is_some()), ("sort", by_price)];
        if self.currency.is_none()
            && let Some((parameter, _)) = needs.into_iter().find(|(_, asked)| *asked)
        {
            return Err(FilterError::NoCurrency { parameter });
        }
        match (self.min_price, self.max_price) {
            (Some(min), Some(max)) if max < min => Err(FilterError::NoPrice),
            _ => Ok(()),
        }
    }

    /// Where that item stands in this list.
    #[must_use]
    pub fn place(&self, item: &Item) -> Place {
        let value = match self.sort {
            Sort::Newest => item.created_at.ms(),
            Sort::PriceAscending | Sort::PriceDescending => item.price.amount,
        };
        Place { value, id: item.id }
    }

    /// Tells lists apart. Of the categories only the one that was asked for counts: the tree below it may change.
    fn fingerprint(&self) -> u32 {
        let asked = (self.sort, self.status, self.condition, self.categories.first(), self.brand, self.seller);
        let text = format!("{asked:?} {:?}", (self.currency, self.min_price, self.max_price, &self.words));
        crc32fast::hash(text.as_bytes())
    }
}

impl Place {
    /// The text for `nextCursor` of that list.
    #[must_use]
    pub fn to_text(&self, list: &Filter) -> String {
        URL_SAFE_NO_PAD.encode(format!("items.{}.{}.{:08x}", self.value, self.id, list.fingerprint()))
    }

    /// Reads exactly what [`Place::to_text`] writes for that list.
    ///
    /// # Errors
    /// [`PlaceError`] for everything else.
    pub fn parse(text: &str, list: &Filter) -> Result<Self, PlaceError> {
        let plain = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let mut parts = plain.as_deref().and_then(|plain| plain.strip_prefix("items.")).unwrap_or_default().split('.');
        let (value, id, list_of) = (parts.next(), parts.next(), parts.next());
        let value = value.and_then(|value| value.parse().ok()).ok_or(PlaceError::NotACursor)?;
        let id = id.and_then(|id| id.parse().ok()).ok_or(PlaceError::NotACursor)?;
        let place = Self { value, id };
        if place.to_text(list) == text {
            return Ok(place);
        }
        match list_of {
            Some(other) if other.len() == 8 && parts.next().is_none() => Err(PlaceError::OfAnotherList),
            _ => Err(PlaceError::NotACursor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;
    use crate::random::Random;

    fn euros() -> Filter {
        Filter { currency: Some("EUR".parse().unwrap()), ..Filter::default() }
    }

    #[test]
    fn h76_a_place_reads_back_in_its_own_list_and_in_no_other() {
        let random = Random::default();
        let place = Place { value: -5, id: ItemId::new(Time::from_ms(7), &random).unwrap() };
        let text = place.to_text(&euros());
        assert_eq!(Place::parse(&text, &euros()), Ok(place));

        let category = CategoryId::new(Time::from_ms(7), &random).unwrap();
        for other in [
            Filter::default(),
            Filter { sort: Sort::PriceAscending, ..euros() },
            Filter { status: Some(Status::Sold), ..euros() },
            Filter { condition: Some(Condition::New), ..euros() },
            Filter { categories: vec![category], ..euros() },
            Filter { max_price: Some(1), ..euros() },
            Filter { words: Some(Words::sought("lens")), ..euros() },
        ] {
            assert_eq!(Place::parse(&text, &other), Err(PlaceError::OfAnotherList), "{other:?}");
        }
        let same = Filter { words: Some(Words::sought("LENS  Lens")), ..euros() };
        let words = Filter { words: Some(Words::sought("lens")), ..euros() };
        assert_eq!(Place::parse(&place.to_text(&same), &words), Ok(place));
        for bad in ["", "!", &text[1..], &format!("{text}="), &URL_SAFE_NO_PAD.encode("items.1.x.00000000")] {
            assert_eq!(Place::parse(bad, &euros()), Err(PlaceError::NotACursor), "{bad}");
        }
    }

    #[test]
    fn prices_are_compared_within_one_currency_alone() {
        let dear = Filter { min_price: Some(5), ..Filter::default() };
        assert_eq!(dear.check(), Err(FilterError::NoCurrency { parameter: "minPrice" }));
        let sorted = Filter { sort: Sort::PriceDescending, ..Filter::default() };
        assert_eq!(sorted.check(), Err(FilterError::NoCurrency { parameter: "sort" }));
        assert_eq!(Filter { min_price: Some(5), max_price: Some(5), ..euros() }.check(), Ok(()));
        assert_eq!(Filter { min_price: Some(5), max_price: Some(4), ..euros() }.check(), Err(FilterError::NoPrice));
    }
}
