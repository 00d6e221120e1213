//! The security headers of every answer.

use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Nothing inline, nothing from elsewhere, no plug-ins, no frames, no script made of text.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; \
     require-trusted-types-for 'script'";

const EVERYWHERE: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Two years, the length that browsers' preload lists ask for at least half of.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Writes the headers that every answer has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecurityHeaders {
    https: bool,
}

impl SecurityHeaders {
    /// HSTS is for sites that the world reaches over https, and for no other.
    pub fn for_site(public_url: &str) -> Self {
        Self { https: public_url.starts_with("https://") }
    }

    pub fn write(self, headers: &mut HeaderMap) {
        for (name, value) in EVERYWHERE {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if self.https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
        }
    }
}
