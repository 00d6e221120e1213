//! Questions that emitters ask of an operation.

use super::{Location, MediaKind, MediaType, Method, Operation, Parameter, RequestBody, Response, Status};

impl Operation {
    /// The answer that means success: the lowest 2xx that has a body, else the lowest 2xx, else `2XX`, else a lone
    /// `default`. `None` when the document describes none.
    #[must_use]
    pub fn success(&self) -> Option<&Response> {
        let mut found: Vec<&Response> = self.successes().collect();
        found.sort_by_key(|response| response.content.is_empty());
        found.first().copied()
    }

    /// Every answer that means success, lowest code first.
    pub fn successes(&self) -> impl Iterator<Item = &Response> {
        let explicit = self.responses.iter().any(|response| response.status.is_success());
        let mut found: Vec<&Response> = self
            .responses
            .iter()
            .filter(|response| response.status.is_success() || (!explicit && self.default_is_success(response)))
            .collect();
        found.sort_by_key(|response| response.status.rank());
        found.into_iter()
    }

    /// Every answer that means an error: 4xx and 5xx, and `default` when there is another success.
    pub fn errors(&self) -> impl Iterator<Item = &Response> {
        let explicit = self.responses.iter().any(|response| response.status.is_success());
        self.responses.iter().filter(move |response| match response.status {
            Status::Code(code) => code >= 400,
            Status::Range(digit) => digit >= 4,
            Status::Default => explicit || !self.default_is_success(response),
        })
    }

    /// `default` counts as success only where nothing else describes one and nothing says it is an error.
    fn default_is_success(&self, response: &Response) -> bool {
        response.status == Status::Default
            && !response.description.as_deref().is_some_and(|text| text.to_ascii_lowercase().contains("error"))
    }

    /// Parameters of one location, in order.
    pub fn parameters_in(&self, location: Location) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.location == location)
    }

    /// Whether a call without a credential is allowed.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.security.is_empty() || self.security.iter().any(|alternative| alternative.schemes.is_empty())
    }

    /// Scopes of the first alternative that names any; empty when none does.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        let uses = self.security.iter().flat_map(|alternative| &alternative.schemes);
        let first = uses.into_iter().find(|used| !used.scopes.is_empty());
        first.map(|used| used.scopes.iter().map(String::as_str).collect()).unwrap_or_default()
    }
}

impl RequestBody {
    /// The media type that SDKs send: JSON if offered, then form, multipart, and what comes first.
    #[must_use]
    pub fn preferred(&self) -> Option<&MediaType> {
        preferred(&self.content)
    }

    /// The first media type of that kind.
    #[must_use]
    pub fn of_kind(&self, kind: MediaKind) -> Option<&MediaType> {
        self.content.iter().find(|media| media.kind == kind)
    }
}

impl Response {
    /// The media type that SDKs read: JSON if offered, then what comes first.
    #[must_use]
    pub fn preferred(&self) -> Option<&MediaType> {
        preferred(&self.content)
    }
}

fn preferred(content: &[MediaType]) -> Option<&MediaType> {
    content.iter().min_by_key(|media| match media.kind {
        MediaKind::Json => 0,
        MediaKind::Multipart => 1,
        MediaKind::Form => 2,
        _ => 3,
    })
}

impl MediaKind {
    /// The kind of a media type by its name; parameters are ignored.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let essence = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" => Self::Form,
            "text/event-stream" => Self::EventStream,
            "application/jsonl"
            | "application/x-ndjson"
            | "application/ndjson"
            | "application/x-jsonlines"
            | "application/json-seq" => Self::JsonLines,
            "application/xml" | "application/yaml" | "application/x-yaml" => Self::Text,
            "application/json" | "text/json" | "*/*" | "application/*" => Self::Json,
            other if other.ends_with("+json") => Self::Json,
            other if other.starts_with("multipart/") => Self::Multipart,
            other if other.starts_with("text/") || other.ends_with("+xml") || other.ends_with("+yaml") => Self::Text,
            _ => Self::Bytes,
        }
    }
}

impl Status {
    /// `200`, `4XX`, `default`; case does not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("default") {
            return Some(Self::Default);
        }
        let digit = text.chars().next()?.to_digit(10).and_then(|digit| u8::try_from(digit).ok())?;
        if text.len() == 3 && text.get(1..).is_some_and(|rest| rest.eq_ignore_ascii_case("xx")) {
            return (1..=5).contains(&digit).then_some(Self::Range(digit));
        }
        text.parse().ok().filter(|code| (100..=599).contains(code)).map(Self::Code)
    }

    /// Whether it is a 2xx.
    #[must_use]
    pub fn is_success(self) -> bool {
        match self {
            Self::Code(code) => (200..300).contains(&code),
            Self::Range(digit) => digit == 2,
            Self::Default => false,
        }
    }

    /// As OpenAPI writes it.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Code(code) => code.to_string(),
            Self::Range(digit) => format!("{digit}XX"),
            Self::Default => "default".to_owned(),
        }
    }

    fn rank(self) -> u16 {
        match self {
            Self::Code(code) => code,
            Self::Range(digit) => u16::from(digit) * 100 + 99,
            Self::Default => u16::MAX,
        }
    }
}

impl Method {
    /// All methods in the order in which OpenAPI lists them.
    pub const ALL: [Self; 8] =
        [Self::Get, Self::Put, Self::Post, Self::Delete, Self::Options, Self::Head, Self::Patch, Self::Trace];

    /// Lower case, as in a path item.
    #[must_use]
    pub fn lower(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Post => "post",
            Self::Delete => "delete",
            Self::Options => "options",
            Self::Head => "head",
            Self::Patch => "patch",
            Self::Trace => "trace",
        }
    }

    /// Upper case, as on the wire.
    #[must_use]
    pub fn upper(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }
}

impl Location {
    /// As OpenAPI writes it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}
