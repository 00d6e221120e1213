//! Money: an amount in minor units and its currency.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A currency of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency(iso_currency::Currency);

/// The text is no code of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is not a currency code of ISO 4217, such as EUR")]
pub struct UnknownCurrency;

impl Currency {
    /// Its three letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        iso_currency::Currency::from_code(code).map(Self).ok_or(UnknownCurrency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Minor units: cents for EUR, yen for JPY. Never negative.
    pub amount: i64,
    /// What they are units of.
    pub currency: Currency,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_of_iso_4217_are_currencies() {
        for code in ["EUR", "JPY", "CHF", "BHD"] {
            assert_eq!(code.parse::<Currency>().unwrap().code(), code);
        }
        for code in ["", "eur", "EURO", "ABC", "ZZZ"] {
            assert_eq!(code.parse::<Currency>(), Err(UnknownCurrency), "{code}");
        }
    }
}
