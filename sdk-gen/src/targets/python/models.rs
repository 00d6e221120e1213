//! The modules below `models`: classes for what comes back, dicts for what callers give, aliases for the rest.

use std::collections::BTreeSet;

use super::annotate::{Alternatives, Annotator, Mentions, Side};
use super::imports;
use super::text::{docstring, fit, string};
use super::vocabulary::Vocabulary;
use crate::files::{Comment, GeneratedFile};
use crate::model::{Kind, ObjectType, Property, Schema, UnionType};

/// All modules, and the one that gathers them.
pub(super) fn files(vocabulary: &Vocabulary<'_>, package: &str) -> Vec<GeneratedFile> {
    let origin = &vocabulary.api.origin;
    let mut files: Vec<GeneratedFile> = vocabulary
        .modules
        .iter()
        .map(|(module, types)| {
            let body = Module::new(vocabulary, types).write(module);
            GeneratedFile::new(origin, Comment::Hash, format!("src/{package}/models/{module}.py"), &body)
        })
        .collect();
    let gathered =
        imports::lazy_package("Every type of the API, loaded when it is first asked for.", &exports(vocabulary));
    files.push(GeneratedFile::new(origin, Comment::Hash, format!("src/{package}/models/__init__.py"), &gathered));
    files
}

/// Name and module of everything public.
fn exports(vocabulary: &Vocabulary<'_>) -> Vec<(String, String)> {
    let home = |name: &str| vocabulary.homes.get(name).map(|module| format!(".{module}"));
    let classes = vocabulary.classes.iter().filter_map(|(name, class)| Some((class.clone(), home(name)?)));
    let dicts = vocabulary.dicts.iter().filter_map(|(name, dict)| Some((dict.clone(), home(name)?)));
    let mut all: Vec<(String, String)> = classes.chain(dicts).collect();
    all.sort();
    all
}

struct Module<'a> {
    vocabulary: &'a Vocabulary<'a>,
    types: &'a [&'a str],
    mentions: Mentions,
}

