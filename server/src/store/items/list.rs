//! Lists of items. Each way to ask has an index that ends in the list's order, so that a page costs the same wherever it is
//! and however many items there are.

use sea_query::{Cond, Expr, ExprTrait as _, Order, Query, SelectStatement, UnionType, Value};

use super::words::{AMOUNT, BY_PRICE, CURRENCY, NEWEST};
use super::{COLUMNS, Row};
use crate::domain::items::{Filter, Item, Place, Sort};
use crate::store::tables::Items;
use crate::store::words::{Sought, WordTable};
use crate::store::{Connection, StoreError};

/// Up to `most` items that the filter lets through, in its order, those after the place.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    filter: &Filter,
    after: Option<&Place>,
    most: u64,
) -> Result<Vec<Item>, StoreError> {
    let sought = match &filter.words {
        // No item has a word that there is not.
        Some(words) if words.is_empty() => return Ok(Vec::new()),
        Some(words) => Some(NEWEST.sought(connection, words).await?),
        None => None,
    };
    let list = List { filter, after, most, is_embedded: connection.is_embedded() };
    let statement = statement(&list, sought.as_ref());
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Item::from).collect())
}

/// What is asked.
struct List<'a> {
    filter: &'a Filter,
    after: Option<&'a Place>,
    most: u64,
    /// Whether SQLite answers.
    is_embedded: bool,
}

fn statement(list: &List<'_>, sought: Option<&Sought>) -> SelectStatement {
    match sought {
        Some(sought) if sought.few || !list.is_narrow() => list.by_words(sought),
        // So many items have the words that of those the filter leaves enough do.
        _ if list.filter.categories.len() > 1 => list.by_categories(sought),
        _ => list.in_order(sought),
    }
}

fn column(column: Items) -> Expr {
    Expr::col((Items::Table, column))
}

/// A range of ids that leaves none out, where it has no end of its own. PostgreSQL plans a statement anew for each call until it
/// thinks that one plan for all values is no worse, which it never thought of a word that many items have, and planning takes
/// longer than the page. Of a range with two ends it thinks so.
fn any_thing(table: WordTable, has_end: bool) -> Cond {
    let (first, last) = ("", "~");
    Cond::all().add(table.thing().gt(first)).add_option((!has_end).then(|| table.thing().lt(last)))
}

fn items() -> SelectStatement {
    Query::select().columns(COLUMNS.map(|column| (Items::Table, column))).from(Items::Table).to_owned()
}

