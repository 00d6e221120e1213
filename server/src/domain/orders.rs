//! Orders: who buys what from whom, and how it ends.
//!
//! ```text
//! pending ── complete ──> completed      the item: reserved ──> sold
//!    └────── cancel ────> cancelled      the item: reserved ──> active
//! ```
//! Either party may do either, once. Nothing leads out of an end.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::domain::ids::{ItemId, OrderId, UserId};
use crate::domain::items::{self, Item};
use crate::domain::money::Money;
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};

/// Whether an order is under way, and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It is under way.
    Pending,
    /// The item is the buyer's.
    Completed,
    /// It came to nothing.
    Cancelled,
}

/// One of the two of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// Who buys.
    Buyer,
    /// Who sells.
    Seller,
}

named!(Status: Pending = "pending", Completed = "completed", Cancelled = "cancelled");
named!(Party: Buyer = "buyer", Seller = "seller");

/// How an order ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// By whom.
    pub by: Party,
    /// When.
    pub at: Time,
}

/// Somebody buys something from somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// What is bought. Once the order has ended it may be gone.
    pub item: ItemId,
    /// What that was called when it was ordered.
    pub item_title: String,
    /// Who buys; `None` once that account is gone.
    pub buyer: Option<UserId>,
    /// Who sells; `None` once that account is gone.
    pub seller: Option<UserId>,
    /// What the item cost when it was ordered.
    pub price: Money,
    /// Whether it is under way.
    pub status: Status,
    /// How it ended.
    pub ended: Option<Ended>,
    /// When it was made.
    pub created_at: Time,
}

/// What an order does not allow, or an item that is to be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OrderError {
    /// There is none of that id, or the caller is no party of it.
    #[error("there is no such order")]
    NotFound,
    /// One does not buy from oneself.
    #[error("the item is the caller's own")]
    OwnItem,
    /// The item cannot be bought now.
    #[error("the item is {0}")]
    Unavailable(items::Status),
    /// It costs something else than the buyer saw.
    #[error("the price changed")]
    PriceChanged(Money),
    /// It ended before.
    #[error("the order is {0}")]
    Ended(Status),
    /// The other party's account is gone.
    #[error("nobody is there to read it")]
    NobodyThere,
}

impl Order {
    /// `buyer` orders the item at `now`, for what it costs now.
    ///
    /// # Errors
    /// [`OrderError::OwnItem`], [`OrderError::Unavailable`], or [`OrderError::PriceChanged`] when the buyer expects another
    /// price.
    pub fn placed(
        id: OrderId,
        item: &Item,
        buyer: UserId,
        expected: Option<Money>,
        now: Time,
    ) -> Result<Self, OrderError> {
        if item.seller == buyer {
            return Err(OrderError::OwnItem);
        }
        if item.status != items::Status::Active {
            return Err(OrderError::Unavailable(item.status));
        }
        if expected.is_some_and(|expected| expected != item.price) {
            return Err(OrderError::PriceChanged(item.price));
        }
        Ok(Self {
            id,
            item: item.id,
            item_title: item.title.clone(),
            buyer: Some(buyer),
            seller: Some(item.seller),
            price: item.price,
            status: Status::Pending,
            ended: None,
            created_at: now,
        })
    }

    /// Which of the two somebody is.
    ///
    /// # Errors
    /// [`OrderError::NotFound`] for anybody else: to them there is no such order.
    pub fn party(&self, who: &UserId) -> Result<Party, OrderError> {
        if self.buyer.as_ref() == Some(who) {
            Ok(Party::Buyer)
        } else if self.seller.as_ref() == Some(who) {
            Ok(Party::Seller)
        } else {
            Err(OrderError::NotFound)
        }
    }

    /// Who one of the two is; `None` once that account is gone.
    #[must_use]
    pub const fn account(&self, party: Party) -> Option<UserId> {
        match party {
            Party::Buyer => self.buyer,
            Party::Seller => self.seller,
        }
    }

    /// The accounts of both, each once.
    pub fn parties(&self) -> impl Iterator<Item = UserId> + use<> {
        let buyer = self.buyer.filter(|buyer| self.seller != Some(*buyer));
        self.seller.into_iter().chain(buyer)
    }

    /// The order after one of the two completed or cancelled it.
    ///
    /// # Errors
    /// [`OrderError::Ended`] when it had ended before.
    pub fn ended(self, how: End, by: Party, at: Time) -> Result<Self, OrderError> {
        match self.status {
            Status::Pending => Ok(Self { status: how.status(), ended: Some(Ended { by, at }), ..self }),
            ended => Err(OrderError::Ended(ended)),
        }
    }
}

/// The two ways in which an order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The item changes hands.
    Complete,
    /// It does not.
    Cancel,
}

impl End {
    /// What the order is then.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Complete => Status::Completed,
            Self::Cancel => Status::Cancelled,
        }
    }

    /// What the item is then, which was reserved until now.
    #[must_use]
    pub const fn item(self) -> items::Status {
        match self {
            Self::Complete => items::Status::Sold,
            Self::Cancel => items::Status::Active,
        }
    }
}

impl Party {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Buyer => Self::Seller,
            Self::Seller => Self::Buyer,
        }
    }
}

#[cfg(test)]
#[path = "orders_tests.rs"]
mod tests;
