//! Forms are taken from our own pages alone.
//!
//! The way of Go's `CrossOriginProtection`: for methods that change something, `Sec-Fetch-Site` must say `same-origin` (or
//! `none`: typed by the visitor); where a browser sends none, `Origin` must be ours; with neither, no. A token of the
//! session in each form is the second line (see [`crate::session::SignedForm`]).

use poem::Request;
use poem::http::{Method, header};

/// Whether the request must be refused as coming from another site.
pub(crate) fn refuse_cross_site(request: &Request, public_url: &str) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    match text(request, "sec-fetch-site") {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => text(request, header::ORIGIN.as_str()) != Some(origin(public_url)),
    }
}

/// Scheme, host and port of an address without a path of its own.
fn origin(public_url: &str) -> &str {
    let after_scheme = public_url.find("://").map_or(0, |at| at + 3);
    let path = public_url.get(after_scheme..).and_then(|rest| rest.find('/'));
    path.and_then(|at| public_url.get(..after_scheme + at)).unwrap_or(public_url)
}

fn text<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: Method, headers: &[(&str, &str)]) -> bool {
        let request = headers
            .iter()
            .fold(Request::builder().method(method), |request, (name, value)| request.header(*name, *value));
        refuse_cross_site(&request.finish(), "https://api.example.org")
    }

    #[test]
    fn reading_is_never_refused() {
        assert!(!refused(Method::GET, &[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn fetch_metadata_decides_where_there_is_any() {
        assert!(!refused(Method::POST, &[("sec-fetch-site", "same-origin")]));
        assert!(!refused(Method::POST, &[("sec-fetch-site", "none")]));
        assert!(refused(Method::POST, &[("sec-fetch-site", "cross-site"), ("origin", "https://api.example.org")]));
        assert!(refused(Method::POST, &[("sec-fetch-site", "same-site"), ("origin", "https://api.example.org")]));
    }

    #[test]
    fn without_it_the_origin_must_be_ours_to_the_letter() {
        assert!(!refused(Method::POST, &[("origin", "https://api.example.org")]));
        assert!(refused(Method::POST, &[("origin", "https://api.example.org.evil.example")]));
        assert!(refused(Method::POST, &[("origin", "http://api.example.org")]));
        assert!(refused(Method::POST, &[("origin", "null")]));
        assert!(refused(Method::POST, &[]));
    }
}
