//! The credentials that a request shows: `X-API-Key`, and `Authorization` of Bearer or Basic. Never the query, never a cookie (S13).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::http::{HeaderMap, HeaderName, header};
use secrecy::SecretString;

use super::encoding::decode;
use crate::auth::Presented;
use crate::domain::sessions;
use crate::problem::{Fault, Problem, kind};

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What was shown. An `Authorization` of another scheme counts as nothing shown.
///
/// # Errors
/// 400 when a header is there twice or is not plain text: nobody should have to guess which one was meant.
pub(super) fn presented(headers: &HeaderMap) -> Result<Presented<'_>, Problem> {
    let api_key = one(headers, &API_KEY)?;
    let bearer = match one(headers, &header::AUTHORIZATION)? {
        Some(authorization) => bearer(authorization)?,
        None => None,
    };
    Ok(Presented { api_key, bearer, origin: origin(headers), address: None })
}

/// `Idempotency-Key`: a structured-field string, or its text alone (S80). Its length is the contract's to bound.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(text) = one(headers, &IDEMPOTENCY_KEY)? else { return Ok(None) };
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if bare.is_empty() || bare.contains(['"', '\\']) {
        return Err(Problem::invalid(vec![Fault::header(
            "Idempotency-Key",
            "must be plain text without quotes inside",
        )]));
    }
    Ok(Some(bare))
}

/// What the client calls itself, fit to be kept.
pub(super) fn user_agent(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::USER_AGENT)?;
    sessions::user_agent(&String::from_utf8_lossy(value.as_bytes()))
}

/// The one origin that is named; two are as good as none.
pub(super) fn origin(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::ORIGIN).iter();
    values.next().filter(|_| values.next().is_none())?.to_str().ok()
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(refused(format!("The header {name} is there more than once.")));
    }
    value.to_str().map(Some).map_err(|_| refused(format!("The header {name} is not plain text.")))
}

/// The token of `Bearer TOKEN` (RFC 6750, 2.1); the scheme's case does not matter (S18).
fn bearer(authorization: &str) -> Result<Option<&str>, Problem> {
    let (scheme, token) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = token.trim_matches(' ');
    if token.is_empty() || token.contains([' ', ',', '"']) {
        return Err(refused("Authorization is not of the form Bearer TOKEN.".to_owned()));
    }
    Ok(Some(token))
}

/// The name and password of `Authorization: Basic`, each form-encoded before they were joined (RFC 6749, 2.3.1).
///
/// # Errors
/// 400 when the header is there twice or is not of that form.
pub(super) fn basic(headers: &HeaderMap) -> Result<Option<(String, SecretString)>, Problem> {
    let Some(authorization) = one(headers, &header::AUTHORIZATION)? else { return Ok(None) };
    let (scheme, encoded) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let read = || {
        let text = String::from_utf8(STANDARD.decode(encoded.trim_matches(' ')).ok()?).ok()?;
        let (name, password) = text.split_once(':')?;
        Some((decode(name).ok()?.into_owned(), decode(password).ok()?.into_owned().into()))
    };
    read()
        .map(Some)
        .ok_or_else(|| refused("Authorization is not of the form Basic NAME:PASSWORD in base64.".to_owned()))
}

fn refused(detail: String) -> Problem {
    Problem::new(&kind::MALFORMED_CREDENTIALS, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;
    use secrecy::ExposeSecret as _;

    fn of(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        lines.iter().for_each(|(name, value)| {
            headers.append(*name, HeaderValue::from_static(value));
        });
        headers
    }

    #[test]
    fn s18_the_scheme_has_any_case_and_the_token_one_form() {
        for good in ["Bearer abc", "bearer abc", "BEARER   abc "] {
            assert_eq!(presented(&of(&[("authorization", good)])).unwrap().bearer, Some("abc"), "{good}");
        }
        for bad in ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer \"a\""] {
            assert_eq!(
                presented(&of(&[("authorization", bad)])).err().map(|problem| problem.kind.status),
                Some(400),
                "{bad}"
            );
        }
        assert_eq!(presented(&of(&[("authorization", "Basic abc")])).unwrap().bearer, None);
    }

    #[test]
    fn a_clients_name_and_password_are_form_encoded_inside_basic() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.append("authorization", HeaderValue::from_str(text).unwrap());
            basic(&headers).map(|found| found.map(|(name, password)| (name, password.expose_secret().to_owned())))
        };
        let encode = |text: &str| format!("Basic {}", STANDARD.encode(text));
        assert_eq!(of(&encode("key%5F1:gp%5Flive_a+b%3A")).unwrap(), Some(("key_1".into(), "gp_live_a b:".into())));
        assert_eq!(of(&encode("a:b").replace("Basic", "bAsIc")).unwrap(), Some(("a".into(), "b".into())));
        assert_eq!(of("Bearer a").unwrap(), None);
        for bad in ["Basic".to_owned(), "Basic !".to_owned(), encode("no colon"), encode("a%:b"), encode("a:%ff")] {
            assert_eq!(of(&bad).err().map(|problem| problem.kind.status), Some(400), "{bad}");
        }
    }

    #[test]
    fn h65_doubled_credentials_are_refused() {
        let twice = of(&[("x-api-key", "a"), ("x-api-key", "a")]);
        assert_eq!(presented(&twice).err().map(|problem| problem.kind.status), Some(400));
        let twice = of(&[("authorization", "Bearer a"), ("authorization", "Basic b")]);
        assert_eq!(presented(&twice).err().map(|problem| problem.kind.status), Some(400));
    }
}
