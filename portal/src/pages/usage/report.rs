//! From the API's buckets to columns, rows and CSV.

use std::collections::HashMap;

use super::Report;
use crate::api::{Bucket, Split, UsageQuery};
use crate::chart::Column;
use crate::dates::Moment;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How far back to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    Day,
    Week,
    Month,
    Quarter,
}

impl Range {
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Quarter];

    /// As the query says, a day where it does not; `None` where it names none of ours.
    pub fn asked(wanted: Option<&str>) -> Option<Self> {
        wanted.map_or(Some(Self::Day), |wanted| Self::ALL.into_iter().find(|range| range.id() == wanted))
    }

    pub const fn id(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Quarter => "90 days",
        }
    }

    /// How much time one column stands for, in words.
    pub const fn column_label(self) -> &'static str {
        match self {
            Self::Day => "an hour",
            Self::Week => "6 hours",
            Self::Month | Self::Quarter => "a day",
        }
    }

    const fn column_ms(self) -> i64 {
        match self {
            Self::Day => HOUR_MS,
            Self::Week => 6 * HOUR_MS,
            Self::Month | Self::Quarter => DAY_MS,
        }
    }

    const fn columns(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Week => 28,
            Self::Month => 30,
            Self::Quarter => 90,
        }
    }

    /// Where the first column begins: the last one holds `now`.
    fn first(self, now: Moment) -> i64 {
        now.ms().div_euclid(self.column_ms()) * self.column_ms() - (self.columns() - 1) * self.column_ms()
    }

    /// Where the span begins.
    pub fn start(self, now: Moment) -> Moment {
        Moment::from_ms(self.first(now))
    }

    /// Whether its columns are days, or made of hours.
    pub const fn is_daily(self) -> bool {
        matches!(self, Self::Month | Self::Quarter)
    }

    pub fn query(self, now: Moment, split: Split, key: Option<&str>) -> UsageQuery {
        UsageQuery { from: self.start(now), daily: self.is_daily(), split, key: key.map(str::to_owned) }
    }

    fn axis(self, start: Moment) -> String {
        if self == Self::Day { start.hour() } else { start.short_day() }
    }

    fn words(self, start: Moment) -> String {
        match self {
            Self::Day => start.hour(),
            Self::Week => format!("{} {}", start.short_day(), start.hour()),
            Self::Month | Self::Quarter => start.short_day(),
        }
    }
}

/// Every column of the range, empty ones too.
pub(crate) fn columns(range: Range, now: Moment, buckets: &[Bucket]) -> Vec<Column> {
    let first = range.first(now);
    let mut columns: Vec<Column> = (0..range.columns())
        .map(|at| Moment::from_ms(first + at * range.column_ms()))
        .map(|start| Column {
            start,
            label: range.words(start),
            axis: range.axis(start),
            good: 0,
            waiting: 0,
            errors: 0,
        })
        .collect();
    for bucket in buckets {
        let at = (bucket.start.ms() - first).div_euclid(range.column_ms());
        if let Some(column) = usize::try_from(at).ok().and_then(|at| columns.get_mut(at)) {
            column.good += bucket.count - bucket.errors - bucket.waiting;
            column.waiting += bucket.waiting;
            column.errors += bucket.errors;
        }
    }
    columns
}

/// Calls of one key, operation or status.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub label: String,
    pub count: i64,
    pub errors: i64,
    /// Of the greatest row's count, for the bar; errors are the end of it.
    pub share: i64,
    pub error_share: i64,
}

impl Row {
    pub fn new(label: String, count: i64, errors: i64, greatest: i64) -> Self {
        let share = |part: i64| part * 100 / greatest.max(1);
        Self { label, count, errors, share: share(count), error_share: share(errors) }
    }

    /// Where the good part of the bar ends.
    pub const fn good_share(&self) -> i64 {
        self.share - self.error_share
    }

    pub fn error_rate(&self) -> String {
        percent(self.errors, self.count)
    }
}

