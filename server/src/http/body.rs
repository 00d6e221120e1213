//! JSON bodies: read within a bound, parsed, checked against the contract's schema, and only then made a type.

use std::sync::atomic::Ordering;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use poem::http::header;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;

use super::{RequestContext, json, schemas};
use crate::problem::{Fault, Place, Problem, kind};

/// The most bytes that a body may have: 1 MiB.
pub const MOST_BYTES: usize = 1024 * 1024;

/// A JSON body that satisfies its schema.
pub struct JsonBody<T> {
    /// The value.
    pub value: T,
    /// The bytes as they came, to tell a repeated request from a changed one.
    pub bytes: Bytes,
}

impl<'a, T: ParseFromJSON + Send> ApiExtractor<'a> for JsonBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: "application/json", schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: T::IS_REQUIRED })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        check_media_type(request)?;
        let context = RequestContext::of(request)?;
        context.reading.store(true, Ordering::Relaxed);
        let bytes = read(request, body, MOST_BYTES).await?;
        context.reading.store(false, Ordering::Relaxed);
        Ok(parse(&bytes).map(|value| Self { value, bytes })?)
    }
}

/// 415 for anything but JSON in UTF-8, as it comes.
fn check_media_type(request: &Request) -> Result<(), Problem> {
    let refused = || Problem::new(&kind::UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.");
    let mut types = request.headers().get_all(header::CONTENT_TYPE).iter();
    let (Some(media), None) = (types.next(), types.next()) else { return Err(refused()) };
    if media == "application/json" {
        return check_encoding(request);
    }
    let text = media.to_str().map_err(|_| refused())?;
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf8 = parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
        !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if essence.eq_ignore_ascii_case("application/json") && utf8 { check_encoding(request) } else { Err(refused()) }
}

pub(super) fn check_encoding(request: &Request) -> Result<(), Problem> {
    match request.headers().get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            Err(Problem::new(&kind::UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without Content-Encoding."))
        }
        _ => Ok(()),
    }
}

/// Reads the body and stops where it grows too large, however it is framed.
pub(super) async fn read(request: &Request, body: &mut RequestBody, most: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(&kind::TOO_LARGE, format!("The body may have {most} bytes at most."));
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let cut = |_| Problem::malformed("The body broke off.");
    let mut chunks = body.take().map_err(|_| Problem::broken("the body was read twice"))?.into_bytes_stream();
    let Some(first) = chunks.next().await.transpose().map_err(cut)? else { return Ok(Bytes::new()) };
    if announced == Some(first.len()) {
        return Ok(first);
    }
    let mut bytes = BytesMut::from(first);
    while bytes.len() <= most {
        let Some(chunk) = chunks.next().await.transpose().map_err(cut)? else { return Ok(bytes.freeze()) };
        bytes.extend_from_slice(&chunk);
    }
    Err(too_large())
}

fn parse<T: ParseFromJSON>(bytes: &[u8]) -> Result<T, Problem> {
    let value = json::read(bytes).map_err(|error| Problem::malformed(format!("The body is not JSON: {error}.")))?;
    let mut faults = schemas::faults(Place::Body, "", &T::name(), &value);
    find_nul(&value, &mut String::new(), &mut faults);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    // The type and the schema come from one contract; where they disagree all the same, the caller hears of it.
    T::parse_from_json(Some(value)).map_err(|error| Problem::invalid_body("", error.into_message()))
}

/// PostgreSQL takes no NUL in text, so no text may have one.
fn find_nul(value: &Value, at: &mut String, faults: &mut Vec<Fault>) {
    let length = at.len();
    match value {
        Value::String(text) if text.contains('\0') => faults.push(Fault::body(at.clone(), "must not hold a NUL")),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push_str(&format!("/{index}"));
                find_nul(item, at, faults);
                at.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                at.push('/');
                at.push_str(&name.replace('~', "~0").replace('/', "~1"));
                find_nul(member, at, faults);
                at.truncate(length);
            }
        }
        _ => {}
    }
}
