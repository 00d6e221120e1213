//! What a sample sends: decided once, for all languages.

use serde_json::Value;

use super::Options;
use super::values::first;
use crate::model::{
    Api, ApiKeyPlace, Location, MediaKind, MediaType, Operation, Parameter, PathPart, RequestBody, SchemeKind,
    SecurityRequirement, SecurityScheme, Style,
};
use crate::names::{Case, convert};

/// One request of an operation.
#[derive(Debug)]
pub struct Request<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Where the API is, without a slash at the end.
    pub base_url: String,
    /// Whether `base_url` must be said to an SDK (it is not the document's own, or there is none).
    pub base_url_given: bool,
    /// Parameters with their values: path, query, header, cookie.
    pub parameters: Vec<Given<'a>>,
    /// The body.
    pub body: Option<SampleBody<'a>>,
    /// Credentials; none for public operations.
    pub secrets: Vec<Secret>,
}

/// A parameter and its value.
#[derive(Debug)]
pub struct Given<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// Its value.
    pub value: Value,
}

/// A body and its media type.
#[derive(Debug)]
pub struct SampleBody<'a> {
    /// The media type.
    pub media: &'a MediaType,
    /// The value.
    pub value: Value,
}

/// A credential that the sample reads from the environment, or carries.
#[derive(Debug)]
pub struct Secret {
    /// How it travels.
    pub kind: SecretKind,
    /// The environment variable, for example `GATEPOST_API_KEY`.
    pub variable: String,
    /// A value to write instead of the variable.
    pub value: Option<String>,
    /// What the SDKs call it, in words of snake case: `api_key`, `access_token`, or the scheme's name.
    pub option: String,
}

