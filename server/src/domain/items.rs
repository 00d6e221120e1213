//! Items: what the market's members sell, and who may change what.

mod list;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

pub use list::{Filter, FilterError, Place, PlaceError, Sort};

use crate::domain::ids::{BrandId, CategoryId, ItemId, UserId};
use crate::domain::money::Money;
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};

/// How worn an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Never used.
    New,
    /// Used, and one does not see it.
    LikeNew,
    /// Used.
    Good,
    /// Used much.
    Fair,
    /// For parts or repair.
    Poor,
}

/// Whether an item can be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It can.
    Active,
    /// Its seller took it off the market.
    Withdrawn,
    /// Somebody ordered it; it stays as it is until the order ends.
    Reserved,
    /// Somebody bought it; it stays as it was then.
    Sold,
}

named!(Condition: New = "new", LikeNew = "likeNew", Good = "good", Fair = "fair", Poor = "poor");
named!(Status: Active = "active", Withdrawn = "withdrawn", Reserved = "reserved", Sold = "sold");

/// Something for sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Who sells it.
    pub seller: UserId,
    /// What it is.
    pub title: String,
    /// More about it.
    pub description: String,
    /// What it costs.
    pub price: Money,
    /// How worn it is.
    pub condition: Condition,
    /// Whether it can be bought.
    pub status: Status,
    /// Its category.
    pub category: Option<CategoryId>,
    /// Its brand.
    pub brand: Option<BrandId>,
    /// When it was offered.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// What a seller says of a new item.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Item")]
pub struct Offer {
    pub title: String,
    pub description: String,
    pub price: Money,
    pub condition: Condition,
    pub category: Option<CategoryId>,
    pub brand: Option<BrandId>,
}

/// What a seller changes of an item; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Item")]
pub struct Change {
    pub title: Option<String>,
    pub description: Option<String>,
    pub price: Option<Money>,
    pub condition: Option<Condition>,
    pub status: Option<Status>,
    pub category: Option<Option<CategoryId>>,
    pub brand: Option<Option<BrandId>>,
}

/// What an item cannot be, or whom it does not obey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ItemError {
    /// There is none of that id.
    #[error("there is no such item")]
    NotFound,
    /// Only its seller and administrators change it.
    #[error("the item is somebody else's")]
    NotTheSeller,
    /// It is ordered and stays as it is until that ends.
    #[error("the item is reserved")]
    Reserved,
    /// It is sold and stays as it was.
    #[error("the item is sold")]
    Sold,
    /// There is no such category.
    #[error("is not the id of a category")]
    UnknownCategory,
    /// There is no such brand.
    #[error("is not the id of a brand")]
    UnknownBrand,
    /// The price's currency is none of ISO 4217.
    #[error(transparent)]
    UnknownCurrency(#[from] crate::domain::money::UnknownCurrency),
}

impl Item {
    /// An item that `seller` offers at `now`; it is active at once.
    #[must_use]
    pub fn offered(id: ItemId, seller: UserId, offer: Offer, now: Time) -> Self {
        let Offer { title, description, price, condition, category, brand } = offer;
        Self {
            id,
            seller,
            title,
            description,
            price,
            condition,
            status: Status::Active,
            category,
            brand,
            created_at: now,
            updated_at: now,
        }
    }

    /// Lets its seller and administrators through.
    ///
    /// # Errors
    /// [`ItemError::NotTheSeller`] for anybody else.
    pub fn obeys(&self, who: &UserId, is_admin: bool) -> Result<(), ItemError> {
        if is_admin || self.seller == *who { Ok(()) } else { Err(ItemError::NotTheSeller) }
    }

    /// Keeps an item that somebody ordered: it may neither change nor go.
    ///
    /// # Errors
    /// [`ItemError::Reserved`].
    pub fn may_go(&self) -> Result<(), ItemError> {
        if self.status == Status::Reserved { Err(ItemError::Reserved) } else { Ok(()) }
    }

    /// The item after `change` at `now`.
    ///
    /// # Errors
    /// [`ItemError::Sold`] when it is sold, [`ItemError::Reserved`] when it is ordered.
    pub fn changed(self, change: Change, now: Time) -> Result<Self, ItemError> {
        self.may_go()?;
        if self.status == Status::Sold {
            return Err(ItemError::Sold);
        }
        Ok(Self {
            title: change.title.unwrap_or(self.title),
            description: change.description.unwrap_or(self.description),
            price: change.price.unwrap_or(self.price),
            condition: change.condition.unwrap_or(self.condition),
            status: change.status.unwrap_or(self.status),
            category: change.category.unwrap_or(self.category),
            brand: change.brand.unwrap_or(self.brand),
            updated_at: now,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn item() -> Item {
        let random = Random::default();
        let now = Time::from_ms(1_000);
        let offer = Offer {
            title: "Rangefinder camera".to_owned(),
            description: String::new(),
            price: Money { amount: 24_900, currency: "EUR".parse().unwrap() },
            condition: Condition::Good,
            category: Some(CategoryId::new(now, &random).unwrap()),
            brand: None,
        };
        Item::offered(ItemId::new(now, &random).unwrap(), UserId::new(now, &random).unwrap(), offer, now)
    }

    #[test]
    fn a_change_touches_what_it_names_and_null_clears() {
        let before = item();
        let change = Change { title: Some("Camera".to_owned()), category: Some(None), ..Change::default() };
        let after = before.clone().changed(change, Time::from_ms(2_000)).unwrap();

        let expected = Item { title: "Camera".to_owned(), category: None, updated_at: Time::from_ms(2_000), ..before };
        assert_eq!(after, expected);
    }

    #[test]
    fn a_sold_item_stays_as_it_was() {
        let sold = Item { status: Status::Sold, ..item() };
        let back = Change { status: Some(Status::Active), ..Change::default() };
        assert_eq!(sold.changed(back, Time::from_ms(2_000)), Err(ItemError::Sold));
    }

    #[test]
    fn what_somebody_ordered_neither_changes_nor_goes() {
        let reserved = Item { status: Status::Reserved, ..item() };
        assert_eq!(reserved.may_go(), Err(ItemError::Reserved));
        let dearer = Change { title: Some("Another camera".to_owned()), ..Change::default() };
        assert_eq!(reserved.changed(dearer, Time::from_ms(2_000)), Err(ItemError::Reserved));
        assert_eq!(Item { status: Status::Sold, ..item() }.may_go(), Ok(()));
    }

    #[test]
    fn s105_an_item_obeys_its_seller_and_administrators_alone() {
        let item = item();
        let stranger = UserId::new(Time::from_ms(0), &Random::default()).unwrap();

        assert_eq!(item.obeys(&item.seller, false), Ok(()));
        assert_eq!(item.obeys(&stranger, true), Ok(()));
        assert_eq!(item.obeys(&stranger, false), Err(ItemError::NotTheSeller));
    }
}
