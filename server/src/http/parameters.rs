//! Query, path and header parameters: strict where poem's own are lenient (bad percent-encoding, doubles), and without
//! work where a request has none. A fault in them becomes a [`Problem`] in `faults.rs`.

use std::borrow::Cow;

use poem::{Request, RequestBody, Result};
use poem_openapi::error::ParseParamError;
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef, Registry};
use poem_openapi::types::ParseFromParameter;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::RequestContext;
use super::encoding::decode;
use crate::problem::Problem;

/// A parameter of the query.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// A parameter of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// A header.
#[derive(Debug)]
pub struct Header<T>(pub T);

macro_rules! parameter {
    ($type:ident, $place:ident, $find:path) => {
        impl<'a, T: ParseFromParameter + Send> ApiExtractor<'a> for $type<T> {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
            const PARAM_IS_REQUIRED: bool = T::IS_REQUIRED;
            type ParamType = T;
            type ParamRawType = T::RawValueType;

            fn register(registry: &mut Registry) {
                T::register(registry);
            }

            fn param_in() -> Option<MetaParamIn> {
                Some(MetaParamIn::$place)
            }

            fn param_schema_ref() -> Option<MetaSchemaRef> {
                Some(T::schema_ref())
            }

            fn param_raw_type(&self) -> Option<&Self::ParamRawType> {
                self.0.as_raw_value()
            }

            async fn from_request(
                request: &'a Request,
                _: &mut RequestBody,
                options: ExtractParamOptions<T>,
            ) -> Result<Self> {
                let value = $find(request, options.name)?;
                if let (None, Some(default)) = (&value, options.default_value) {
                    return Ok(Self(default()));
                }
                T::parse_from_parameters(value)
                    .map(Self)
                    .map_err(|error| ParseParamError { name: options.name, reason: error.into_message() }.into())
            }
        }
    };
}

parameter!(Query, Query, in_query);
parameter!(Path, Path, in_path);
parameter!(Header, Header, in_header);

/// The one value of that name in the query.
fn in_query<'a>(request: &'a Request, name: &str) -> Result<Option<Cow<'a, str>>, Problem> {
    let mut found = None;
    for (key, value) in pairs(request.uri().query().unwrap_or_default()) {
        if decode(key)? == name && found.replace(decode(value)?).is_some() {
            return Err(Problem::malformed(format!("The query has {name} more than once.")));
        }
    }
    Ok(found)
}

/// Keys and values of a query, still encoded.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The value of a path parameter. poem-openapi calls the first one of a path `param0`, the next `param1`, and so on.
fn in_path<'a>(request: &'a Request, name: &str) -> Result<Option<Cow<'a, str>>, Problem> {
    let Some(operation) = RequestContext::of(request)?.operation.get() else { return Ok(None) };
    let place = name.strip_prefix("param").and_then(|place| place.parse().ok()).unwrap_or(0);
    let value = operation
        .path
        .split('/')
        .zip(request.uri().path().split('/'))
        .filter(|(template, _)| template.starts_with('{'))
        .nth(place)
        .map(|(_, value)| value);
    // In a path a plus is a plus.
    value.map(super::encoding::decode_path).transpose()
}

fn in_header<'a>(request: &'a Request, name: &str) -> Result<Option<Cow<'a, str>>, Problem> {
    let mut values = request.headers().get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Problem::malformed(format!("The header {name} is there more than once.")));
    }
    let text = first.map(|value| value.to_str()).transpose();
    let text = text.map_err(|_| Problem::malformed(format!("The header {name} is not plain text.")))?;
    Ok(text.map(Cow::Borrowed))
}
