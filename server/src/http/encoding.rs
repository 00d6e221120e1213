//! Percent-encoding, strictly: what is broken, is not UTF-8 or hides a NUL is refused, never guessed at.

use std::borrow::Cow;

use crate::problem::Problem;

/// A key or value of a query (`application/x-www-form-urlencoded`: a plus is a space).
///
/// # Errors
/// 400 for broken percent-encoding, bytes that are not UTF-8, and NUL.
pub fn decode(text: &str) -> Result<Cow<'_, str>, Problem> {
    if text.contains('+') {
        return decode_path(&text.replace('+', " ")).map(|text| Cow::Owned(text.into_owned()));
    }
    decode_path(text)
}

/// A piece of a path.
///
/// # Errors
/// As for [`decode`].
pub fn decode_path(text: &str) -> Result<Cow<'_, str>, Problem> {
    if !text.contains(['%', '\0']) {
        return Ok(Cow::Borrowed(text));
    }
    let bytes = decode_bytes(text.as_bytes()).ok_or_else(|| refused("is percent-encoded wrongly"))?;
    let text = String::from_utf8(bytes).map_err(|_| refused("is not UTF-8"))?;
    if text.contains('\0') {
        return Err(refused("holds a NUL"));
    }
    Ok(Cow::Owned(text))
}

fn refused(what: &str) -> Problem {
    Problem::malformed(format!("The address {what}."))
}

fn decode_bytes(text: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return Some(decoded),
            [b'%', high, low, after @ ..] => {
                decoded.push(digit(*high)? << 4 | digit(*low)?);
                after
            }
            [b'%', ..] => return None,
            [plain, after @ ..] => {
                decoded.push(*plain);
                after
            }
        };
    }
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_well_encoded_comes_back() {
        assert_eq!(decode("a%20b+c").unwrap(), "a b c");
        assert_eq!(decode_path("a+b%2Fc").unwrap(), "a+b/c");
        assert_eq!(decode("gr%C3%BC%C3%9Fe").unwrap(), "grüße");
        assert!(matches!(decode("plain").unwrap(), Cow::Borrowed("plain")));
    }

    #[test]
    fn h68_broken_encoding_overlong_utf8_and_nul_are_refused() {
        for bad in ["%", "%2", "%zz", "a%", "%c0%af", "%ff", "%00", "a%00b", "+%"] {
            assert_eq!(decode(bad).unwrap_err().kind.status, 400, "{bad}");
        }
    }
}
