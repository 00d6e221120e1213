//! How an attempt ended, in plain words, and what to do about it.

use crate::api::Outcome;

impl Outcome {
    /// Whether the receiver took it.
    pub fn is_good(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// For a badge: `500`, `timeout`.
    pub fn short(&self) -> String {
        match (self.status, self.failure.as_deref()) {
            (Some(status), _) => status.to_string(),
            (None, Some("address")) => "no address".to_owned(),
            (None, Some("connection")) => "no connection".to_owned(),
            (None, Some(failure)) => failure.to_owned(),
            (None, None) => String::new(),
        }
    }

    /// What happened, in a sentence.
    pub fn told(&self) -> String {
        match (self.status, self.failure.as_deref()) {
            (Some(status), _) if self.is_good() => format!("The receiver took it, with {status}."),
            (Some(status), _) => format!("The receiver answered {status}, and only a status of 2xx takes a delivery."),
            (None, Some("address")) => "The URL leads to no address that webhooks may reach.".to_owned(),
            (None, Some("connection")) => "There was no connection to the receiver, or it broke.".to_owned(),
            (None, Some("timeout")) => "The receiver did not answer in time.".to_owned(),
            (None, _) => "There was no answer.".to_owned(),
        }
    }

    /// What to do about it; nothing where it was taken.
    pub fn advice(&self) -> Option<&'static str> {
        match (self.status, self.failure.as_deref()) {
            (Some(status), _) => by_status(status),
            (None, Some("address")) => Some(
                "Check the host and port of the URL: its name must resolve to public addresses alone, and the port be 443 or 8443. Addresses of private networks are refused unless the operator allows them.",
            ),
            (None, Some("connection")) => Some(
                "Check that the receiver listens at that host and port, that its certificate is valid for the name with its whole chain, and that no firewall is in between.",
            ),
            (None, Some("timeout")) => {
                Some("Answer first, work later: put the event into a queue of your own and answer 2xx at once.")
            }
            (None, _) => None,
        }
    }
}

fn by_status(status: i32) -> Option<&'static str> {
    Some(match status {
        200..300 => return None,
        300..400 => "Redirects are not followed. Enter the address that it leads to as the endpoint’s URL.",
        400 | 422 => {
            "Often the signature did not verify there: check that it uses this endpoint’s newest secret, and the body’s bytes as they came. Its answer below may say more."
        }
        401 | 403 | 407 => {
            "Something in front of the receiver asks for credentials. Deliveries carry none but their signature: let this path through to the code that verifies it."
        }
        404 | 405 | 501 => {
            "There is nothing at this path that takes a POST. Check the URL’s path against the receiver’s routes."
        }
        410 => {
            "It says that it is gone for good, and so the endpoint was disabled. If that was a mistake, mend the receiver, enable the endpoint and replay."
        }
        413 => "The body was too large for the receiver. Raise its limit: bodies are 256 KiB at most.",
        415 => "The receiver does not take application/json. Let it read the body as it comes.",
        429 => "The receiver asked for fewer. A Retry-After that it sends is kept to.",
        408 | 504 => "Something in front of the receiver waited too long for it. Answer first, work later.",
        502 | 503 => "The receiver was away, or what stands in front of it found it so. It is tried again by itself.",
        500.. => "The receiver broke on it. Its own log says why; how its answer began is below. Mend it, then replay.",
        _ => "The receiver refused it. Its answer below may say why.",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: i32) -> Outcome {
        Outcome { status: Some(status), failure: None }
    }

    fn failed(failure: &str) -> Outcome {
        Outcome { status: None, failure: Some(failure.to_owned()) }
    }

    #[test]
    fn whatever_was_not_taken_comes_with_what_to_do() {
        for status in [100, 199, 300, 301, 400, 401, 404, 410, 418, 429, 499, 500, 503, 599, 999] {
            assert!(answered(status).advice().is_some() && !answered(status).is_good(), "{status}");
            assert!(answered(status).told().contains(&status.to_string()));
        }
        for failure in ["address", "connection", "timeout"] {
            assert!(failed(failure).advice().is_some() && !failed(failure).short().is_empty(), "{failure}");
        }
        for status in [200, 204, 299] {
            assert!(answered(status).advice().is_none() && answered(status).is_good(), "{status}");
        }
    }

    #[test]
    fn a_reason_that_is_new_is_told_as_it_is() {
        assert_eq!(failed("eclipse").short(), "eclipse");
        assert_eq!(failed("eclipse").told(), "There was no answer.");
        assert_eq!(Outcome::default().short(), "");
    }
}
