//! Types: what a value may be, and what the document says about it.

use serde_json::{Number, Value};

use super::Extensions;

/// A type that has a name of its own in the document, or was given one.
#[derive(Debug, Clone)]
pub struct NamedType {
    /// Key in [`super::Api::types`]: the document's name (may hold dots, spaces, dashes), unique.
    pub name: String,
    /// The type. May be a plain [`Kind::Ref`] (an alias) and may be nullable.
    pub schema: Schema,
    /// True when it was inline or in the middle of something and had to be given a name.
    pub hoisted: bool,
}

/// A type in place, with what is said about it there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// What the value may be.
    pub kind: Kind,
    /// Null is allowed as well.
    pub nullable: bool,
    /// Title.
    pub title: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// On its way out.
    pub deprecated: bool,
    /// Only in answers.
    pub read_only: bool,
    /// Only in requests.
    pub write_only: bool,
    /// Taken when absent.
    pub default: Option<Value>,
    /// Examples, `example` first.
    pub examples: Vec<Value>,
    /// A name for this type where it is inline and a language wants one: words of its place, for example
    /// `CreateKeyRequest`. Not unique, not cleaned; empty when there is nothing to say.
    pub hint: String,
    /// Extensions of the schema.
    pub extensions: Extensions,
    /// JSON pointer into the document, for diagnostics.
    pub pointer: String,
}

/// What a value may be.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Kind {
    /// Anything at all.
    #[default]
    Any,
    /// Nothing (`false`): no value is right.
    Never,
    /// Null alone.
    Null,
    /// True or false.
    Boolean,
    /// Text, also dates, bytes and files: see the format.
    String(StringType),
    /// A whole number.
    Integer(NumberType),
    /// A number.
    Number(NumberType),
    /// One of some values.
    Enum(EnumType),
    /// Exactly this value (`const`); never null, which is [`Kind::Null`].
    Const(Value),
    /// A list.
    Array(Box<ArrayType>),
    /// A list with a type for each place.
    Tuple(Box<TupleType>),
    /// An object with free keys and no known properties.
    Map(Box<MapType>),
    /// An object with known properties. `allOf` of objects has been merged into this.
    Object(Box<ObjectType>),
    /// One of several types (`oneOf`, `anyOf`, type lists). Never holds null: that is [`Schema::nullable`].
    Union(Box<UnionType>),
    /// All of several types at once (`allOf` that could not be merged).
    Intersection(Vec<Schema>),
    /// A named type: key of [`super::Api::types`], always there.
    Ref(String),
}

/// Text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StringType {
    /// `date-time`, `uuid`, `binary`, `byte`, `uri`, … as written.
    pub format: Option<String>,
    /// Fewest characters.
    pub min_length: Option<u64>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// ECMA-262 regular expression.
    pub pattern: Option<String>,
    /// `contentEncoding` (3.1), for example `base64`.
    pub content_encoding: Option<String>,
    /// `contentMediaType` (3.1), for example `image/png`.
    pub content_media_type: Option<String>,
}

/// A number's bounds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberType {
    /// `int32`, `int64`, `float`, `double`, … as written.
    pub format: Option<String>,
    /// Smallest allowed value.
    pub minimum: Option<Number>,
    /// Largest allowed value.
    pub maximum: Option<Number>,
    /// The value must be above this.
    pub exclusive_minimum: Option<Number>,
    /// The value must be below this.
    pub exclusive_maximum: Option<Number>,
    /// Must divide by this.
    pub multiple_of: Option<Number>,
}

/// A set of values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EnumType {
    /// At least one; no null, no doubles.
    pub values: Vec<EnumValue>,
    /// What all values are.
    pub base: EnumBase,
    /// The document itself says that more values may come (`x-extensible-enum`, or a union with plain string).
    /// SDKs keep unknown values in answers whether it says so or not.
    pub open: bool,
}

/// One value of an enum.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EnumValue {
    /// The value.
    pub value: Value,
    /// A name the document gives it (`x-enum-varnames`, `x-enumNames`).
    pub name: Option<String>,
    /// What it means.
    pub description: Option<String>,
}

