//! Where a page ended: the time and id of its last row. To callers it is opaque text.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::domain::time::Time;

/// The last row of a page, in the order of time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor<Id> {
    /// The row's time.
    pub time: Time,
    /// The row's id, which decides between rows of one time.
    pub id: Id,
}

/// The text is no cursor that we gave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is not a nextCursor of this list")]
pub struct NotACursor;

impl<Id: FromStr + AsRef<str>> Cursor<Id> {
    /// The text for `nextCursor`.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}.{}", self.time.ms(), self.id.as_ref()))
    }

    /// Reads exactly what [`Cursor::to_text`] writes.
    ///
    /// # Errors
    /// [`NotACursor`] for everything else.
    pub fn parse(text: &str) -> Result<Self, NotACursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACursor)?;
        let plain = std::str::from_utf8(&bytes).map_err(|_| NotACursor)?;
        let (ms, id) = plain.split_once('.').ok_or(NotACursor)?;
        let cursor =
            Self { time: Time::from_ms(ms.parse().map_err(|_| NotACursor)?), id: id.parse().map_err(|_| NotACursor)? };
        if cursor.to_text() == text { Ok(cursor) } else { Err(NotACursor) }
    }
}

/// The place of the last row of a page, where rows are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(pub i64);

impl Position {
    /// The text for `nextCursor`.
    #[must_use]
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(format!("#{}", self.0))
    }

    /// Reads exactly what [`Position::to_text`] writes.
    ///
    /// # Errors
    /// [`NotACursor`] for everything else.
    pub fn parse(text: &str) -> Result<Self, NotACursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACursor)?;
        let plain = std::str::from_utf8(&bytes).map_err(|_| NotACursor)?;
        let number = plain.strip_prefix('#').and_then(|number| number.parse().ok()).ok_or(NotACursor)?;
        let position = Self(number);
        if position.0 >= 0 && position.to_text() == text { Ok(position) } else { Err(NotACursor) }
    }
}

/// The name of the last row of a page, where rows stand in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(pub String);

impl Name {
    /// The text for `nextCursor`.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("={}", self.0))
    }

    /// Reads exactly what [`Name::to_text`] writes.
    ///
    /// # Errors
    /// [`NotACursor`] for everything else.
    pub fn parse(text: &str) -> Result<Self, NotACursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACursor)?;
        let plain = String::from_utf8(bytes).map_err(|_| NotACursor)?;
        plain.strip_prefix('=').map(|name| Self(name.to_owned())).ok_or(NotACursor)
    }
}

/// The count and name of the last row of a page, where rows stand by how many they are, those of one count by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// How many.
    pub count: i64,
    /// Of what.
    pub name: String,
}

impl Ranked {
    /// The text for `nextCursor`.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("~{}.{}", self.count, self.name))
    }

    /// Reads exactly what [`Ranked::to_text`] writes.
    ///
    /// # Errors
    /// [`NotACursor`] for everything else.
    pub fn parse(text: &str) -> Result<Self, NotACursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACursor)?;
        let plain = std::str::from_utf8(&bytes).map_err(|_| NotACursor)?;
        let (count, name) = plain.strip_prefix('~').and_then(|rest| rest.split_once('.')).ok_or(NotACursor)?;
        let ranked = Self { count: count.parse().map_err(|_| NotACursor)?, name: name.to_owned() };
        if ranked.to_text() == text { Ok(ranked) } else { Err(NotACursor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::KeyId;
    use crate::random::Random;

    #[test]
    fn a_cursor_reads_back_and_what_we_did_not_write_does_not() {
        let cursor = Cursor { time: Time::from_ms(42), id: KeyId::new(&Random::default()).unwrap() };
        let text = cursor.to_text();

        assert_eq!(Cursor::parse(&text), Ok(cursor));
        let with_sign = URL_SAFE_NO_PAD.encode(format!("+42.{}", cursor.id));
        for bad in ["", "x", "!!!", with_sign.as_str(), &text[1..], &format!("{text}=")] {
            assert_eq!(Cursor::<KeyId>::parse(bad), Err(NotACursor), "{bad}");
        }
    }

    #[test]
    fn a_name_reads_back_and_nothing_else_does() {
        let name = Name("stripe.live".to_owned());
        assert_eq!(Name::parse(&name.to_text()), Ok(name));
        for bad in ["", "!", "c3RyaXBl"] {
            assert_eq!(Name::parse(bad), Err(NotACursor), "{bad}");
        }
    }

    #[test]
    fn a_rank_reads_back_and_nothing_else_does() {
        let ranked = Ranked { count: 3, name: "node.js".to_owned() };
        assert_eq!(Ranked::parse(&ranked.to_text()), Ok(ranked));
        for bad in ["~+3.a", "~03.a", "3.a", "~3", "~.a", ""] {
            assert_eq!(Ranked::parse(&URL_SAFE_NO_PAD.encode(bad)), Err(NotACursor), "{bad}");
        }
    }

    #[test]
    fn a_position_reads_back_and_nothing_else_does() {
        assert_eq!(Position::parse(&Position(42).to_text()), Ok(Position(42)));
        for bad in ["#-1", "#+1", "#01", "1", "#", ""] {
            assert_eq!(Position::parse(&URL_SAFE_NO_PAD.encode(bad)), Err(NotACursor), "{bad}");
        }
    }
}
