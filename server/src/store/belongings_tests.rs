use std::collections::BTreeSet;

use sea_query::{Alias, Expr, Func, Query};

use super::{Then, below, named};

use crate::store::{Db, scratch};

/// Columns that hold an account's id without referring to it: what was written down of an account outlives it.
const WITHOUT_REFERENCE: [&str; 5] = ["audit", "requests", "usage_days", "usage_hours", "usage_minutes"];

/// What belongs to rows that go with an account without referring to them: many words a row, and no use for the look-up.
const WITHOUT_KEY: [(&str, &str); 1] = [("project_words", "thing")];

/// The tables of a SQLite file, each with what a table-valued pragma says of it: `columns` of it as text.
async fn schema(db: &Db, pragma: &'static str, columns: [&'static str; 2]) -> Vec<(String, String, String)> {
    let table = Alias::new("sqlite_master");
    let of = Func::cust(pragma).arg(Expr::col((table.clone(), Alias::new("name"))));
    let [first, second] = columns;
    let statement = Query::select()
        .column((table.clone(), Alias::new("name")))
        .column((Alias::new("said"), Alias::new(first)))
        .column((Alias::new("said"), Alias::new(second)))
        .from(table.clone())
        .from_function(of, Alias::new("said"))
        .and_where(Expr::cust("sqlite_master.type = 'table'"))
        .to_owned();
    db.read().await.unwrap().fetch_all(&statement).await.unwrap()
}

#[tokio::test]
async fn every_column_that_refers_to_an_account_is_known_here() {
    let scratch = scratch::sqlite().await;
    let references = schema(&scratch.db, "pragma_foreign_key_list", ["from", "table"]).await;
    let to_accounts: BTreeSet<_> = references
        .iter()
        .filter(|(_, _, to)| to == "users")
        .map(|(table, from, _)| (table.clone(), from.clone()))
        .collect();
    let known: BTreeSet<_> = named().iter().map(|named| (named.table.to_string(), named.column.to_string())).collect();
    assert!(!to_accounts.is_empty());
    assert_eq!(known, to_accounts, "left: known, right: the migrations'");
}

#[tokio::test]
async fn what_refers_to_rows_that_go_with_an_account_is_known_here() {
    let scratch = scratch::sqlite().await;
    let go: BTreeSet<_> =
        named().into_iter().filter(|named| named.then == Then::Go).map(|named| named.table.to_string()).collect();
    let references = schema(&scratch.db, "pragma_foreign_key_list", ["from", "table"]).await;
    let to_rows = references.into_iter().filter(|(_, _, to)| go.contains(to)).map(|(table, from, _)| (table, from));
    let without_key = WITHOUT_KEY.map(|(table, column)| (table.to_owned(), column.to_owned()));
    let to_rows: BTreeSet<_> = to_rows.chain(without_key).collect();
    let known: BTreeSet<_> = below().iter().map(|below| (below.table.to_string(), below.column.to_string())).collect();
    assert_eq!(known, to_rows, "left: known, right: the migrations'");
}

#[tokio::test]
async fn a_column_named_owner_refers_to_an_account_or_outlives_it_for_a_reason() {
    let scratch = scratch::sqlite().await;
    let columns = schema(&scratch.db, "pragma_table_info", ["name", "type"]).await;
    let owned: BTreeSet<_> =
        columns.into_iter().filter(|(_, column, _)| column == "owner").map(|(table, _, _)| table).collect();
    let known: BTreeSet<_> = named().iter().map(|named| named.table.to_string()).collect();
    let rest: Vec<_> = owned.difference(&known).map(String::as_str).collect();
    assert_eq!(rest, WITHOUT_REFERENCE);
}
