//! A type as Python writes it.

use std::collections::BTreeSet;

use super::text::literal;
use super::vocabulary::Vocabulary;
use crate::model::{EnumBase, EnumType, Kind, Schema, StringType, TupleType, UnionType};

/// Which side of a call a type stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What comes back, and fields of models.
    Answer,
    /// What a caller may give: models or dicts, any sequence, dates as text.
    Argument,
}

/// How alternatives are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alternatives {
    /// `A | B`, for annotations.
    Bars,
    /// `Union[A, B]`, for what is evaluated.
    Union,
}

/// What an annotation mentions, to be imported.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// Words of `typing` and the runtime.
    pub words: BTreeSet<&'static str>,
    /// Types by their document name, and whether the dict form was meant.
    pub types: BTreeSet<(String, bool)>,
}

/// Writes types.
pub(super) struct Annotator<'a> {
    pub vocabulary: &'a Vocabulary<'a>,
    /// Before each type's name: `models.` outside the models.
    pub prefix: &'static str,
    pub side: Side,
    pub alternatives: Alternatives,
    pub mentions: Mentions,
    /// Aliases that cannot be named here because they are not defined yet: circles of aliases end at these.
    pub undefined: BTreeSet<String>,
}

impl<'a> Annotator<'a> {
    pub(super) fn new(
        vocabulary: &'a Vocabulary<'a>,
        prefix: &'static str,
        side: Side,
        alternatives: Alternatives,
    ) -> Self {
        Self { vocabulary, prefix, side, alternatives, mentions: Mentions::default(), undefined: BTreeSet::new() }
    }

    /// The type, null included where it may be.
    pub(super) fn write(&mut self, schema: &Schema) -> String {
        let plain = self.write_plain(schema);
        if self.vocabulary.api.is_nullable(schema) { self.union(vec![plain, "None".to_owned()]) } else { plain }
    }

    /// The type without null.
    pub(super) fn write_plain(&mut self, schema: &Schema) -> String {
        match &schema.kind {
            Kind::Any | Kind::Never | Kind::Intersection(_) => self.word("Any"),
            Kind::Null => "None".to_owned(),
            Kind::Boolean => "bool".to_owned(),
            Kind::String(string) => self.string(string),
            Kind::Integer(_) => "int".to_owned(),
            Kind::Number(_) => "float".to_owned(),
            Kind::Enum(set) => self.set(set),
            Kind::Const(value) => self.constant(value),
            Kind::Array(array) => {
                let item = self.write(&array.items);
                let list = self.word(if self.side == Side::Answer { "List" } else { "Sequence" });
                format!("{list}[{item}]")
            }
            Kind::Tuple(tuple) => self.tuple(tuple),
            Kind::Map(_) if self.side == Side::Argument && schema.is_typed_by_caller() => {
                format!("{}.FreeForm", self.word("_typed"))
            }
            Kind::Map(map) => {
                let value = self.write(&map.values);
                let dict = self.word(if self.side == Side::Answer { "Dict" } else { "Mapping" });
                format!("{dict}[str, {value}]")
            }
            // Only inside a type that could not be given a name.
            Kind::Object(_) => {
                let any = self.word("Any");
                format!("{}[str, {any}]", self.word(if self.side == Side::Answer { "Dict" } else { "Mapping" }))
            }
            Kind::Union(union) => self.variants(union),
            Kind::Ref(name) => self.reference(name),
        }
    }

    /// Notes a word and gives it back.
    pub(super) fn word(&mut self, word: &'static str) -> String {
        self.mentions.words.insert(word);
        word.to_owned()
    }

    /// Alternatives, each once.
    pub(super) fn union(&mut self, parts: Vec<String>) -> String {
        let mut distinct: Vec<String> = Vec::new();
        for part in parts {
            if !distinct.contains(&part) {
                distinct.push(part);
            }
        }
        if distinct.iter().any(|part| part == "Any") {
            return self.word("Any");
        }
        match (distinct.len(), self.alternatives) {
            (0, _) => self.word("Any"),
            (1, _) => distinct.remove(0),
            (2 | 3, Alternatives::Bars) => distinct.join(" | "),
            _ => format!("{}[{}]", self.word("Union"), distinct.join(", ")),
        }
    }

    fn string(&mut self, string: &StringType) -> String {
        if string.is_binary() {
            return if self.side == Side::Argument { self.word("File") } else { "str".to_owned() };
        }
        let moment = match string.format.as_deref() {
            Some("date-time") => self.word("DateTime"),
            Some("date") => self.word("Date"),
            _ => return "str".to_owned(),
        };
        if self.side == Side::Argument { self.union(vec![moment, "str".to_owned()]) } else { moment }
    }

    /// Known values, and any other: a newer server may say more. A single value is what tells types apart: it is closed.
    fn set(&mut self, set: &EnumType) -> String {
        let base = match set.base {
            EnumBase::String => "str",
            EnumBase::Integer => "int",
            EnumBase::Number => return "float".to_owned(),
            EnumBase::Mixed => return self.word("Any"),
        };
        let values: Vec<String> = set.values.iter().map(|value| literal(&value.value)).collect();
        let known = format!("{}[{}]", self.word("Literal"), values.join(", "));
        if values.len() == 1 && !set.open { known } else { self.union(vec![known, base.to_owned()]) }
    }

    fn constant(&mut self, value: &serde_json::Value) -> String {
        if value.is_string() || value.is_boolean() || value.is_i64() || value.is_u64() {
            return format!("{}[{}]", self.word("Literal"), literal(value));
        }
        if value.is_number() { "float".to_owned() } else { self.word("Any") }
    }

    fn tuple(&mut self, tuple: &TupleType) -> String {
        let items: Vec<String> = tuple.items.iter().map(|item| self.write(item)).collect();
        let whole = u64::try_from(items.len()).ok();
        if tuple.rest.is_none() && tuple.min_items == whole && self.side == Side::Answer && !items.is_empty() {
            return format!("{}[{}]", self.word("Tuple"), items.join(", "));
        }
        let rest = tuple.rest.as_ref().map(|rest| self.write(rest));
        let item = self.union(items.into_iter().chain(rest).collect());
        format!("{}[{item}]", self.word(if self.side == Side::Answer { "List" } else { "Sequence" }))
    }

    fn variants(&mut self, union: &UnionType) -> String {
        let parts = union.variants.iter().map(|variant| self.write(&variant.schema)).collect();
        self.union(parts)
    }

    fn reference(&mut self, name: &str) -> String {
        if let Some(schema) = self.vocabulary.inlined(name) {
            return self.write_plain(schema);
        }
        if self.undefined.contains(name) {
            return self.word("Any");
        }
        let Some(class) = self.vocabulary.classes.get(name) else { return self.word("Any") };
        let dict = self.vocabulary.dicts.get(name).filter(|_| self.side == Side::Argument);
        let is_object = self.vocabulary.api.types.get(name).is_some_and(|named| named.schema.as_object().is_some());
        let plain = format!("{}{class}", self.prefix);
        match dict {
            Some(dict) => {
                let given = format!("{}{dict}", self.prefix);
                self.mentions.types.insert((name.to_owned(), true));
                if !is_object {
                    return given;
                }
                self.mentions.types.insert((name.to_owned(), false));
                self.union(vec![plain, given])
            }
            None => {
                self.mentions.types.insert((name.to_owned(), false));
                plain
            }
        }
    }
}
