//! What an item cannot be, on the wire.

use super::Problem;
use crate::domain::items::ItemError;

impl From<ItemError> for Problem {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::NotFound => Self::not_found("There is no such item."),
            // Everybody sees items, so there is nothing to hide.
            ItemError::NotTheSeller => Self::forbidden("The item is somebody else's; only its seller may change it."),
            ItemError::Sold => Self::conflict("The item is sold and cannot be changed."),
            ItemError::UnknownCategory => Self::invalid_body("/categoryId", error.to_string()),
            ItemError::UnknownBrand => Self::invalid_body("/brandId", error.to_string()),
            ItemError::UnknownCurrency(_) => Self::invalid_body("/price/currency", error.to_string()),
        }
    }
}
