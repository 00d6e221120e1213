//! Operations: what to send, what comes back.

use indexmap::IndexMap;
use serde_json::Value;

use super::{Extensions, Schema, SecurityRequirement, Server};

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Unique. The document's operationId, or one made for it (each with a diagnostic).
    pub id: String,
    /// False when the document has no operationId here, or one that was not unique.
    pub id_given: bool,
    /// HTTP method.
    pub method: Method,
    /// Path template as written, for example `/v1/keys/{keyId}`.
    pub path: String,
    /// The path between slashes, in order.
    pub segments: Vec<Segment>,
    /// Name of its resource: first tag, or a word of the path where there is none. Always in [`super::Api::tags`].
    pub resource: String,
    /// Tags as written.
    pub tags: Vec<String>,
    /// Method name within the resource, lowerCamelCase, unique there: operationId without the resource's noun
    /// (`createKey` in `keys` is `create`), the whole id where two would be one. Not yet cleaned for reserved words.
    pub name: String,
    /// One line.
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// On its way out.
    pub deprecated: bool,
    /// Address of more documentation.
    pub external_docs: Option<String>,
    /// Path, query, header and cookie parameters, those of the path item included. Path parameters come in the order
    /// of the path, each exactly once and required.
    pub parameters: Vec<Parameter>,
    /// The body, if any.
    pub body: Option<RequestBody>,
    /// Answers, in document order; may be empty.
    pub responses: Vec<Response>,
    /// Alternatives, the document's own already applied; empty is public. An alternative without schemes means that a
    /// credential is welcome but not needed.
    pub security: Vec<SecurityRequirement>,
    /// Servers of this operation or its path alone; empty means [`super::Api::servers`].
    pub servers: Vec<Server>,
    /// How to turn its pages, if it has any.
    pub page: Option<Page>,
    /// Wire name of the header that makes a repeated call safe, for example `Idempotency-Key`; it is a parameter too.
    pub idempotency_header: Option<String>,
    /// `x-caller`: who may call.
    pub caller: Vec<String>,
    /// `x-limit`: limit class.
    pub limit: Option<String>,
    /// `x-foreign`: the standard that fixes its shape.
    pub foreign: Option<String>,
    /// Every other extension.
    pub extensions: Extensions,
    /// JSON pointer into the document, for diagnostics.
    pub pointer: String,
}

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of HTTP")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
}

/// What stands between two slashes of a path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Segment {
    /// Usually one; `{owner}:{name}` has three.
    pub parts: Vec<PathPart>,
}

/// A piece of a path segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// Text, sent as it is.
    Literal(String),
    /// Wire name of a path parameter.
    Parameter(String),
}

/// One parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Wire name. Two parameters may share a name in different locations.
    pub name: String,
    /// Where it travels.
    pub location: Location,
    /// How values of several parts are written.
    pub style: Style,
    /// Whether each part is a pair of its own; the style's default already applied.
    pub explode: bool,
    /// Reserved characters go as they are.
    pub allow_reserved: bool,
    /// Must be sent.
    pub required: bool,
    /// On its way out.
    pub deprecated: bool,
    /// Markdown.
    pub description: Option<String>,
    /// Its type; [`super::Kind::Any`] when the document does not say.
    pub schema: Schema,
    /// The value is written in this media type (`application/json`) instead of a style.
    pub content: Option<String>,
    /// Examples.
    pub examples: Vec<Example>,
    /// False for a path parameter that the document uses but does not declare.
    pub declared: bool,
    /// Extensions of the parameter.
    pub extensions: Extensions,
    /// JSON pointer into the document, for diagnostics.
    pub pointer: String,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of OpenAPI")]
pub enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

/// How values of several parts are written (OpenAPI 3.1, 4.8.12.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of OpenAPI")]
pub enum Style {
    Matrix,
    Label,
    Form,
    Simple,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

/// A request body.
#[derive(Debug, Clone, Default)]
pub struct RequestBody {
    /// Must be sent.
    pub required: bool,
    /// Markdown.
    pub description: Option<String>,
    /// What it may be, in document order; never empty.
    pub content: Vec<MediaType>,
    /// Extensions.
    pub extensions: Extensions,
}

/// A body in one media type.
#[derive(Debug, Clone)]
pub struct MediaType {
    /// As written, for example `application/json; charset=utf-8`.
    pub name: String,
    /// How to write and read it.
    pub kind: MediaKind,
    /// Its type; `None` when the document does not say.
    pub schema: Option<Schema>,
    /// `encoding` by property (forms and multipart).
    pub encoding: IndexMap<String, Encoding>,
    /// Examples, in order.
    pub examples: Vec<Example>,
    /// Extensions.
    pub extensions: Extensions,
}

/// How to write and read a media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// `application/json` or another `+json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data` and other multipart.
    Multipart,
    /// `text/event-stream`.
    EventStream,
    /// JSON values one a line (`application/jsonl`, `x-ndjson`).
    JsonLines,
    /// `text/…`, XML, YAML: a string.
    Text,
    /// Bytes.
    Bytes,
}

/// How one property of a form is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Encoding {
    /// Media type of the part.
    pub content_type: Option<String>,
    /// Style, if given.
    pub style: Option<Style>,
    /// Explode, if given.
    pub explode: Option<bool>,
    /// Reserved characters go as they are.
    pub allow_reserved: bool,
}

/// An example.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Example {
    /// Its key under `examples`; `None` for `example`.
    pub name: Option<String>,
    /// One line.
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// The value.
    pub value: Value,
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// Which answers this is about.
    pub status: Status,
    /// Markdown.
    pub description: Option<String>,
    /// Headers that come with it.
    pub headers: Vec<Header>,
    /// What the body may be; empty is none.
    pub content: Vec<MediaType>,
    /// Name under `components.responses`, if it is shared.
    pub shared: Option<String>,
    /// Extensions.
    pub extensions: Extensions,
}

/// A header of an answer.
#[derive(Debug, Clone)]
pub struct Header {
    /// Wire name.
    pub name: String,
    /// Always there.
    pub required: bool,
    /// Markdown.
    pub description: Option<String>,
    /// Its type.
    pub schema: Schema,
}

/// Which answers a [`Response`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// One code.
    Code(u16),
    /// `4XX`: the first digit.
    Range(u8),
    /// Any other.
    Default,
}

/// How to turn pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Path of field names to the array in the answer; empty when the answer itself is the array.
    pub items: Vec<String>,
    /// What moves on.
    pub kind: PageKind,
    /// Wire name of the query parameter that sets the size of a page.
    pub size_parameter: Option<String>,
}

/// What moves on to the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageKind {
    /// The answer carries a cursor for the next request; absent, null or empty ends it.
    Cursor {
        /// Path of field names to the cursor in the answer.
        next: Vec<String>,
        /// Where it goes in the next request.
        parameter: PageParameter,
    },
    /// A page number that counts up; an empty page ends it.
    Number {
        /// Where it goes.
        parameter: PageParameter,
        /// The first page's number.
        first: u64,
    },
    /// How many items to skip; an empty page ends it.
    Offset {
        /// Where it goes.
        parameter: PageParameter,
    },
}

/// A parameter or body field that turns pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageParameter {
    /// Wire name.
    pub name: String,
    /// Where it stands.
    pub place: PagePlace,
}

/// Where a page parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagePlace {
    /// The query.
    Query,
    /// A field of the JSON body.
    Body,
}
