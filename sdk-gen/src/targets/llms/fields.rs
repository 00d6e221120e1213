//! Types in words, and the members of an object as a list.

use crate::model::{Additional, Api, Kind, NumberType, Schema, StringType};

use super::one_line;

/// Objects within objects that are spelled out.
const MAX_DEPTH: usize = 3;
/// Members of one body; what is bigger is cut, since nobody reads it.
const MAX_LINES: usize = 300;

/// A type in a few words: `string (uuid)`, `array of Item`, `"a" | "b"`.
#[must_use]
pub fn type_text(api: &Api, schema: &Schema) -> String {
    let text = match &schema.kind {
        Kind::Any => "any".to_owned(),
        Kind::Never => "nothing".to_owned(),
        Kind::Null => return "null".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::String(text) => with_format("string", text.format.as_deref()),
        Kind::Integer(number) => with_format("integer", number.format.as_deref()),
        Kind::Number(number) => with_format("number", number.format.as_deref()),
        Kind::Enum(set) => {
            let values: Vec<String> = set.values.iter().map(|one| one.value.to_string()).collect();
            let more = if set.open { " | …" } else { "" };
            format!("{}{more}", values.join(" | "))
        }
        Kind::Const(value) => value.to_string(),
        Kind::Array(array) => format!("array of {}", type_text(api, &array.items)),
        Kind::Tuple(tuple) => {
            format!("[{}]", tuple.items.iter().map(|item| type_text(api, item)).collect::<Vec<_>>().join(", "))
        }
        Kind::Map(map) => format!("object of {}", type_text(api, &map.values)),
        Kind::Object(_) => "object".to_owned(),
        Kind::Union(union) => {
            union.variants.iter().map(|variant| type_text(api, &variant.schema)).collect::<Vec<_>>().join(" or ")
        }
        Kind::Intersection(parts) => parts.iter().map(|part| type_text(api, part)).collect::<Vec<_>>().join(" and "),
        Kind::Ref(name) => named(api, name),
    };
    if api.is_nullable(schema) && !text.ends_with("or null") { format!("{text} or null") } else { text }
}

/// Objects go by their name; small things by what they are.
fn named(api: &Api, name: &str) -> String {
    match api.types.get(name).map(|named| &named.schema) {
        Some(schema)
            if matches!(
                schema.kind,
                Kind::Enum(_) | Kind::String(_) | Kind::Integer(_) | Kind::Number(_) | Kind::Boolean | Kind::Const(_)
            ) =>
        {
            type_text(api, schema).trim_end_matches(" or null").to_owned()
        }
        _ => name.to_owned(),
    }
}

fn with_format(name: &str, format: Option<&str>) -> String {
    format.map_or_else(|| name.to_owned(), |format| format!("{name} ({format})"))
}

/// The members of what the schema means, one a line, inner objects indented below theirs.
#[must_use]
pub fn write_fields(api: &Api, schema: &Schema, in_request: bool) -> String {
    let mut lines = Lines { api, in_request, text: String::new(), open: Vec::new(), written: 0 };
    lines.schema(schema, 0);
    lines.text
}

struct Lines<'a> {
    api: &'a Api,
    in_request: bool,
    text: String,
    open: Vec<&'a str>,
    written: usize,
}

