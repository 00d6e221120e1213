//! How much of its UTC day each subject of the limiter has used.

use sea_query::{CaseStatement, Expr, ExprTrait as _, OnConflict, Query};

use super::tables::DayCounts;
use super::{Connection, StoreError, Tx};
use crate::domain::time::Time;

/// Rows that one statement may hold.
pub const MOST_AT_ONCE: usize = 1_000;

/// One subject's day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DayCountRow {
    /// What kind of subject.
    pub kind: String,
    /// Which of them, in hexadecimal.
    pub subject: String,
    /// When the day began.
    pub day: Time,
    /// How much was counted.
    pub used: i64,
}

/// Keeps these, [`MOST_AT_ONCE`] at most. Of one day the greater count stays, of two days the later one: so writing again
/// does no harm, and no process takes back what another one saw.
///
/// # Errors
/// The store's failure.
pub async fn keep(tx: &mut Tx, counts: &[DayCountRow]) -> Result<(), StoreError> {
    if counts.is_empty() {
        return Ok(());
    }
    let mut statement = Query::insert();
    let columns = [DayCounts::Kind, DayCounts::Subject, DayCounts::Day, DayCounts::Used];
    statement.into_table(DayCounts::Table).columns(columns);
    for count in counts {
        let values: [Expr; 4] =
            [count.kind.as_str().into(), count.subject.as_str().into(), count.day.into(), count.used.into()];
        statement.values_panic(values);
    }
    let there = |column| Expr::col((DayCounts::Table, column));
    let new = |column| Expr::col(("excluded", column));
    let is_news = new(DayCounts::Day)
        .gt(there(DayCounts::Day))
        .or(new(DayCounts::Day).eq(there(DayCounts::Day)).and(new(DayCounts::Used).gt(there(DayCounts::Used))));
    let of = |column| CaseStatement::new().case(is_news.clone(), new(column)).finally(there(column));
    statement.on_conflict(
        OnConflict::columns([DayCounts::Kind, DayCounts::Subject])
            .value(DayCounts::Day, of(DayCounts::Day))
            .value(DayCounts::Used, of(DayCounts::Used))
            .to_owned(),
    );
    tx.execute(&statement).await.map(drop)
}

/// All counts of the day that began then.
///
/// # Errors
/// The store's failure.
pub async fn of_day(connection: &mut Connection, day: Time) -> Result<Vec<DayCountRow>, StoreError> {
    let statement = Query::select()
        .columns([DayCounts::Kind, DayCounts::Subject, DayCounts::Day, DayCounts::Used])
        .from(DayCounts::Table)
        .and_where(Expr::col(DayCounts::Day).eq(day))
        .to_owned();
    connection.fetch_all(&statement).await
}

/// Forgets days that began before then, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_before(tx: &mut Tx, day: Time) -> Result<u64, StoreError> {
    let statement =
        Query::delete().from_table(DayCounts::Table).and_where(Expr::col(DayCounts::Day).lt(day)).to_owned();
    tx.execute(&statement).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch;

    const DAY: i64 = 86_400_000;

    fn row(day: i64, used: i64) -> DayCountRow {
        DayCountRow { kind: "account".to_owned(), subject: "00".to_owned(), day: Time::from_ms(day * DAY), used }
    }

    #[tokio::test]
    async fn of_one_day_the_greater_count_stays_and_of_two_days_the_later() {
        for scratch in scratch::each().await {
            for (written, kept) in [
                (row(1, 5), row(1, 5)),
                (row(1, 3), row(1, 5)),
                (row(1, 7), row(1, 7)),
                (row(2, 1), row(2, 1)),
                (row(1, 99), row(2, 1)),
            ] {
                let mut tx = scratch.db.write().await.unwrap();
                keep(&mut tx, std::slice::from_ref(&written)).await.unwrap();
                tx.commit().await.unwrap();
                let there = of_day(&mut scratch.db.read().await.unwrap(), kept.day).await.unwrap();
                assert_eq!(there, [kept], "after {written:?}");
            }
            let mut tx = scratch.db.write().await.unwrap();
            assert_eq!(remove_before(&mut tx, Time::from_ms(2 * DAY)).await.unwrap(), 0);
            assert_eq!(remove_before(&mut tx, Time::from_ms(3 * DAY)).await.unwrap(), 1);
        }
    }
}
