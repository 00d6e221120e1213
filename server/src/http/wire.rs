//! How the domain's own types look on the wire, for poem-openapi (its document and its parsing) and serde (answers).

use std::borrow::Cow;
use std::str::FromStr;

use poem_openapi::OAuthScopes;
use poem_openapi::registry::{MetaOAuthScope, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::domain::scopes::Scope;
use crate::domain::time::Time;

/// A type that is one string on the wire: the boilerplate that poem-openapi wants of it.
macro_rules! text_type {
    ($type:ty, $name:literal, $parse:expr, $write:expr, $schema_ref:expr, $register:expr) => {
        impl Type for $type {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                $name.into()
            }

            fn schema_ref() -> MetaSchemaRef {
                $schema_ref
            }

            fn register(registry: &mut Registry) {
                $register(registry);
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl ParseFromJSON for $type {
            fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
                match value.unwrap_or_default() {
                    Value::String(text) => Self::parse_from_parameter(&text),
                    other => Err(ParseError::expected_type(other)),
                }
            }
        }

        impl ParseFromParameter for $type {
            fn parse_from_parameter(text: &str) -> ParseResult<Self> {
                $parse(text).map_err(ParseError::custom)
            }
        }

        impl ToJSON for $type {
            fn to_json(&self) -> Option<Value> {
                Some(Value::String($write(*self).into()))
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&$write(*self))
            }
        }
    };
}

text_type!(
    Time,
    "string_date-time",
    Time::parse_rfc3339,
    Time::to_rfc3339,
    MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "date-time"))),
    |_: &mut Registry| {}
);

text_type!(
    Scope,
    "Scope",
    Scope::from_str,
    Scope::name,
    MetaSchemaRef::Reference("Scope".to_owned()),
    |registry: &mut Registry| {
        registry.create_schema::<Scope, _>("Scope".to_owned(), |_| MetaSchema {
            enum_items: Scope::ALL.iter().map(|scope| Value::from(scope.name())).collect(),
            ..MetaSchema::new("string")
        });
    }
);

impl OAuthScopes for Scope {
    fn meta() -> Vec<MetaOAuthScope> {
        Self::ALL.iter().map(|scope| MetaOAuthScope { name: scope.name(), description: Some(scope.about()) }).collect()
    }

    fn name(&self) -> &'static str {
        Self::name(*self)
    }
}