/// What all values of an enum are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EnumBase {
    /// Text.
    #[default]
    String,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Different kinds, or objects, lists, booleans.
    Mixed,
}

/// A list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArrayType {
    /// What it holds.
    pub items: Schema,
    /// Fewest items.
    pub min_items: Option<u64>,
    /// Most items.
    pub max_items: Option<u64>,
    /// No two alike.
    pub unique: bool,
}

/// A list with a type for each place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TupleType {
    /// Type of each place.
    pub items: Vec<Schema>,
    /// Type of what follows; `None` when nothing may follow.
    pub rest: Option<Schema>,
    /// How many places must be there.
    pub min_items: Option<u64>,
    /// Most items.
    pub max_items: Option<u64>,
}

/// An object with free keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MapType {
    /// Type of each value.
    pub values: Schema,
    /// Pattern of the keys (`propertyNames`).
    pub key_pattern: Option<String>,
    /// Fewest entries.
    pub min_properties: Option<u64>,
    /// Most entries.
    pub max_properties: Option<u64>,
}

/// An object with known properties.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ObjectType {
    /// Properties in document order; names unique.
    pub properties: Vec<Property>,
    /// What else it may hold.
    pub additional: Additional,
    /// The document's discriminator, where a base object (not a union) declares one.
    pub discriminator: Option<Discriminator>,
    /// Fewest properties.
    pub min_properties: Option<u64>,
    /// Most properties.
    pub max_properties: Option<u64>,
}

/// One property.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Property {
    /// Name on the wire.
    pub name: String,
    /// Must be there. (Whether it may be null is the schema's word.)
    pub required: bool,
    /// Its type.
    pub schema: Schema,
}

/// What an object may hold beside its properties.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Additional {
    /// The document does not say: anything, but nobody counts on it.
    #[default]
    Unsaid,
    /// Nothing (`additionalProperties: false`).
    Forbidden,
    /// Values of this type; `true` is [`Kind::Any`].
    Typed(Box<Schema>),
}

/// One of several types.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UnionType {
    /// At least two, none of them null.
    pub variants: Vec<Variant>,
    /// The property that tells them apart: declared, or found because each variant has it with values of its own.
    pub discriminator: Option<Discriminator>,
    /// Exactly one must match (`oneOf`), not at least one (`anyOf`, type lists).
    pub exclusive: bool,
}

/// One type of a union.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Variant {
    /// The type.
    pub schema: Schema,
    /// Values of the discriminator that mean this variant; empty without a discriminator.
    pub tags: Vec<String>,
}

/// A property that tells variants apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discriminator {
    /// Name of the property on the wire.
    pub property: String,
    /// Value and named type, as the document maps them or by the rule that a type's name is its value.
    pub mapping: Vec<(String, String)>,
    /// Found by looking at the variants, not declared.
    pub inferred: bool,
}

impl Schema {
    /// A bare schema of that kind.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// A free object whose type the callers of SDKs say (`x-sdk: { typed: true }`); its fields are theirs, not the API's.
    #[must_use]
    pub fn is_typed_by_caller(&self) -> bool {
        self.says_typed() && matches!(&self.kind, Kind::Map(map) if map.values.kind == Kind::Any)
    }

    /// The mark itself, whatever it stands on.
    pub(crate) fn says_typed(&self) -> bool {
        self.extensions.get("x-sdk").and_then(|own| own.get("typed")) == Some(&Value::Bool(true))
    }

    /// The object, if it is one in place (not through a reference).
    #[must_use]
    pub fn as_object(&self) -> Option<&ObjectType> {
        match &self.kind {
            Kind::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl ObjectType {
    /// The property of that wire name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}

impl StringType {
    /// Raw bytes (a file), not text.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        self.format.as_deref() == Some("binary")
            || (self.format.is_none()
                && self.content_encoding.is_none()
                && self
                    .content_media_type
                    .as_deref()
                    .is_some_and(|media| !media.contains("json") && !media.starts_with("text/")))
    }

    /// Bytes as base64 text.
    #[must_use]
    pub fn is_base64(&self) -> bool {
        self.format.as_deref() == Some("byte")
            || self.content_encoding.as_deref().is_some_and(|encoding| encoding.starts_with("base64"))
    }
}