impl<'a> Lines<'a> {
    fn schema(&mut self, schema: &'a Schema, depth: usize) {
        match &schema.kind {
            Kind::Ref(name) => {
                let Some(named) = self.api.types.get(name).filter(|_| !self.open.contains(&name.as_str())) else {
                    return;
                };
                self.open.push(name);
                self.schema(&named.schema, depth);
                self.open.pop();
            }
            Kind::Array(array) => self.schema(&array.items, depth),
            Kind::Map(map) => self.schema(&map.values, depth),
            Kind::Union(union) => {
                for variant in &union.variants {
                    if depth < MAX_DEPTH
                        && self.api.resolve(&variant.schema).is_some_and(|one| one.as_object().is_some())
                    {
                        let gap = "  ".repeat(depth);
                        let tags = variant.tags.iter().map(|tag| format!("`{tag}`")).collect::<Vec<_>>().join(", ");
                        let tags = if tags.is_empty() { String::new() } else { format!(" ({tags})") };
                        self.text.push_str(&format!("{gap}- either {}{tags}:\n", type_text(self.api, &variant.schema)));
                        self.schema(&variant.schema, depth + 1);
                    }
                }
            }
            Kind::Intersection(parts) => parts.iter().for_each(|part| self.schema(part, depth)),
            Kind::Object(object) => {
                for property in &object.properties {
                    let other_way =
                        if self.in_request { property.schema.read_only } else { property.schema.write_only };
                    if !other_way {
                        self.field(&property.name, property.required, &property.schema, depth);
                    }
                }
                if let Additional::Typed(typed) = &object.additional {
                    let gap = "  ".repeat(depth);
                    self.text.push_str(&format!("{gap}- any other key: {}\n", type_text(self.api, typed)));
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, name: &str, required: bool, schema: &'a Schema, depth: usize) {
        self.written += 1;
        if self.written > MAX_LINES {
            if self.written == MAX_LINES + 1 {
                self.text.push_str("- … and more\n");
            }
            return;
        }
        let gap = "  ".repeat(depth);
        let mut said = vec![type_text(self.api, schema)];
        if self.in_request {
            said.push(if required { "required" } else { "optional" }.to_owned());
        } else if !required {
            said.push("may be absent".to_owned());
        }
        if schema.deprecated {
            said.push("deprecated".to_owned());
        }
        said.extend(self.api.resolve(schema).map(bounds).filter(|text| !text.is_empty()));
        said.extend(schema.default.as_ref().map(|value| format!("default `{value}`")));
        let described = schema.description.as_deref().or_else(|| self.api.resolve(schema)?.description.as_deref());
        let about = described.map(|text| format!(": {}", one_line(text))).unwrap_or_default();
        self.text.push_str(&format!("{gap}- `{name}` ({}){about}\n", said.join(", ")));
        if depth + 1 < MAX_DEPTH {
            self.schema(schema, depth + 1);
        }
    }
}

/// Bounds in words.
pub(super) fn bounds(schema: &Schema) -> String {
    match &schema.kind {
        Kind::String(StringType { min_length, max_length, pattern, .. }) => {
            let length = range(min_length.map(|n| n.to_string()), max_length.map(|n| n.to_string()), " characters");
            let pattern = pattern.as_ref().map(|pattern| format!("matching `{pattern}`"));
            length.into_iter().chain(pattern).collect::<Vec<_>>().join(", ")
        }
        Kind::Integer(number) | Kind::Number(number) => number_bounds(number),
        Kind::Array(array) => {
            range(array.min_items.map(|n| n.to_string()), array.max_items.map(|n| n.to_string()), " items")
                .unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn number_bounds(number: &NumberType) -> String {
    let closed =
        range(number.minimum.as_ref().map(ToString::to_string), number.maximum.as_ref().map(ToString::to_string), "");
    let above = number.exclusive_minimum.as_ref().map(|bound| format!("above {bound}"));
    let below = number.exclusive_maximum.as_ref().map(|bound| format!("below {bound}"));
    closed.into_iter().chain(above).chain(below).collect::<Vec<_>>().join(", ")
}

fn range(low: Option<String>, high: Option<String>, unit: &str) -> Option<String> {
    match (low.filter(|low| low != "0"), high) {
        (Some(low), Some(high)) if low == high => Some(format!("{low}{unit}")),
        (Some(low), Some(high)) => Some(format!("{low} to {high}{unit}")),
        (Some(low), None) => Some(format!("at least {low}{unit}")),
        (None, Some(high)) => Some(format!("at most {high}{unit}")),
        (None, None) => None,
    }
}
