//! Requests that two readers could understand differently are refused before anyone reads them (SECURITY.md, section 5).

use poem::Request;
use poem::http::{Version, header};

use super::encoding::decode;
use crate::problem::{Problem, kind};

/// The longest target that is looked at.
const MOST_TARGET_BYTES: usize = 32 * 1024;

/// 400 for what is ambiguous, 414 for what is too long.
pub(super) fn check(request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    if request.version() == Version::HTTP_11 {
        let mut hosts = headers.get_all(header::HOST).iter();
        if hosts.next().is_none() || hosts.next().is_some() {
            return Err(Problem::malformed("A request has exactly one Host header."));
        }
    }
    let target = request.uri();
    let query = target.query().unwrap_or_default();
    if target.path().len() + query.len() > MOST_TARGET_BYTES {
        return Err(Problem::new(
            &kind::URI_TOO_LONG,
            format!("The address may have {MOST_TARGET_BYTES} characters at most."),
        ));
    }
    for text in [target.path(), query] {
        if text.contains('%') {
            decode(text)?;
        }
    }
    Ok(())
}

/// Whether the connection must end after the answer. With `Transfer-Encoding` there may have been a `Content-Length` too,
/// which hyper drops before anyone sees it; then the next request of the connection could be smuggled (RFC 9112, 6.1).
pub(super) fn ends_connection(request: &Request) -> bool {
    request.headers().contains_key(header::TRANSFER_ENCODING)
}
