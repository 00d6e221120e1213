//! A schema as a Rust type, and its bounds as poem-openapi's validators.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Number, Value};

use super::plan::{Plan, is_domain};
use crate::model::{Additional, Api, EnumBase, Kind, NumberType, Schema};
use crate::names::{Case, convert};

/// Whether this target can write the type.
pub(super) fn fits(api: &Api, schema: &Schema, depth: usize) -> bool {
    if depth > 32 {
        return true;
    }
    match &schema.kind {
        Kind::Any | Kind::Boolean | Kind::String(_) | Kind::Integer(_) | Kind::Number(_) => true,
        Kind::Enum(values) => values.base == EnumBase::String,
        Kind::Array(array) => fits(api, &array.items, depth + 1),
        Kind::Map(map) => fits(api, &map.values, depth + 1),
        Kind::Ref(name) => api.types.get(name).is_some_and(|named| fits(api, &named.schema, depth + 1)),
        Kind::Object(object) => {
            !matches!(object.additional, Additional::Typed(_))
                && object.properties.iter().all(|property| fits(api, &property.schema, depth + 1))
        }
        _ => false,
    }
}

/// The type, null aside.
pub(super) fn of(plan: &Plan<'_>, schema: &Schema) -> TokenStream {
    match &schema.kind {
        Kind::Any => quote!(Value),
        Kind::Boolean => quote!(bool),
        Kind::Map(map) => {
            let values = of(plan, &map.values);
            quote!(BTreeMap<String, #values>)
        }
        Kind::Integer(number) if number.format.as_deref() == Some("int32") => quote!(i32),
        Kind::Integer(_) => quote!(i64),
        Kind::Number(_) => quote!(f64),
        Kind::Array(array) => {
            let items = of(plan, &array.items);
            quote!(Vec<#items>)
        }
        Kind::String(text) if text.format.as_deref() == Some("date-time") => quote!(Time),
        Kind::Ref(name) => named(plan, name),
        _ => quote!(String),
    }
}

fn named(plan: &Plan<'_>, name: &str) -> TokenStream {
    if is_domain(name) {
        let ident = format_ident!("{name}");
        return quote!(#ident);
    }
    match (plan.idents.get(name), plan.api.types.get(name)) {
        (Some(ident), _) => quote!(#ident),
        (None, Some(alias)) => of(plan, &alias.schema),
        (None, None) => quote!(String),
    }
}

/// `validator(…)` for an attribute, if the schema has bounds. Those of an array's items stand beside its own.
pub(super) fn validator(api: &Api, schema: &Schema) -> Option<TokenStream> {
    let mut rules = Vec::new();
    let schema = behind_alias(api, schema);
    if let Kind::Array(array) = &schema.kind {
        rules.extend(array.min_items.map(|least| count("min_items", least)));
        rules.extend(array.max_items.map(|most| count("max_items", most)));
        rules.extend(array.unique.then(|| quote!(unique_items)));
        element_rules(&behind_alias(api, &array.items).kind, &mut rules);
    } else {
        element_rules(&schema.kind, &mut rules);
    }
    (!rules.is_empty()).then(|| quote!(validator(#(#rules),*)))
}

/// The schema itself, or the text or number that its name is an alias of.
fn behind_alias<'a>(api: &'a Api, schema: &'a Schema) -> &'a Schema {
    match api.resolve(schema) {
        Some(resolved) if !matches!(resolved.kind, Kind::Object(_) | Kind::Enum(_)) => resolved,
        _ => schema,
    }
}

fn element_rules(kind: &Kind, rules: &mut Vec<TokenStream>) {
    match kind {
        Kind::String(text) if text.format.as_deref() != Some("date-time") => {
            rules.extend(text.min_length.map(|least| count("min_length", least)));
            rules.extend(text.max_length.map(|most| count("max_length", most)));
            rules.extend(text.pattern.as_ref().map(|pattern| quote!(pattern = #pattern)));
        }
        Kind::Integer(number) | Kind::Number(number) => number_rules(number, rules),
        _ => {}
    }
}

fn number_rules(number: &NumberType, rules: &mut Vec<TokenStream>) {
    let mut bound = |rule: &str, value: &Option<Number>, exclusive: bool| {
        if let Some(value) = value {
            let (rule, value) = (format_ident!("{rule}"), value.to_string());
            let exclusive = exclusive.then(|| quote!(, exclusive));
            rules.push(quote!(#rule(value = #value #exclusive)));
        }
    };
    bound("minimum", &number.minimum, false);
    bound("maximum", &number.maximum, false);
    bound("minimum", &number.exclusive_minimum, true);
    bound("maximum", &number.exclusive_maximum, true);
    if let Some(step) = number.multiple_of.as_ref().and_then(Number::as_f64) {
        rules.push(quote!(multiple_of = #step));
    }
}

fn count(rule: &str, value: u64) -> TokenStream {
    let (rule, value) = (format_ident!("{rule}"), Literal::u64_unsuffixed(value));
    quote!(#rule = #value)
}

/// The value taken when none is given: the place's own word, or that of the type that it names.
pub(super) fn default_of(plan: &Plan<'_>, schema: &Schema) -> Option<TokenStream> {
    let resolved = plan.api.resolve(schema)?;
    let value = schema.default.as_ref().or(resolved.default.as_ref())?;
    let written = match (value, &resolved.kind) {
        (Value::Bool(value), _) => quote!(#value),
        (Value::Number(value), Kind::Number(_)) => value.to_string().parse().ok().map(|value: f64| quote!(#value))?,
        (Value::Number(value), _) => value.to_string().parse().ok()?,
        (Value::String(text), Kind::Enum(_)) => {
            let (of, variant) = (of(plan, schema), format_ident!("{}", convert(text, Case::Pascal)));
            quote!(#of::#variant)
        }
        (Value::String(text), _) if text.is_empty() => quote!(String::new()),
        (Value::String(text), _) => quote!(#text.to_owned()),
        (Value::Array(items), _) if items.is_empty() => quote!(Vec::new()),
        _ => return None,
    };
    Some(written)
}
