//! What came back, and what a test says of it.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer that has been checked against the contract.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, null where there is none.
    pub body: Value,
    /// What was asked, for messages.
    pub request: String,
}

impl Answer {
    /// Panics unless the status is this one.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} answered {}: {}", self.request, self.status, self.body);
        self
    }

    /// Panics unless the status is this one and the problem's code that one.
    #[track_caller]
    pub fn refuses(self, status: u16, code: &str) -> Self {
        let answer = self.is(status);
        assert_eq!(answer.body["code"], code, "{} answered: {}", answer.request, answer.body);
        answer
    }

    /// Panics unless the answer is 422 and names a fault at this JSON pointer.
    #[track_caller]
    pub fn faults(self, pointer: &str) -> Self {
        let answer = self.is(422);
        let pointers: Vec<_> =
            answer.body["errors"].as_array().into_iter().flatten().filter_map(|e| e["pointer"].as_str()).collect();
        assert!(pointers.contains(&pointer), "{} names {pointers:?}, not {pointer}: {}", answer.request, answer.body);
        answer
    }

    /// A string of the body.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        self.body[name]
            .as_str()
            .unwrap_or_else(|| panic!("{} answered without a string {name}: {}", self.request, self.body))
            .to_owned()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
