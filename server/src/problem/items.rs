//! What an item cannot be, on the wire.

use super::Problem;
use crate::domain::items::{FilterError, ItemError, PlaceError};

impl From<ItemError> for Problem {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::NotFound => Self::not_found("There is no such item."),
            // Everybody sees items, so there is nothing to hide.
            ItemError::NotTheSeller => Self::forbidden("The item is somebody else's; only its seller may change it."),
            ItemError::Reserved => {
                Self::conflict("The item is reserved by an order that is pending. Complete or cancel that first.")
            }
            ItemError::Sold => Self::conflict("The item is sold and cannot be changed."),
            ItemError::UnknownCategory => Self::invalid_body("/categoryId", error.to_string()),
            ItemError::UnknownBrand => Self::invalid_body("/brandId", error.to_string()),
            ItemError::UnknownCurrency(_) => Self::invalid_body("/price/currency", error.to_string()),
        }
    }
}

impl From<FilterError> for Problem {
    fn from(error: FilterError) -> Self {
        let parameter = match error {
            FilterError::NoCurrency { parameter } => parameter,
            FilterError::NoPrice => "maxPrice",
        };
        Self::invalid_query(parameter, error.to_string())
    }
}

impl From<PlaceError> for Problem {
    fn from(error: PlaceError) -> Self {
        Self::invalid_query("cursor", error.to_string())
    }
}
