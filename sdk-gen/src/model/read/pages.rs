//! Which operations answer in pages, and what turns them: seen from parameter names and the shape of the answer.

use crate::model::{
    Api, Kind, Location, MediaKind, ObjectType, Operation, Page, PageKind, PageParameter, PagePlace, Schema,
};
use crate::names::words;

/// Parameters that take a cursor.
const CURSOR: [&str; 14] = [
    "cursor",
    "page token",
    "next token",
    "next page token",
    "after",
    "starting after",
    "next cursor",
    "marker",
    "continuation",
    "continuation token",
    "page cursor",
    "next page",
    "next marker",
    "next",
];
/// Fields that give the next cursor, best first.
const NEXT: [&str; 13] = [
    "next cursor",
    "next page token",
    "next token",
    "next page cursor",
    "next marker",
    "continuation token",
    "cursor",
    "next page",
    "end cursor",
    "next",
    "after",
    "marker",
    "page token",
];
/// Objects within an answer that may hold the cursor or the items.
const ENVELOPES: [&str; 9] =
    ["pagination", "meta", "paging", "page", "response metadata", "metadata", "list metadata", "links", "page info"];
/// Names of the list, where an answer has several.
const ITEMS: [&str; 6] = ["data", "items", "results", "records", "entries", "values"];
const SIZE: [&str; 6] = ["limit", "page size", "per page", "max results", "count", "size"];

/// How to turn the pages of an operation, if it has any.
pub(super) fn find(api: &Api, operation: &Operation) -> Option<Page> {
    let media = operation.success()?.content.iter().find(|media| media.kind == MediaKind::Json)?;
    let schema = api.resolve(media.schema.as_ref()?)?;
    let items = items(api, schema)?;
    let size = parameter(api, operation, &SIZE).filter(|size| size.place == PagePlace::Query).map(|size| size.name);
    cursor(api, operation, schema).or_else(|| counted(api, operation)).map(|kind| Page {
        items,
        kind,
        size_parameter: size,
    })
}

fn spoken(name: &str) -> String {
    words(name).join(" ")
}

/// Path to the only list in the answer, or the one with a usual name.
fn items(api: &Api, schema: &Schema) -> Option<Vec<String>> {
    let object = match &schema.kind {
        Kind::Array(_) => return Some(Vec::new()),
        Kind::Object(object) => object,
        _ => return None,
    };
    let is_list = |schema: &Schema| api.resolve(schema).is_some_and(|schema| matches!(schema.kind, Kind::Array(_)));
    let lists: Vec<&str> = object
        .properties
        .iter()
        .filter(|property| is_list(&property.schema))
        .map(|property| property.name.as_str())
        .collect();
    match lists.as_slice() {
        [] => None,
        [only] => Some(vec![(*only).to_owned()]),
        several => ITEMS
            .iter()
            .find_map(|usual| several.iter().find(|name| spoken(name) == *usual))
            .map(|name| vec![(*name).to_owned()]),
    }
}

fn cursor(api: &Api, operation: &Operation, schema: &Schema) -> Option<PageKind> {
    let parameter = parameter(api, operation, &CURSOR)?;
    let object = schema.as_object()?;
    let next = next_field(api, object, &parameter.name).map(|name| vec![name]).or_else(|| {
        object.properties.iter().filter(|property| ENVELOPES.contains(&spoken(&property.name).as_str())).find_map(
            |property| {
                let inner = api.resolve(&property.schema)?.as_object()?;
                Some(vec![property.name.clone(), next_field(api, inner, &parameter.name)?])
            },
        )
    })?;
    Some(PageKind::Cursor { next, parameter })
}

fn next_field(api: &Api, object: &ObjectType, parameter: &str) -> Option<String> {
    NEXT.iter().find_map(|usual| {
        let property = object.properties.iter().find(|property| spoken(&property.name) == *usual)?;
        let is_text = match &api.resolve(&property.schema)?.kind {
            Kind::String(text) => !text.format.as_deref().is_some_and(|format| format.starts_with("uri")),
            Kind::Any => property.name == parameter,
            _ => false,
        };
        is_text.then(|| property.name.clone())
    })
}

/// A page number or an offset.
fn counted(api: &Api, operation: &Operation) -> Option<PageKind> {
    if let Some(found) =
        parameter(api, operation, &["page", "page number"]).filter(|found| is_whole(api, operation, found))
    {
        return Some(PageKind::Number { first: first_page(api, operation, &found), parameter: found });
    }
    let offset = parameter(api, operation, &["offset", "skip"]).filter(|found| is_whole(api, operation, found))?;
    Some(PageKind::Offset { parameter: offset })
}

/// The query parameter, or the field of a JSON body, that has one of the names; earlier names win.
fn parameter(api: &Api, operation: &Operation, names: &[&str]) -> Option<PageParameter> {
    names.iter().find_map(|usual| {
        let in_query = operation.parameters_in(Location::Query).find(|one| spoken(&one.name) == *usual);
        if let Some(found) = in_query {
            return Some(PageParameter { name: found.name.clone(), place: PagePlace::Query });
        }
        let found = body_fields(api, operation)?.properties.iter().find(|property| spoken(&property.name) == *usual)?;
        Some(PageParameter { name: found.name.clone(), place: PagePlace::Body })
    })
}

fn body_fields<'a>(api: &'a Api, operation: &'a Operation) -> Option<&'a ObjectType> {
    let media = operation.body.as_ref()?.of_kind(MediaKind::Json)?;
    api.resolve(media.schema.as_ref()?)?.as_object()
}

fn schema_of<'a>(api: &'a Api, operation: &'a Operation, found: &PageParameter) -> Option<&'a Schema> {
    match found.place {
        PagePlace::Query => {
            operation.parameters_in(Location::Query).find(|one| one.name == found.name).map(|one| &one.schema)
        }
        PagePlace::Body => body_fields(api, operation)?.property(&found.name).map(|property| &property.schema),
    }
}

fn is_whole(api: &Api, operation: &Operation, found: &PageParameter) -> bool {
    let schema = schema_of(api, operation, found).and_then(|schema| api.resolve(schema));
    schema.is_some_and(|schema| matches!(schema.kind, Kind::Integer(_) | Kind::Number(_)))
}

fn first_page(api: &Api, operation: &Operation, found: &PageParameter) -> u64 {
    let Some(schema) = schema_of(api, operation, found) else { return 1 };
    let minimum = match api.resolve(schema).map(|schema| &schema.kind) {
        Some(Kind::Integer(bounds) | Kind::Number(bounds)) => {
            bounds.minimum.as_ref().and_then(serde_json::Number::as_u64)
        }
        _ => None,
    };
    match schema.default.as_ref().and_then(serde_json::Value::as_u64) {
        Some(default) => default.min(1),
        None => u64::from(minimum != Some(0)),
    }
}