/// How a credential travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretKind {
    /// In a header of its own.
    Header(String),
    /// In the query.
    Query(String),
    /// In a cookie.
    Cookie(String),
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: Basic`, the variable holding `name:password`.
    Basic,
    /// `Authorization`, whole.
    Authorization(String),
}

impl<'a> Request<'a> {
    /// The request of an operation: what is required, and what the caller asks for besides.
    #[must_use]
    pub fn of(api: &'a Api, operation: &'a Operation, options: &Options) -> Self {
        let own = operation.servers.first().or(api.servers.first()).map(|server| server.default_url.clone());
        let own = own.filter(|url| url.contains("://"));
        let said = options.base_url.as_ref().map(|url| url.trim_end_matches('/').to_owned());
        let base_url_given = said.as_ref().map_or(own.is_none(), |said| Some(said) != own.as_ref());
        let base_url = said.or(own).unwrap_or_else(|| "https://api.example.com".to_owned());
        let mut parameters = Vec::new();
        for parameter in operation.parameters.iter().filter(|one| !is_written_elsewhere(one, operation)) {
            let asked =
                options.query.iter().find(|(name, _)| parameter.location == Location::Query && *name == parameter.name);
            if let Some((_, value)) = asked {
                parameters.push(Given { parameter, value: value.clone() });
            } else if parameter.required || may_be_credential(parameter, operation) {
                let value = first(api, &parameter.examples, Some(&parameter.schema), &parameter.name);
                parameters.push(Given { parameter, value });
            }
        }
        let told = |body: &&RequestBody| {
            body.content.iter().any(|media| !media.examples.is_empty() || media.kind == MediaKind::Bytes)
        };
        let wanted = operation.body.as_ref().filter(|body| body.required || told(body));
        let body = wanted
            .and_then(|body| body.preferred())
            .map(|media| SampleBody { media, value: first(api, &media.examples, media.schema.as_ref(), "") });
        Self { operation, base_url, base_url_given, parameters, body, secrets: secrets(api, operation, options) }
    }

    /// Parameters of one location.
    pub fn given(&self, location: Location) -> impl Iterator<Item = &Given<'a>> {
        self.parameters.iter().filter(move |given| given.parameter.location == location)
    }

    /// The whole address, query included, secrets of the query not.
    #[must_use]
    pub fn url(&self) -> String {
        let mut url = self.base_url.clone();
        for segment in &self.operation.segments {
            url.push('/');
            for part in &segment.parts {
                match part {
                    PathPart::Literal(text) => url.push_str(text),
                    PathPart::Parameter(name) => {
                        let given = self.given(Location::Path).find(|given| given.parameter.name == *name);
                        url.push_str(&given.map(path_text).unwrap_or_default());
                    }
                }
            }
        }
        let pairs: Vec<String> = self.given(Location::Query).flat_map(query_pairs).collect();
        if pairs.is_empty() { url } else { format!("{url}?{}", pairs.join("&")) }
    }
}

/// Credentials have their own place in a sample; an idempotency key is the SDKs' to make.
fn is_written_elsewhere(parameter: &Parameter, operation: &Operation) -> bool {
    parameter.location == Location::Header
        && (parameter.name.eq_ignore_ascii_case("authorization")
            || (!parameter.required && operation.idempotency_header.as_deref() == Some(parameter.name.as_str())))
}

/// Where no scheme says who calls, a header that the document shows may: a signature, for example.
fn may_be_credential(parameter: &Parameter, operation: &Operation) -> bool {
    operation.is_public() && parameter.location == Location::Header && !parameter.examples.is_empty()
}

fn path_text(given: &Given<'_>) -> String {
    let value = &given.value;
    let text = match value {
        Value::Array(items) => items.iter().map(|item| encode(&scalar(item))).collect::<Vec<_>>().join(","),
        Value::Object(members) => flat(members),
        other => encode(&scalar(other)),
    };
    match given.parameter.style {
        Style::Label => format!(".{text}"),
        Style::Matrix => format!(";{}={text}", given.parameter.name),
        _ => text,
    }
}

/// `key,value,key,value`, each escaped, the commas not.
fn flat(members: &serde_json::Map<String, Value>) -> String {
    let pairs = members.iter().map(|(key, value)| format!("{},{}", encode(key), encode(&scalar(value))));
    pairs.collect::<Vec<_>>().join(",")
}

/// `name=value` pairs of a query parameter in its style.
fn query_pairs(given: &Given<'_>) -> Vec<String> {
    let Parameter { name, style, explode, content, .. } = given.parameter;
    let pair = |key: &str, text: &str| format!("{}={}", encode(key), encode(text));
    if content.is_some() {
        return vec![pair(name, &given.value.to_string())];
    }
    match &given.value {
        Value::Array(items) if *explode => items.iter().map(|item| pair(name, &scalar(item))).collect(),
        // The delimiter is no part of the values: a comma stays as it is, what no address may hold is escaped.
        Value::Array(items) => {
            let gap = match style {
                Style::SpaceDelimited => "%20",
                Style::PipeDelimited => "%7C",
                _ => ",",
            };
            let items: Vec<String> = items.iter().map(|item| encode(&scalar(item))).collect();
            vec![format!("{}={}", encode(name), items.join(gap))]
        }
        Value::Object(members) if *style == Style::DeepObject => {
            members.iter().map(|(key, value)| pair(&format!("{name}[{key}]"), &scalar(value))).collect()
        }
        Value::Object(members) if *explode => members.iter().map(|(key, value)| pair(key, &scalar(value))).collect(),
        Value::Object(members) => vec![format!("{}={}", encode(name), flat(members))],
        other => vec![pair(name, &scalar(other))],
    }
}

/// A scalar as it is written in addresses and headers.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Percent-encodes what is not unreserved (RFC 3986).
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The credentials of the alternative that is easiest to have: keys before tokens before passwords.
fn secrets(api: &Api, operation: &Operation, options: &Options) -> Vec<Secret> {
    if operation.is_public() {
        return Vec::new();
    }
    let rank = |alternative: &&SecurityRequirement| -> usize {
        let schemes = alternative.schemes.iter().filter_map(|used| api.security_schemes.get(&used.scheme));
        schemes
            .map(|scheme| match scheme.kind {
                SchemeKind::ApiKey { place: ApiKeyPlace::Header, .. } => 1,
                SchemeKind::Bearer { .. } => 2,
                SchemeKind::ApiKey { .. } | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect { .. } => 3,
                SchemeKind::Basic | SchemeKind::Http { .. } | SchemeKind::MutualTls => 5,
            })
            .sum()
    };
    let Some(best) = operation.security.iter().min_by_key(rank) else { return Vec::new() };
    best.schemes.iter().filter_map(|used| secret(api, api.security_schemes.get(&used.scheme)?, options)).collect()
}

fn secret(api: &Api, scheme: &SecurityScheme, options: &Options) -> Option<Secret> {
    let named = || convert(&scheme.name, Case::Snake);
    let keys = api.security_schemes.values().filter(|one| matches!(one.kind, SchemeKind::ApiKey { .. })).count();
    let (kind, option) = match &scheme.kind {
        SchemeKind::ApiKey { place, name } => {
            let kind = match place {
                ApiKeyPlace::Header => SecretKind::Header(name.clone()),
                ApiKeyPlace::Query => SecretKind::Query(name.clone()),
                ApiKeyPlace::Cookie => SecretKind::Cookie(name.clone()),
            };
            (kind, if keys == 1 { "api_key".to_owned() } else { named() })
        }
        SchemeKind::Bearer { .. } | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect { .. } => {
            (SecretKind::Bearer, "access_token".to_owned())
        }
        SchemeKind::Basic => (SecretKind::Basic, "basic_auth".to_owned()),
        SchemeKind::Http { scheme } => (SecretKind::Authorization(scheme.clone()), named()),
        SchemeKind::MutualTls => return None,
    };
    let value = options.api_key.clone().filter(|_| option == "api_key");
    Some(Secret { variable: format!("{}_{}", api.config.environment, option.to_uppercase()), value, kind, option })
}

/// Whether a body is written as members of an object, one argument each.
pub(super) fn is_members(api: &Api, body: &SampleBody<'_>) -> bool {
    let json = matches!(body.media.kind, MediaKind::Json | MediaKind::Form | MediaKind::Multipart);
    let object = body
        .media
        .schema
        .as_ref()
        .and_then(|schema| api.resolve(schema))
        .is_some_and(|schema| schema.as_object().is_some());
    json && object && body.value.is_object()
}
