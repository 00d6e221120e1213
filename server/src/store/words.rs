//! The words of things, to find the things by: tables of the word and the thing's id, ordered by both, or by what the things
//! are listed by in between.
//!
//! An id begins with the time when its thing was made, so that what has a word is read newest first, as much of it as a page
//! needs, however much there is. A thing's words follow from its text, so they are taken away without a second index.

use sea_query::{Cond, Expr, ExprTrait as _, JoinType, Query, SelectStatement, Value};

use super::{Connection, StoreError, Tx};
use crate::domain::words::Words;

/// A table of words: `word`, and then the columns `by` whose order the things of a word have. The last of these is `thing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordTable {
    /// Its name.
    pub name: &'static str,
    /// Its columns after the word.
    pub by: &'static [&'static str],
}

const WORD: &str = "word";
const THING: &str = "thing";

/// A word table beside another one, or beside itself.
const OTHER: &str = "other";

/// Values of one statement: a statement takes some ten thousand at most.
const VALUES: usize = 10_000;

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
    /// A table that has things in the order of their ids.
    #[must_use]
    pub const fn newest(name: &'static str) -> Self {
        Self { name, by: &[THING] }
    }

    /// Makes `after` the words of a thing that had `before`. The thing is said by its values `by` which it is listed.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn change(self, tx: &mut Tx, thing: &[Value], before: &Words, after: &Words) -> Result<(), StoreError> {
        let gone: Vec<&str> = before.without(after).collect();
        if !gone.is_empty() {
            let mut statement = Query::delete();
            statement.from_table(self.name).and_where(Expr::col(WORD).is_in(gone));
            for (column, value) in self.by.iter().zip(thing) {
                statement.and_where(Expr::col(*column).eq(value.clone()));
            }
            tx.execute(&statement).await?;
        }
        let new: Vec<(&str, &[Value])> = after.without(before).map(|word| (word, thing)).collect();
        self.put(tx, &new).await
    }

    /// Keeps words with the things that have them; none of these pairs may be there yet.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn put(self, tx: &mut Tx, pairs: &[(&str, &[Value])]) -> Result<(), StoreError> {
        for some in pairs.chunks(VALUES / (1 + self.by.len())) {
            let columns = std::iter::once(WORD).chain(self.by.iter().copied());
            let mut statement = Query::insert().into_table(self.name).columns(columns).to_owned();
            for (word, thing) in some {
                let thing = thing.iter().cloned().map(Expr::val);
                statement.values_panic(std::iter::once(Expr::val(*word)).chain(thing));
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
                .from(self.name)
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

    /// Whether the thing of that id has the word.
    #[must_use]
    pub fn holds(self, thing: Expr, word: &str) -> Expr {
        let statement = Query::select()
            .expr(Expr::val(1))
            .from_as(self.name, OTHER)
            .and_where(Expr::col((OTHER, WORD)).eq(word))
            .and_where(Expr::col((OTHER, THING)).eq(thing))
            .to_owned();
        Expr::exists(statement)
    }

    /// Leaves what has all of these words too, of things that a table before this in the statement names. What is known of
    /// the things' place in time is said of each table: PostgreSQL may go down any of them side by side, and would begin with
    /// the newest there.
    pub fn join(self, statement: &mut SelectStatement, thing: &Expr, words: &[String], before: Option<&Value>) {
        for (word, number) in words.iter().zip(1..) {
            let other = format!("{OTHER}{number}");
            let column = |name: &'static str| Expr::col((other.clone(), name));
            // SQLite, which knows nothing of how many there are, joins in this order.
            statement
                .join_as(JoinType::CrossJoin, self.name, other.clone(), Cond::all())
                .and_where(column(WORD).eq(word.as_str()))
                .and_where(column(THING).eq(thing.clone()))
                .cond_where(Cond::all().add_option(before.map(|before| column(THING).lt(before.clone()))));
        }
    }

    /// A column of this table, in a statement that reads from it.
    #[must_use]
    pub fn column(self, name: &'static str) -> Expr {
        Expr::col((self.name, name))
    }

    /// This table's column of ids.
    #[must_use]
    pub fn thing(self) -> Expr {
        self.column(THING)
    }

    /// This table's column of words.
    #[must_use]
    pub fn word(self) -> Expr {
        self.column(WORD)
    }
}