impl List<'_> {
    /// Whether the filter leaves but a part of the market, by what an index begins with.
    fn is_narrow(&self) -> bool {
        let Filter { categories, brand, seller, .. } = self.filter;
        !categories.is_empty() || brand.is_some() || seller.is_some()
    }

    /// As the index has them.
    fn in_order(&self, sought: Option<&Sought>) -> SelectStatement {
        let mut statement = items();
        statement.cond_where(self.passes()).cond_where(self.follows());
        for word in sought.into_iter().flat_map(|sought| &sought.words) {
            statement.and_where(NEWEST.holds(column(Items::Id), word));
        }
        for category in &self.filter.categories {
            statement.and_where(column(Items::Category).eq(category));
        }
        self.cut(statement)
    }

    /// A page of each category, and of these together the page: an index has no order over several categories.
    fn by_categories(&self, sought: Option<&Sought>) -> SelectStatement {
        let mut pages = self.filter.categories.iter().map(|category| {
            let filter = Filter { categories: vec![*category], ..self.filter.clone() };
            let mut page = List { filter: &filter, ..*self }.in_order(sought);
            page.clear_selects().column((Items::Table, Items::Id));
            Query::select().column(Items::Id).from_subquery(page, "page").to_owned()
        });
        let mut ids = pages.next().unwrap_or_default();
        ids.unions(pages.map(|page| (UnionType::All, page)));
        let mut statement = items();
        statement.and_where(column(Items::Id).in_subquery(ids));
        self.cut(statement)
    }

    /// What has the rarest word, in the list's order, and of that what has the others too.
    fn by_words(&self, sought: &Sought) -> SelectStatement {
        let table = if self.filter.sort == Sort::Newest { NEWEST } else { BY_PRICE };
        let mut statement =
            Query::select().columns(COLUMNS.map(|column| (Items::Table, column))).from(table.name).to_owned();
        let before: Option<Value> =
            self.after.filter(|_| self.filter.sort == Sort::Newest).map(|after| after.id.into());
        if let [rarest, others @ ..] = &sought.words[..] {
            statement.and_where(table.word().eq(rarest.as_str()));
            NEWEST.join(&mut statement, &table.thing(), others, before.as_ref());
        }
        statement.cross_join(Items::Table).cond_where(self.at(table));
        statement.cond_where(self.passes());
        if !self.filter.categories.is_empty() {
            statement.and_where(column(Items::Category).is_in(&self.filter.categories));
        }
        if sought.words.len() == 1 {
            statement.cond_where(any_thing(table, before.is_some()));
        }
        let place =
            if self.filter.sort == Sort::Newest { self.newest(&mut statement) } else { self.by_price(&mut statement) };
        let (_, order) = self.order();
        for part in place {
            statement.order_by_expr(part, order.clone());
        }
        statement.limit(self.most).to_owned()
    }

    /// That an item is the one of the words' entry. It is looked up by its price where an index has just that: the next one
    /// lies near there, and in the index of ids somewhere else. Each engine takes that index for another way to say so:
    /// PostgreSQL for rows that it compares, which SQLite would compare by their first column alone.
    fn at(&self, table: WordTable) -> Cond {
        let (price, id) = (column(Items::PriceAmount), column(Items::Id));
        let (amount, thing) = (table.column(AMOUNT), table.thing());
        if !self.is_by_price_alone() {
            return Cond::all().add(id.eq(thing));
        }
        if self.is_embedded {
            return Cond::all().add(price.eq(amount)).add(id.clone().gte(thing.clone())).add(id.lte(thing));
        }
        let (item, entry) = (Expr::tuple([price, id]), Expr::tuple([amount, thing]));
        Cond::all().add(item.clone().gte(entry.clone())).add(item.lte(entry))
    }

    /// Whether the list is by price and what the filter asks for is what the index by price begins with.
    fn is_by_price_alone(&self) -> bool {
        let Filter { sort, status, currency, condition, .. } = self.filter;
        *sort != Sort::Newest && status.is_some() && currency.is_some() && condition.is_none() && !self.is_narrow()
    }

    /// The words' place of a list that has the newest first, what is before it left off.
    fn newest(&self, statement: &mut SelectStatement) -> Vec<Expr> {
        if let Some(after) = self.after {
            statement.and_where(NEWEST.thing().lt(after.id)).and_where(column(Items::Id).lt(after.id));
        }
        vec![NEWEST.thing()]
    }

    /// The words' place of a list by price, what is before it left off.
    fn by_price(&self, statement: &mut SelectStatement) -> Vec<Expr> {
        let (currency, amount) = (BY_PRICE.column(CURRENCY), BY_PRICE.column(AMOUNT));
        let Filter { currency: of, min_price, max_price, .. } = self.filter;
        let place = [amount.clone(), BY_PRICE.thing()];
        statement.cond_where(
            Cond::all()
                .add_option(of.map(|of| currency.eq(of)))
                .add_option(min_price.map(|price| amount.clone().gte(price)))
                .add_option(max_price.map(|price| amount.lte(price)))
                .add_option(self.after(&place)),
        );
        place.to_vec()
    }

    fn passes(&self) -> Cond {
        let Filter { status, condition, brand, seller, currency, min_price, max_price, .. } = self.filter;
        let is = |name: Items, value: Option<Value>| value.map(|value| column(name).eq(value));
        Cond::all()
            .add_option(is(Items::Status, status.map(Value::from)))
            .add_option(is(Items::Condition, condition.map(Value::from)))
            .add_option(is(Items::Brand, brand.map(Value::from)))
            .add_option(is(Items::Seller, seller.map(Value::from)))
            .add_option(is(Items::PriceCurrency, currency.map(Value::from)))
            .add_option(min_price.map(|price| column(Items::PriceAmount).gte(price)))
            .add_option(max_price.map(|price| column(Items::PriceAmount).lte(price)))
    }

    fn follows(&self) -> Cond {
        let (value, _) = self.order();
        Cond::all().add_option(self.after(&[column(value), column(Items::Id)]))
    }

    /// That a row's place is after the one that is asked for.
    fn after(&self, place: &[Expr; 2]) -> Option<Expr> {
        let (_, order) = self.order();
        self.after.map(|after| {
            let place = Expr::tuple(place.clone());
            let last = Expr::tuple([after.value.into(), after.id.into()]);
            if order == Order::Asc { place.gt(last) } else { place.lt(last) }
        })
    }

    fn cut(&self, mut statement: SelectStatement) -> SelectStatement {
        let (value, order) = self.order();
        let by = |column: Items| (Items::Table, column);
        statement.order_by(by(value), order.clone()).order_by(by(Items::Id), order).limit(self.most).to_owned()
    }

    fn order(&self) -> (Items, Order) {
        match self.filter.sort {
            Sort::Newest => (Items::CreatedAt, Order::Desc),
            Sort::PriceAscending => (Items::PriceAmount, Order::Asc),
            Sort::PriceDescending => (Items::PriceAmount, Order::Desc),
        }
    }
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
