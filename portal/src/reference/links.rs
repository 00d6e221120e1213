//! A type in words, named types linked to their pages.

use std::fmt::Write as _;

use askama::filters::{Escaper as _, Html};
use sdk_gen::model::{EnumBase, Kind, NumberType, Schema, StringType};

use super::Reference;
use crate::html::SafeHtml;

/// A type in words: pieces of text, some of which lead to a schema's page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TypeText(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    text: String,
    address: Option<String>,
}

/// A type that is nested deeper than this is called "object" or "array" and left at that.
const MAX_DEPTH: usize = 6;
/// More alternatives than this are counted, not listed.
const MAX_ALTERNATIVES: usize = 12;

impl TypeText {
    /// The type in words.
    pub fn of(reference: &Reference, schema: &Schema) -> Self {
        let mut text = Self::default();
        text.describe(reference, schema, 0);
        text
    }

    /// With links.
    pub fn html(&self) -> SafeHtml {
        let mut out = String::new();
        for piece in &self.0 {
            match &piece.address {
                Some(address) => {
                    out.push_str("<a href=\"");
                    escape(&mut out, address);
                    out.push_str("\">");
                    escape(&mut out, &piece.text);
                    out.push_str("</a>");
                }
                None => escape(&mut out, &piece.text),
            }
        }
        SafeHtml::from_sanitizer(out)
    }

    /// With links, as Markdown.
    pub fn markdown(&self) -> String {
        self.0.iter().fold(String::new(), |mut out, piece| {
            match &piece.address {
                Some(address) => {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "[{}]({address}.md)", piece.text);
                }
                None => out.push_str(&piece.text),
            }
            out
        })
    }

    fn say(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(last) if last.address.is_none() => last.text.push_str(text),
            _ => self.0.push(Piece { text: text.to_owned(), address: None }),
        }
    }

    fn link(&mut self, text: &str, address: &str) {
        self.0.push(Piece { text: text.to_owned(), address: Some(address.to_owned()) });
    }

    fn describe(&mut self, reference: &Reference, schema: &Schema, depth: usize) {
        match &schema.kind {
            Kind::Ref(name) => self.link(name, reference.addresses.schema(name)),
            Kind::Array(array) if depth < MAX_DEPTH => {
                self.say("array of ");
                self.describe(reference, &array.items, depth + 1);
            }
            Kind::Map(map) if depth < MAX_DEPTH => {
                self.say("map of ");
                self.describe(reference, &map.values, depth + 1);
            }
            Kind::Union(union) if depth < MAX_DEPTH => {
                self.alternatives(reference, union.variants.iter().map(|variant| &variant.schema), " or ", depth);
            }
            Kind::Intersection(parts) if depth < MAX_DEPTH => {
                self.alternatives(reference, parts.iter(), " and ", depth);
            }
            kind => self.say(&simple(kind)),
        }
        if schema.nullable {
            self.say(" or null");
        }
    }

    fn alternatives<'a>(
        &mut self,
        reference: &Reference,
        all: impl Iterator<Item = &'a Schema>,
        word: &str,
        depth: usize,
    ) {
        let all: Vec<&Schema> = all.collect();
        for (at, schema) in all.iter().take(MAX_ALTERNATIVES).enumerate() {
            if at > 0 {
                self.say(word);
            }
            self.describe(reference, schema, depth + 1);
        }
        if all.len() > MAX_ALTERNATIVES {
            self.say(&format!("{word}{} more", all.len() - MAX_ALTERNATIVES));
        }
    }
}

fn simple(kind: &Kind) -> String {
    match kind {
        Kind::Any => "any value".to_owned(),
        Kind::Never => "nothing".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::String(string) => string_word(string),
        Kind::Integer(number) => number_word("integer", number),
        Kind::Number(number) => number_word("number", number),
        Kind::Enum(list) => match list.base {
            EnumBase::String | EnumBase::Mixed => "enum".to_owned(),
            EnumBase::Integer | EnumBase::Number => "enum of numbers".to_owned(),
        },
        Kind::Const(value) => format!("exactly {value}"),
        Kind::Array(_) | Kind::Tuple(_) => "array".to_owned(),
        Kind::Map(_) | Kind::Object(_) => "object".to_owned(),
        Kind::Union(_) => "one of several".to_owned(),
        Kind::Intersection(_) => "several at once".to_owned(),
        Kind::Ref(name) => name.clone(),
    }
}

fn string_word(string: &StringType) -> String {
    match (string.is_binary(), &string.format) {
        (true, _) => "binary".to_owned(),
        (false, Some(format)) => format!("string ({format})"),
        (false, None) => "string".to_owned(),
    }
}

fn number_word(word: &str, number: &NumberType) -> String {
    number.format.as_ref().map_or_else(|| word.to_owned(), |format| format!("{word} ({format})"))
}

fn escape(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = Html.write_escaped_str(out, text);
}