/// The sums of each group, greatest first.
pub(crate) fn rows(buckets: &[Bucket], label: impl Fn(Option<&str>) -> String) -> Vec<Row> {
    let mut sums: HashMap<Option<&str>, (i64, i64)> = HashMap::new();
    for bucket in buckets {
        let (count, errors) = sums.entry(bucket.group.as_deref()).or_default();
        *count += bucket.count;
        *errors += bucket.errors;
    }
    let greatest = sums.values().map(|(count, _)| *count).max().unwrap_or(0);
    let mut rows: Vec<Row> =
        sums.into_iter().map(|(group, (count, errors))| Row::new(label(group), count, errors, greatest)).collect();
    rows.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.label.cmp(&other.label)));
    rows
}

/// A share in per cent, one decimal.
pub(crate) fn percent(part: i64, whole: i64) -> String {
    let thousandths = if whole == 0 { 0 } else { part * 1000 / whole };
    if thousandths % 10 == 0 {
        format!("{} %", thousandths / 10)
    } else {
        format!("{}.{} %", thousandths / 10, thousandths % 10)
    }
}

/// All four tables, one below the other, told apart by the first column.
pub(crate) fn csv(report: &Report) -> String {
    let mut text = String::from("group,name,calls,errors\r\n");
    for column in &report.chart.columns {
        line(&mut text, "time", &column.start.rfc3339(), column.total(), column.errors);
    }
    for (group, rows) in [("key", &report.by_key), ("operation", &report.by_operation), ("status", &report.by_status)] {
        for row in rows {
            line(&mut text, group, &row.label, row.count, row.errors);
        }
    }
    text
}

fn line(text: &mut String, group: &str, name: &str, count: i64, errors: i64) {
    text.push_str(&format!("{group},{},{count},{errors}\r\n", cell(name)));
}

/// A cell that no spreadsheet takes for a formula, quoted as RFC 4180 says.
fn cell(value: &str) -> String {
    let dangerous = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let value = if dangerous { format!("'{value}") } else { value.to_owned() };
    if value.contains([',', '"', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(start: &str, group: &str, count: i64, errors: i64) -> Bucket {
        Bucket { start: Moment::parse(start).unwrap(), group: Some(group.to_owned()), count, errors, waiting: 0 }
    }

    #[test]
    fn a_call_now_stands_in_the_last_column() {
        let now = Moment::parse("2026-11-22T12:34:56.000Z").unwrap();
        for range in Range::ALL {
            let start = if matches!(range, Range::Month | Range::Quarter) {
                "2026-11-22T00:00:00Z"
            } else {
                "2026-11-22T12:00:00Z"
            };
            let columns = columns(range, now, &[bucket(start, "createItem", 3, 1)]);
            let last = columns.last().unwrap();
            assert_eq!((last.good, last.errors), (2, 1), "{range:?}");
            assert_eq!(columns.len() as i64, range.columns());
        }
    }

    #[test]
    fn a_span_that_is_none_of_ours_is_not_taken_for_another() {
        assert_eq!(Range::asked(None), Some(Range::Day));
        assert_eq!(Range::ALL.map(|range| Range::asked(Some(range.id()))), Range::ALL.map(Some));
        assert_eq!(Range::asked(Some("1y")), None);
    }

    #[test]
    fn the_bar_of_a_row_is_its_share_of_the_greatest_errors_last() {
        let at = "2026-11-22T12:00:00Z";
        let rows = rows(&[bucket(at, "a", 200, 0), bucket(at, "b", 100, 25)], |group| group.unwrap().to_owned());
        assert_eq!(
            rows.iter().map(|row| (row.good_share(), row.error_share)).collect::<Vec<_>>(),
            [(100, 0), (38, 12)]
        );
    }

    #[test]
    fn rows_are_sums_greatest_first() {
        let at = "2026-11-22T12:00:00Z";
        let rows = rows(&[bucket(at, "a", 1, 0), bucket(at, "b", 5, 1), bucket(at, "a", 1, 1)], |group| {
            group.unwrap().to_owned()
        });
        assert_eq!(
            rows.iter().map(|row| (row.label.as_str(), row.count, row.errors)).collect::<Vec<_>>(),
            [("b", 5, 1), ("a", 2, 1)]
        );
    }

    #[test]
    fn a_name_is_never_a_formula() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell("-1"), "'-1");
        assert_eq!(cell("Shop, sync"), "\"Shop, sync\"");
    }

    #[test]
    fn shares_are_in_per_cent() {
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(0, 0), "0 %");
        assert_eq!(percent(1, 2), "50 %");
    }
}
