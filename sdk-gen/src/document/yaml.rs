//! YAML 1.2 into JSON values: the core schema, anchors with a bound, merge keys.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::{Map, Value};

use crate::diagnostics::Diagnostic;

use super::lines::Tracker;
use super::pointer::child;
use super::{LoadError, MAX_DEPTH, Parsed};

/// Values that aliases may add in all; a document that needs more is a bomb.
const MAX_ALIASED: usize = 1_000_000;

/// Parses the first document of the text.
pub(super) fn parse(name: &str, text: &str) -> Result<Parsed, LoadError> {
    let syntax = |line: usize, message: String| LoadError::Syntax { file: name.to_owned(), line, message };
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| syntax(error.marker().line(), error.info().to_owned()))?;
        builder.event(event).map_err(|message| syntax(line(&span), message))?;
        if let Some(value) = builder.root.take() {
            return Ok(Parsed { value, diagnostics: builder.diagnostics });
        }
    }
    Err(LoadError::Empty { file: name.to_owned() })
}

fn line(span: &Span) -> usize {
    span.start.line()
}

/// An object or array that is being read.
enum Open {
    Object { members: Map<String, Value>, key: Option<String>, merges: Vec<Value> },
    Array(Vec<Value>),
}

#[derive(Default)]
struct Builder {
    stack: Vec<(Open, usize)>,
    anchors: HashMap<usize, (Value, usize)>,
    aliased: usize,
    root: Option<Value>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Alias(anchor) => self.alias(anchor),
            Event::Scalar(text, style, anchor, tag) => {
                if self.expects_key() {
                    return self.key(&text, style);
                }
                self.value(scalar(&text, style, tag.as_deref()), anchor)
            }
            Event::SequenceStart(anchor, _) => self.open(Open::Array(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => {
                self.open(Open::Object { members: Map::new(), key: None, merges: Vec::new() }, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.stack.last(), Some((Open::Object { key: None, .. }, _)))
    }

    fn key(&mut self, text: &str, style: ScalarStyle) -> Result<(), String> {
        let merge = text == "<<" && style == ScalarStyle::Plain;
        let repeated = match self.stack.last_mut() {
            Some((Open::Object { members, key, .. }, _)) => {
                // A merge is not a member; the NUL cannot stand in a YAML key.
                *key = Some(if merge { "\0merge".to_owned() } else { text.to_owned() });
                members.contains_key(text)
            }
            _ => false,
        };
        if repeated {
            let address = child(&self.address(), text);
            self.diagnostics.push(
                Diagnostic::warning(
                    "repeated-key",
                    address,
                    format!("the key `{text}` stands twice; the last one counts"),
                )
                .remedy("Remove one of them."),
            );
        }
        Ok(())
    }

    /// Where the open object stands.
    fn address(&self) -> String {
        let mut address = "#".to_owned();
        let inner = self.stack.len().saturating_sub(1);
        for (open, _) in self.stack.iter().take(inner) {
            address = match open {
                Open::Object { key, .. } => child(&address, key.as_deref().unwrap_or_default()),
                Open::Array(items) => child(&address, &items.len().to_string()),
            };
        }
        address
    }

    fn open(&mut self, open: Open, anchor: usize) -> Result<(), String> {
        if self.expects_key() {
            return Err("a key must be plain text".to_owned());
        }
        if self.stack.len() >= MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH} levels"));
        }
        self.stack.push((open, anchor));
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let Some((open, anchor)) = self.stack.pop() else { return Ok(()) };
        match open {
            Open::Array(items) => self.value(Value::Array(items), anchor),
            Open::Object { mut members, merges, .. } => {
                merges.into_iter().for_each(|merge| merge_into(&mut members, merge));
                self.value(Value::Object(members), anchor)
            }
        }
    }

    fn alias(&mut self, anchor: usize) -> Result<(), String> {
        if self.expects_key() {
            return Err("a key must be plain text, not an alias".to_owned());
        }
        let Some((_, size)) = self.anchors.get(&anchor) else { return Err("an alias refers to itself".to_owned()) };
        self.aliased = self.aliased.saturating_add(*size);
        if self.aliased > MAX_ALIASED {
            return Err(format!("aliases unfold to more than {MAX_ALIASED} values"));
        }
        let value = self.anchors.get(&anchor).map(|(value, _)| value.clone()).unwrap_or_default();
        if self.stack.len() + depth(&value) > MAX_DEPTH {
            return Err(format!("aliases nest deeper than {MAX_DEPTH} levels"));
        }
        self.value(value, 0)
    }

    fn value(&mut self, value: Value, anchor: usize) -> Result<(), String> {
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), size(&value)));
        }
        match self.stack.last_mut() {
            None => self.root = Some(value),
            Some((Open::Array(items), _)) => items.push(value),
            Some((Open::Object { members, key, merges }, _)) => match key.take() {
                Some(key) if key == "\0merge" => merges.push(value),
                Some(key) => {
                    members.insert(key, value);
                }
                None => return Err("a value without a key".to_owned()),
            },
        }
        Ok(())
    }
}

/// Members of the merged object, or of each in a list, that are not there yet.
fn merge_into(members: &mut Map<String, Value>, merge: Value) {
    match merge {
        Value::Object(more) => {
            for (key, value) in more {
                members.entry(key).or_insert(value);
            }
        }
        Value::Array(several) => several.into_iter().for_each(|one| merge_into(members, one)),
        _ => {}
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The core schema of YAML 1.2 as far as JSON can hold it: `yes` and dates are text.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    if let Some(tag) = tag {
        if tag.suffix == "str" || tag.suffix == "timestamp" || tag.suffix == "binary" {
            return Value::String(text.to_owned());
        }
    } else if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).ok().map(Value::from);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return i64::from_str_radix(octal, 8).ok().map(Value::from);
    }
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    if let Ok(whole) = unsigned.parse::<i64>() {
        return Some(Value::from(whole));
    }
    if let Ok(whole) = unsigned.parse::<u64>() {
        return Some(Value::from(whole));
    }
    let allowed = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | 'e' | 'E' | '+' | '-');
    if !unsigned.chars().all(allowed) || unsigned.matches('.').count() > 1 {
        return None;
    }
    unsigned.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number)
}

/// Walks the text and tells the tracker what begins on which line.
pub(super) fn walk(text: &str, tracker: &mut Tracker) {
    // Per level: `None` waits for a key, `Some(n)` is element n of a list; the flag says whether a place is open.
    let mut stack: Vec<(Option<usize>, bool)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { return };
        match &event {
            Event::Scalar(key, ..) if matches!(stack.last(), Some((None, false))) => {
                tracker.enter(key, line(&span));
                if let Some(level) = stack.last_mut() {
                    level.1 = true;
                }
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                stack.pop();
                end_value(&mut stack, tracker);
                continue;
            }
            _ => {}
        }
        if matches!(event, Event::Scalar(..) | Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..))
            && let Some((Some(index), open)) = stack.last_mut()
        {
            tracker.enter(&index.to_string(), line(&span));
            *open = true;
        }
        match event {
            Event::SequenceStart(..) => stack.push((Some(0), false)),
            Event::MappingStart(..) => stack.push((None, false)),
            Event::Scalar(..) | Event::Alias(_) => end_value(&mut stack, tracker),
            _ => {}
        }
    }
}

fn end_value(stack: &mut [(Option<usize>, bool)], tracker: &mut Tracker) {
    if let Some((index, open)) = stack.last_mut() {
        if *open {
            tracker.leave();
        }
        *open = false;
        if let Some(index) = index {
            *index += 1;
        }
    }
}