impl<'a> Module<'a> {
    fn new(vocabulary: &'a Vocabulary<'a>, types: &'a [&'a str]) -> Self {
        Self { vocabulary, types, mentions: Mentions::default() }
    }

    fn write(mut self, module: &str) -> String {
        let ordered = self.ordered();
        let mut parts: Vec<String> = Vec::new();
        for side in [Side::Answer, Side::Argument] {
            let aliases = ordered.iter().filter(|name| self.object(name).is_none());
            let mut undefined: BTreeSet<String> = aliases.map(|name| (*name).to_owned()).collect();
            for name in ordered.iter().copied() {
                match self.object(name) {
                    Some(object) if side == Side::Answer => {
                        parts.push(self.class(name, object));
                        parts.extend(self.dict(name, object));
                    }
                    None if side == Side::Answer || self.vocabulary.dicts.contains_key(name) => {
                        parts.push(self.alias(name, side, &undefined));
                        undefined.remove(name);
                    }
                    _ => {}
                }
            }
        }
        let imports = imports::of_models(self.vocabulary, module, &self.mentions);
        format!("{imports}\n\n{}", parts.join("\n\n"))
    }

    /// What others are made of first, so that most classes are whole at once. In a circle a class may name what comes
    /// later; an alias, which is evaluated where it stands, may not.
    fn ordered(&self) -> Vec<&'a str> {
        let mut left: Vec<&str> = self.types.to_vec();
        let mut ordered: Vec<&str> = Vec::new();
        while !left.is_empty() {
            let needs = |name: &str| self.schema(name).map(super::graph::references).unwrap_or_default();
            let is_ready = |name: &&str| needs(name).iter().all(|next| next == name || !left.contains(next));
            let next = left.iter().position(is_ready);
            let class = || left.iter().position(|name| self.object(name).is_some());
            let index = next.or_else(class).unwrap_or_default();
            ordered.push(left.remove(index));
        }
        ordered
    }

    fn object(&self, name: &str) -> Option<&'a ObjectType> {
        self.schema(name).and_then(Schema::as_object)
    }

    fn schema(&self, name: &str) -> Option<&'a Schema> {
        self.vocabulary.api.types.get(name).map(|named| &named.schema)
    }

    fn class(&mut self, name: &str, object: &ObjectType) -> String {
        self.mentions.words.insert("Model");
        let class = self.vocabulary.classes.get(name).cloned().unwrap_or_default();
        let mut out = format!("class {class}(Model):\n");
        let about = self.schema(name).map(docs_of).unwrap_or_default();
        out.push_str(&docstring(4, &about));
        let fields = self.vocabulary.fields.get(name).cloned().unwrap_or_default();
        if object.properties.is_empty() && about.is_empty() {
            out.push_str("    pass\n");
        } else if !object.properties.is_empty() && !about.is_empty() {
            out.push('\n');
        }
        for (property, field) in object.properties.iter().zip(&fields) {
            out.push_str(&self.field(property, field));
        }
        let typed = object.properties.iter().zip(&fields).filter(|(property, _)| property.schema.is_typed_by_caller());
        for (_, field) in typed {
            out.push_str(&self.reader(field, &fields));
        }
        out
    }

    /// The method that reads a free object as a type of the caller's.
    fn reader(&mut self, field: &str, fields: &[String]) -> String {
        self.mentions.words.insert("_typed");
        let mut name = format!("{field}_as");
        while fields.contains(&name) {
            name.push('_');
        }
        let about = format!(
            "`{field}` as a type of yours: a pydantic model, a dataclass, or a `TypedDict` (of `typing_extensions` before Python 3.12).\n\nRaises `pydantic.ValidationError` where it is something else, `None` included."
        );
        let head = fit(4, &format!("def {name}(self, kind: _typed.Wanted[_typed.T]) -> _typed.T:"));
        let body = format!("        return _typed.read_as(kind, self.{field})\n");
        format!("\n{head}{}{body}", docstring(8, &about))
    }

    fn field(&mut self, property: &Property, field: &str) -> String {
        let mut annotator = Annotator::new(self.vocabulary, "", Side::Answer, Alternatives::Bars);
        let mut kind = annotator.write(&property.schema);
        let required = property.required && !property.schema.write_only;
        if !required && !self.vocabulary.api.is_nullable(&property.schema) {
            kind = annotator.union(vec![kind, "None".to_owned()]);
        }
        if property.name != field {
            kind = format!(
                "{}[{kind}, {}(alias={})]",
                annotator.word("Annotated"),
                annotator.word("Field"),
                string(&property.name)
            );
        }
        self.absorb(annotator.mentions);
        let default = if required { "" } else { " = None" };
        let mut out = fit(4, &format!("{field}: {kind}{default}"));
        out.push_str(&docstring(4, &docs_of(&property.schema)));
        out
    }

    fn dict(&mut self, name: &str, object: &ObjectType) -> Option<String> {
        let dict = self.vocabulary.dicts.get(name)?;
        self.mentions.words.insert("TypedDict");
        let class = self.vocabulary.classes.get(name).cloned().unwrap_or_default();
        let mut out = format!("class {dict}(TypedDict, total=False):\n");
        out.push_str(&docstring(4, &format!("`{class}` as a dict.")));
        let fields = self.vocabulary.fields.get(name).cloned().unwrap_or_default();
        let sent = object.properties.iter().zip(&fields).filter(|(property, _)| !property.schema.read_only);
        for (index, (property, field)) in sent.enumerate() {
            let mut annotator = Annotator::new(self.vocabulary, "", Side::Argument, Alternatives::Bars);
            let mut kind = annotator.write(&property.schema);
            if property.required {
                kind = format!("{}[{kind}]", annotator.word("Required"));
            }
            self.absorb(annotator.mentions);
            let gap = if index == 0 { "\n" } else { "" };
            out.push_str(&format!("{gap}{}", fit(4, &format!("{field}: {kind}"))));
        }
        Some(out)
    }

    fn alias(&mut self, name: &str, side: Side, undefined: &BTreeSet<String>) -> String {
        let mut annotator = Annotator::new(self.vocabulary, "", side, Alternatives::Union);
        annotator.undefined.clone_from(undefined);
        let Some(schema) = self.schema(name) else { return String::new() };
        let mut kind = annotator.write_plain(schema);
        if side == Side::Answer
            && let Kind::Union(union) = &schema.kind
            && let Some(tagged) = self.tagged(union)
        {
            kind = format!("{}[{kind}, {}({tagged})]", annotator.word("Annotated"), annotator.word("Tagged"));
        }
        let alias = annotator.word("TypeAlias");
        self.absorb(annotator.mentions);
        let names = if side == Side::Answer { &self.vocabulary.classes } else { &self.vocabulary.dicts };
        let class = names.get(name).cloned().unwrap_or_default();
        let about = if side == Side::Answer { docs_of(schema) } else { String::new() };
        format!("{}{}", fit(0, &format!("{class}: {alias} = {kind}")), docstring(0, &about))
    }

    /// Arguments of `Tagged`, where each variant is a class and has tags of its own.
    fn tagged(&self, union: &UnionType) -> Option<String> {
        let discriminator = union.discriminator.as_ref()?;
        let mut choices = Vec::new();
        for variant in &union.variants {
            let class = self.class_of(&variant.schema)?;
            if variant.tags.is_empty() || variant.schema.nullable {
                return None;
            }
            choices.extend(variant.tags.iter().map(|tag| format!("{}: {class}", string(tag))));
        }
        Some(format!("{}, {{{}}}", string(&discriminator.property), choices.join(", ")))
    }

    /// The class that a schema refers to, by its own name: it is imported wherever the alias is.
    fn class_of(&self, schema: &Schema) -> Option<&str> {
        let Kind::Ref(name) = &schema.kind else { return None };
        self.object(name)?;
        self.vocabulary.classes.get(name.as_str()).map(String::as_str)
    }

    fn absorb(&mut self, mentions: Mentions) {
        self.mentions.words.extend(mentions.words);
        self.mentions.types.extend(mentions.types);
    }
}

/// What the document says about a type or field.
fn docs_of(schema: &Schema) -> String {
    let text = schema.description.clone().or_else(|| schema.title.clone()).unwrap_or_default();
    if schema.deprecated { format!("Deprecated.\n\n{text}") } else { text }
}
