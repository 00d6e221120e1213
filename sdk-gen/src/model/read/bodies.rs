//! Request bodies, answers, media types.

use serde_json::Value;

use crate::document::{child, split};
use crate::model::{Encoding, Header, MediaKind, MediaType, RequestBody, Response, Status};
use crate::names::{Case, convert};

use super::Reader;
use super::parameters::{Place, parse_style};
use super::values::{extensions, flag, object, prose, text};

impl<'d> Reader<'d> {
    /// The body of an operation or webhook; `suffix` names its inline types.
    pub(super) fn request_body(
        &mut self,
        operation: &'d Value,
        place: &Place<'_>,
        suffix: &str,
    ) -> Option<RequestBody> {
        let value = operation.get("requestBody").filter(|value| !value.is_null())?;
        let at = child(place.at, "requestBody");
        let (value, address) = self.follow(value, &at)?;
        let content = self.content(value, &address, &format!("{}{suffix}", convert(place.id, Case::Pascal)));
        if content.is_empty() {
            return None;
        }
        Some(RequestBody {
            required: flag(value, "required"),
            description: prose(value, "description"),
            content,
            extensions: extensions(value),
        })
    }

    /// Answers in document order. None at all is legal in 3.1, and a small fault in 3.0.
    pub(super) fn responses(&mut self, operation: &'d Value, place: &Place<'_>) -> Vec<Response> {
        let list_at = child(place.at, "responses");
        let mut read: Vec<Response> = Vec::new();
        for (key, value) in
            object(operation, "responses").into_iter().flatten().filter(|(key, _)| !key.starts_with("x-"))
        {
            let at = child(&list_at, key);
            let Some(status) = Status::parse(key) else {
                self.warn(
                    "status",
                    &at,
                    format!("`{key}` is no status code"),
                    "The answer is left out; write `200`, `4XX` or `default`.",
                );
                continue;
            };
            if read.iter().any(|known| known.status == status) {
                continue;
            }
            read.extend(self.response(value, &at, status, place.id));
        }
        read
    }

    fn response(&mut self, value: &'d Value, at: &str, status: Status, id: &str) -> Option<Response> {
        let (value, address) = self.follow(value, at)?;
        let shared = address.starts_with("#/components/responses/").then(|| split(&address).pop()).flatten();
        let owner = shared.as_deref().unwrap_or(id);
        let hint = match (&shared, status.is_success()) {
            (Some(_), _) => convert(owner, Case::Pascal),
            (None, true) => format!("{}Response", convert(owner, Case::Pascal)),
            (None, false) => format!(
                "{}{}Response",
                convert(owner, Case::Pascal),
                convert(&status.text(), Case::Pascal).trim_start_matches('V')
            ),
        };
        Some(Response {
            status,
            description: prose(value, "description"),
            headers: self.headers(value, &address, &hint),
            content: self.content(value, &address, &hint),
            shared,
            extensions: extensions(value),
        })
    }

    fn headers(&mut self, value: &'d Value, at: &str, hint: &str) -> Vec<Header> {
        let list_at = child(at, "headers");
        let mut read = Vec::new();
        for (name, header) in object(value, "headers").into_iter().flatten() {
            let Some((header, address)) = self.follow(header, &child(&list_at, name)) else { continue };
            let hint = format!("{hint}{}Header", convert(name, Case::Pascal));
            let schema = header.get("schema").map(|schema| self.schema(schema, &child(&address, "schema"), &hint));
            read.push(Header {
                name: name.clone(),
                required: flag(header, "required"),
                description: prose(header, "description"),
                schema: schema.unwrap_or_default(),
            });
        }
        read
    }

    fn content(&mut self, value: &'d Value, at: &str, hint: &str) -> Vec<MediaType> {
        let list_at = child(at, "content");
        let found = object(value, "content").into_iter().flatten();
        found.map(|(name, media)| self.media_type(name, media, &child(&list_at, name), hint)).collect()
    }

    fn media_type(&mut self, name: &str, value: &'d Value, at: &str, hint: &str) -> MediaType {
        let schema = value.get("schema").or_else(|| value.get("itemSchema"));
        let encoding = object(value, "encoding").into_iter().flatten();
        MediaType {
            name: name.to_owned(),
            kind: MediaKind::of(name),
            schema: schema.map(|schema| self.schema(schema, &child(at, "schema"), hint)),
            encoding: encoding.map(|(property, value)| (property.clone(), encoding_of(value))).collect(),
            examples: self.examples(value, at),
            extensions: extensions(value),
        }
    }
}

fn encoding_of(value: &Value) -> Encoding {
    Encoding {
        content_type: text(value, "contentType"),
        style: text(value, "style").and_then(|style| parse_style(&style)),
        explode: value.get("explode").and_then(Value::as_bool),
        allow_reserved: flag(value, "allowReserved"),
    }
}
