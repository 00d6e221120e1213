//! Form bodies, as the OAuth standards want them (RFC 6749, appendix B): none of the parameters twice, one without a value
//! counts as left out, an unknown one is ignored (S11).

use std::sync::Arc;
use std::sync::atomic::Ordering;

use poem::http::header;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::{Map, Value};

use super::encoding::decode;
use super::parameters::pairs;
use super::{RequestContext, body, schemas};
use crate::problem::{Place, Problem, kind};

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";
/// The most bytes that a form may have: it is read before anybody is counted.
const MOST_BYTES: usize = 64 * 1024;

/// The parameters of a form that have a value. It may hold secrets, so it shows nothing.
pub struct Form(Map<String, Value>);

/// A form that satisfies its schema.
pub struct FormBody<T> {
    /// The value.
    pub value: T,
}

impl Form {
    /// The form of a request. The gate reads it first, for the client's credential; what comes after finds it in `context`.
    pub(super) async fn of<'c>(
        context: &'c RequestContext,
        request: &Request,
        body: &mut RequestBody,
    ) -> Result<&'c Self, Problem> {
        if let Some(form) = context.form.get() {
            return Ok(form);
        }
        check_media_type(request)?;
        context.reading.store(true, Ordering::Relaxed);
        let bytes = body::read(request, body, MOST_BYTES).await?;
        context.reading.store(false, Ordering::Relaxed);
        let form = Self::parse(&bytes)?;
        Ok(context.form.get_or_init(|| form))
    }

    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let broken = || Problem::malformed("The form is not encoded as application/x-www-form-urlencoded.");
        let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
        let mut all = Map::new();
        for (name, value) in pairs(text) {
            let (name, value) = (decode(name).map_err(|_| broken())?, decode(value).map_err(|_| broken())?);
            if all.insert(name.into_owned(), value.into()).is_some() {
                return Err(Problem::malformed("A parameter is there more than once."));
            }
        }
        all.retain(|_, value| value != "");
        Ok(Self(all))
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form({} parameters)", self.0.len())
    }
}

fn check_media_type(request: &Request) -> Result<(), Problem> {
    let mut types = request.headers().get_all(header::CONTENT_TYPE).iter();
    let media = types.next().filter(|_| types.next().is_none()).and_then(|media| media.to_str().ok());
    let essence = media.and_then(|media| media.split(';').next()).unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(MEDIA_TYPE) {
        return body::check_encoding(request);
    }
    Err(Problem::new(&kind::UNSUPPORTED_MEDIA_TYPE, "Send the body as application/x-www-form-urlencoded."))
}

impl<'a, T: ParseFromJSON + Send> ApiExtractor<'a> for FormBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: MEDIA_TYPE, schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: T::IS_REQUIRED })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let context: &Arc<RequestContext> = RequestContext::of(request)?;
        let value = Value::Object(Form::of(context, request, body).await?.0.clone());
        let faults = schemas::faults(Place::Body, "", &T::name(), &value);
        if !faults.is_empty() {
            return Err(Problem::invalid(faults).into());
        }
        // As for JSON: where type and schema disagree all the same, the caller hears of it.
        let value = T::parse_from_json(Some(value)).map_err(|error| Problem::invalid_body("", error.into_message()))?;
        Ok(Self { value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s11_what_has_no_value_is_left_out_and_what_is_unknown_stays_harmless() {
        let form = Form::parse(b"grant_type=refresh_token&scope=&empty&x=1&token=a%2Bb+c&&").unwrap();
        assert_eq!(form.get("grant_type"), Some("refresh_token"));
        assert_eq!(form.get("token"), Some("a+b c"));
        assert_eq!((form.get("scope"), form.get("empty")), (None, None));
        assert_eq!(format!("{form:?}"), "Form(3 parameters)");
    }

    #[test]
    fn h24_a_parameter_is_there_once() {
        for twice in ["a=1&a=1", "a=1&%61=2", "scope=&scope=read"] {
            assert_eq!(Form::parse(twice.as_bytes()).unwrap_err().kind.status, 400, "{twice}");
        }
        for broken in [&b"a=%"[..], b"a=%ff", b"a=%00", b"\xff=1"] {
            assert_eq!(Form::parse(broken).unwrap_err().kind.status, 400);
        }
    }
}
