//! Bars over time, as numbers that a template draws: no scripts, no styles, readable in print.

use crate::dates::Moment;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 48.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 10.0;

/// A column of the chart.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub start: Moment,
    /// In words.
    pub label: String,
    /// In fewer words, below the column.
    pub axis: String,
    pub good: i64,
    /// Neither good nor bad yet.
    pub waiting: i64,
    pub errors: i64,
}

/// What columns count, for the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    Calls,
    Deliveries,
}

/// What the template draws.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    pub counts: Counts,
    pub columns: Vec<Column>,
    pub bars: Vec<Bar>,
    pub lines: Vec<Line>,
    pub labels: Vec<Label>,
    pub total: i64,
    pub good: i64,
    pub waiting: i64,
    pub errors: i64,
    pub peak: Option<Column>,
}

/// One column's rectangles, one upon the other; lengths with one decimal.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub x: String,
    pub width: String,
    pub good_y: String,
    pub good_height: String,
    pub waiting_y: String,
    pub waiting_height: String,
    pub has_waiting: bool,
    pub error_y: String,
    pub error_height: String,
    pub has_errors: bool,
    pub words: String,
}

/// A line of the scale.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub y: String,
    pub text_y: String,
    pub text: String,
}

/// A word below the columns.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub x: String,
    pub text: String,
}

impl Column {
    pub const fn total(&self) -> i64 {
        self.good + self.waiting + self.errors
    }
}

impl Counts {
    /// So many of them, and what became of them.
    fn words(self, total: i64, waiting: i64, errors: i64) -> String {
        let of = |one, many| format!("{total} {}", if total == 1 { one } else { many });
        match self {
            Self::Calls => format!("{}, {errors} errors", of("call", "calls")),
            Self::Deliveries => format!("{}, {errors} failed, {waiting} waiting", of("delivery", "deliveries")),
        }
    }

    /// What the colours mean: their class and their words, as they stand from the bottom up.
    pub const fn terms(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Calls => &[("good", "answered"), ("error", "errors (400 and above)")],
            Self::Deliveries => &[("good", "delivered"), ("waiting", "waiting"), ("error", "failed")],
        }
    }
}

impl Chart {
    pub fn of(columns: Vec<Column>) -> Self {
        Self::counting(Counts::Calls, columns)
    }

    pub fn of_deliveries(columns: Vec<Column>) -> Self {
        Self::counting(Counts::Deliveries, columns)
    }

    /// The whole in words.
    pub fn words(&self) -> String {
        self.counts.words(self.total, self.waiting, self.errors)
    }

    fn counting(counts: Counts, columns: Vec<Column>) -> Self {
        let top = scale(columns.iter().map(Column::total).max().unwrap_or(0));
        let step = (WIDTH - LEFT) / as_f64(i64::try_from(columns.len().max(1)).unwrap_or(1));
        let bars = columns.iter().enumerate().map(|(at, column)| bar(counts, at, column, step, top)).collect();
        let every = columns.len().div_ceil(8).max(1);
        let labels = columns
            .iter()
            .enumerate()
            .filter(|(at, _)| at % every == 0)
            .map(|(at, column)| Label { x: tenth(left(at, step) + step / 2.0), text: column.axis.clone() });
        let sum = |part: fn(&Column) -> i64| columns.iter().map(part).sum();
        Self {
            counts,
            labels: labels.collect(),
            bars,
            lines: lines(top),
            total: sum(Column::total),
            good: sum(|column| column.good),
            waiting: sum(|column| column.waiting),
            errors: sum(|column| column.errors),
            peak: columns.iter().max_by_key(|column| column.total()).filter(|column| column.total() > 0).cloned(),
            columns,
        }
    }
}

fn bar(counts: Counts, at: usize, column: &Column, step: f64, top: i64) -> Bar {
    let gap = (step * 0.22).min(6.0);
    let error_height = height(column.errors, top);
    let good_height = height(column.good, top);
    let waiting_height = height(column.waiting, top);
    Bar {
        x: tenth(left(at, step) + gap / 2.0),
        width: tenth(step - gap),
        good_y: tenth(floor() - good_height),
        good_height: tenth(good_height),
        waiting_y: tenth(floor() - good_height - waiting_height),
        waiting_height: tenth(waiting_height),
        has_waiting: column.waiting > 0,
        error_y: tenth(floor() - good_height - waiting_height - error_height),
        error_height: tenth(error_height),
        has_errors: column.errors > 0,
        words: format!("{}: {}", column.label, counts.words(column.total(), column.waiting, column.errors)),
    }
}

fn lines(top: i64) -> Vec<Line> {
    let line = |value: i64| {
        let y = floor() - height(value, top);
        Line { y: tenth(y), text_y: tenth(y + 4.0), text: short(value) }
    };
    if top < 4 { (0..=top).map(line).collect() } else { [0, top / 4, top / 2, top * 3 / 4, top].map(line).to_vec() }
}

/// The least round number that all columns fit below.
fn scale(peak: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for step in [1, 2, 4, 8] {
            if peak <= step * unit {
                return step * unit;
            }
        }
        unit = unit.saturating_mul(10);
        if unit > i64::MAX / 100 {
            return peak;
        }
    }
}

fn short(value: i64) -> String {
    match value {
        1_000_000.. => format!("{}M", tenth(as_f64(value) / 1_000_000.0)),
        1_000.. => format!("{}k", tenth(as_f64(value) / 1_000.0)),
        _ => value.to_string(),
    }
}

fn height(value: i64, top: i64) -> f64 {
    (HEIGHT - BOTTOM - TOP) * as_f64(value) / as_f64(top.max(1))
}

fn left(at: usize, step: f64) -> f64 {
    LEFT + step * as_f64(i64::try_from(at).unwrap_or(0))
}

fn floor() -> f64 {
    HEIGHT - BOTTOM
}

fn tenth(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a chart need no more than 52 bits")]
fn as_f64(value: i64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_holds_every_column() {
        for (peak, top) in [(0, 1), (1, 1), (3, 4), (9, 10), (41, 80), (1_000, 1_000), (1_001, 2_000)] {
            assert_eq!(scale(peak), top, "{peak}");
        }
    }

    #[test]
    fn bars_stand_on_the_floor_and_stay_inside() {
        let column = |good, errors| Column {
            start: Moment::from_ms(0),
            label: "0:00".to_owned(),
            axis: String::new(),
            good,
            waiting: 2 * errors,
            errors,
        };
        let chart = Chart::of(vec![column(3, 1), column(0, 0), column(8, 0)]);
        assert_eq!((chart.total, chart.waiting, chart.errors), (14, 2, 1));
        let place = |text: &String| text.parse::<f64>().unwrap();
        let first = &chart.bars[0];
        assert!((place(&first.waiting_y) + place(&first.waiting_height) - place(&first.good_y)).abs() < 0.11);
        assert!((place(&first.error_y) + place(&first.error_height) - place(&first.waiting_y)).abs() < 0.11);
        let tall: f64 = chart.bars[2].good_y.parse().unwrap();
        assert!((tall - TOP).abs() < 0.01);
        assert_eq!(chart.bars[1].good_height, "0");
    }
}
