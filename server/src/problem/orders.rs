//! What an order does not allow, on the wire.

use super::{Problem, kind};
use crate::domain::orders::OrderError;

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        match error {
            // To everybody but its buyer and seller there is no order.
            OrderError::NotFound => Self::not_found("There is no such order."),
            OrderError::OwnItem => Self::forbidden("The item is your own."),
            OrderError::Unavailable(status) => {
                Self::new(&kind::ITEM_UNAVAILABLE, format!("The item is {status} and cannot be ordered now."))
            }
            OrderError::PriceChanged(price) => {
                let now = format!("The item costs {} {} in minor units now.", price.amount, price.currency);
                Self::new(&kind::PRICE_CHANGED, now)
            }
            OrderError::Ended(status) => Self::conflict(format!("The order is {status} and stays so.")),
            OrderError::NobodyThere => Self::conflict("The other party's account was deleted; nobody would read it."),
        }
    }
}
