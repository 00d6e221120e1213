//! The words of things, to find the things by: a table a noun, of the word and the thing's id, ordered by both.
//!
//! An id begins with the time when its thing was made, so that what has a word is read newest first, as much of it as a page
//! needs, however much there is. A thing's words follow from its text, so they are taken away without a second index.

use sea_query::{Expr, ExprTrait as _, Order, Query, Value};

use super::{Connection, StoreError, Tx};
use crate::domain::words::Words;

/// A table of words: `word`, `thing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordTable(pub &'static str);

/// The words of items.
pub const ITEM_WORDS: WordTable = WordTable("item_words");

const WORD: &str = "word";
const THING: &str = "thing";

/// Rows of one statement: a statement takes some ten thousand values at most.
const ROWS: usize = 5_000;

/// How many things a search may find before its words are not what to begin with.
const FEW: u64 = 1_000;

/// The words of a search, the rarest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The words.
    pub words: Vec<String>,
    /// Whether the rarest leaves so few things that they can be looked at one by one.
    pub few: bool,
}

impl WordTable {
    /// Makes `after` the words of a thing that had `before`.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn change(
        self,
        tx: &mut Tx,
        thing: impl Into<Value> + Copy,
        before: &Words,
        after: &Words,
    ) -> Result<(), StoreError> {
        let gone: Vec<&str> = before.without(after).collect();
        if !gone.is_empty() {
            let statement = Query::delete()
                .from_table(self.0)
                .and_where(Expr::col(WORD).is_in(gone))
                .and_where(Expr::col(THING).eq(thing.into()))
                .to_owned();
            tx.execute(&statement).await?;
        }
        let thing = thing.into();
        let new: Vec<(&str, Value)> = after.without(before).map(|word| (word, thing.clone())).collect();
        self.put(tx, &new).await
    }

    /// Keeps words with the things that have them; none of these pairs may be there yet.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn put(self, tx: &mut Tx, pairs: &[(&str, Value)]) -> Result<(), StoreError> {
        for some in pairs.chunks(ROWS) {
            let mut statement = Query::insert().into_table(self.0).columns([WORD, THING]).to_owned();
            for (word, thing) in some {
                statement.values_panic([Expr::val(*word), Expr::val(thing.clone())]);
            }
            tx.execute(&statement).await?;
        }
        Ok(())
    }

    /// The words with the rarest first, as far as that can be told by a glance.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn sought(self, connection: &mut Connection, words: &Words) -> Result<Sought, StoreError> {
        let mut counted = Vec::new();
        for word in words.iter() {
            let some = Query::select()
                .expr_as(Expr::val(1), "one")
                .from(self.0)
                .and_where(Expr::col(WORD).eq(word))
                .limit(FEW)
                .to_owned();
            let count = Query::select().expr(Expr::cust("COUNT(*)")).from_subquery(some, "some").to_owned();
            let row: Option<(i64,)> = connection.fetch_optional(&count).await?;
            counted.push((row.map_or(0, |(count,)| count.unsigned_abs()), word.to_owned()));
        }
        counted.sort_unstable();
        let few = counted.first().is_some_and(|(count, _)| *count < FEW);
        Ok(Sought { words: counted.into_iter().map(|(_, word)| word).collect(), few })
    }

    /// Whether the thing of that id has the word. The id is another table's column: this one's would mean the row itself.
    #[must_use]
    pub fn holds(self, thing: Expr, word: &str) -> Expr {
        self.holds_before(thing, word, None::<String>)
    }

    /// As [`WordTable::holds`], of things before one of which it is known that they are.
    #[must_use]
    pub fn holds_before(self, thing: Expr, word: &str, before: Option<impl Into<Value>>) -> Expr {
        let mut statement = Query::select();
        statement
            .expr(Expr::val(1))
            .from(self.0)
            .and_where(Expr::col((self.0, WORD)).eq(word))
            .and_where(Expr::col((self.0, THING)).eq(thing));
        if let Some(before) = before {
            statement.and_where(Expr::col((self.0, THING)).lt(before.into()));
        }
        Expr::exists(statement.to_owned())
    }

    /// This table's column of ids, in a statement that reads from it.
    #[must_use]
    pub fn thing(self) -> Expr {
        Expr::col((self.0, THING))
    }

    /// This table's column of words, in a statement that reads from it.
    #[must_use]
    pub fn word(self) -> Expr {
        Expr::col((self.0, WORD))
    }

    /// Newest first.
    #[must_use]
    pub fn newest(self) -> ((&'static str, &'static str), Order) {
        ((self.0, THING), Order::Desc)
    }
}
