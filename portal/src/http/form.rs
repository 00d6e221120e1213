//! What a form sent.

use poem::http::{StatusCode, header};
use poem::{FromRequest, Request, RequestBody};

use crate::site::Site;

/// Far more than any form of ours has.
const MAX_BYTES: usize = 64 * 1024;

/// The fields of a form, in order; a name may come several times (checkboxes).
#[derive(Debug, Clone, Default)]
pub(crate) struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// What a form sent by GET: a search, a filter. What cannot be read is no field.
    pub fn from_query(query: &str) -> Self {
        Self(serde_urlencoded::from_str(query).unwrap_or_default())
    }

    /// The address of a list with these of the fields, from another place on.
    pub fn address(&self, list: &str, names: &[&str], cursor: Option<&str>) -> String {
        let kept = names.iter().filter_map(|name| self.get(name).map(|value| (*name, value)));
        let pairs: Vec<(&str, &str)> = kept.chain(cursor.map(|cursor| ("cursor", cursor))).collect();
        match serde_urlencoded::to_string(&pairs) {
            Ok(query) if !query.is_empty() => format!("{list}?{query}"),
            _ => list.to_owned(),
        }
    }

    /// The first field of that name, without the spaces around it; `None` when it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The first field of that name as it was typed: passwords may begin and end with spaces.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Every field of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

impl<'a> FromRequest<'a> for FormFields {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Site::refusal(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Forms are sent as application/x-www-form-urlencoded.",
            ));
        }
        let Ok(bytes) = body.take()?.into_bytes_limit(MAX_BYTES).await else {
            return Err(Site::refusal(StatusCode::PAYLOAD_TOO_LARGE, "That is more than a form of ours can hold."));
        };
        serde_urlencoded::from_bytes(&bytes)
            .map(Self)
            .map_err(|_| Site::refusal(StatusCode::BAD_REQUEST, "The form cannot be read."))
    }
}
