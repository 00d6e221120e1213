//! The session's cookie: `__Host-gatepost` over https, `gatepost` on http loopback.

use poem::Request;
use poem::http::header;

/// How long browsers keep it: as long as a session can live. The server ends idle ones long before.
const MAX_AGE_SECONDS: i64 = super::ABSOLUTE_MS / 1000;
/// 256 bits in base64url.
const ID_LENGTH: usize = 43;

/// Reads and writes the cookie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionCookie {
    secure: bool,
}

impl SessionCookie {
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    const fn name(self) -> &'static str {
        if self.secure { "__Host-gatepost" } else { "gatepost" }
    }

    /// The value that the visitor sent, if it can be one at all.
    pub fn read(self, request: &Request) -> Option<&str> {
        let lines = request.headers().get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(';')).find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == self.name() && is_id(value)).then_some(value)
        })
    }

    /// The `Set-Cookie` that keeps a session.
    pub fn keep(self, secret: &str) -> String {
        self.line(secret, MAX_AGE_SECONDS)
    }

    /// The `Set-Cookie` that forgets it.
    pub fn forget(self) -> String {
        self.line("", 0)
    }

    fn line(self, value: &str, max_age: i64) -> String {
        let (name, secure) = (self.name(), if self.secure { "; Secure" } else { "" });
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}")
    }
}

fn is_id(value: &str) -> bool {
    value.len() == ID_LENGTH && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        let line = SessionCookie::new(true).keep("x");
        assert_eq!(line, "__Host-gatepost=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure");
    }

    #[test]
    fn only_a_value_that_can_be_an_id_is_read() {
        let id = "a".repeat(43);
        let read = |cookie: String| {
            let request = Request::builder().header("cookie", cookie).finish();
            SessionCookie::new(false).read(&request).map(str::to_owned)
        };
        assert_eq!(read(format!("other=1; gatepost={id}")), Some(id.clone()));
        assert_eq!(read(format!("__Host-gatepost={id}")), None);
        assert_eq!(read("gatepost=short".to_owned()), None);
        assert_eq!(read(format!("gatepost={}", "a b".repeat(15))), None);
    }
}
