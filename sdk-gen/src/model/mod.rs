//! The API as one typed model, read from any OpenAPI 3.0 or 3.1 document.
//!
//! Emitters work from [`Api`] alone and never see raw JSON: both dialects, every `$ref`, every spelling of "nullable"
//! have become one shape here. The model must not know any target language: names are the document's own, and each
//! target cleans them through [`crate::names`]. To add a fact, add a field with a doc comment, fill it in `read/`, and
//! leave what is there as it is: emitters build on it.

mod answers;
mod events;
mod hoist;
mod operation;
mod read;
mod schema;
mod security;
pub mod walk;

pub use events::EventTags;
pub use operation::{
    Encoding, Example, Header, Location, MediaKind, MediaType, Method, Operation, Page, PageKind, PageParameter,
    PagePlace, Parameter, PathPart, RequestBody, Response, Segment, Status, Style,
};
pub use schema::{
    Additional, ArrayType, Discriminator, EnumBase, EnumType, EnumValue, Kind, MapType, NamedType, NumberType,
    ObjectType, Property, Schema, StringType, TupleType, UnionType, Variant,
};
pub use security::{ApiKeyPlace, OAuthFlow, SchemeKind, SchemeUse, SecurityRequirement, SecurityScheme};

pub(crate) use read::read;

use indexmap::IndexMap;
use serde_json::Value;

/// Members that begin with `x-`, as the document has them.
pub type Extensions = IndexMap<String, Value>;

/// One API: all that an emitter needs.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// Which file the model came from and how to make its outputs again; goes into headers.
    pub origin: Origin,
    /// The document's `openapi` version, for example `3.1.1`.
    pub openapi: String,
    /// Title, version, description, contact, licence.
    pub info: Info,
    /// Servers in order; empty when the document names none (then the base address is the user's to give).
    pub servers: Vec<Server>,
    /// Security schemes by name.
    pub security_schemes: IndexMap<String, SecurityScheme>,
    /// Resources in order: declared tags that are used, then the others in order of first use.
    /// Every [`Operation::resource`] is the `name` of exactly one of these.
    pub tags: Vec<Tag>,
    /// Every operation, in document order, ids unique.
    pub operations: Vec<Operation>,
    /// Named types by their document name (`components.schemas`, then hoisted ones). [`Kind::Ref`] names a key of this map.
    pub types: IndexMap<String, NamedType>,
    /// Events that the API sends: `webhooks` and `x-webhooks`.
    pub webhooks: Vec<Webhook>,
    /// What `x-sdk` says, with everything that it leaves out derived.
    pub config: SdkConfig,
    /// Extensions at the top of the document.
    pub extensions: Extensions,
}

/// Where a model came from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// File name alone, for example `openapi.yaml`; never a folder of this machine.
    pub file: String,
    /// What to run to generate again, for example `cargo gen`.
    pub command: String,
}

/// The document's `info`.
#[derive(Debug, Clone, Default)]
pub struct Info {
    /// Title; `API` when the document has none.
    pub title: String,
    /// Version of the API; `0.0.0` when the document has none.
    pub version: String,
    /// One line.
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Terms of service address.
    pub terms_of_service: Option<String>,
    /// Contact name.
    pub contact_name: Option<String>,
    /// Contact address on the web.
    pub contact_url: Option<String>,
    /// Contact e-mail address.
    pub contact_email: Option<String>,
    /// Licence name.
    pub license_name: Option<String>,
    /// SPDX expression.
    pub license_identifier: Option<String>,
    /// Licence text address.
    pub license_url: Option<String>,
    /// Extensions in `info`.
    pub extensions: Extensions,
}

/// One base address.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Server {
    /// As written, variables in braces; may be relative (`/v1`).
    pub url: String,
    /// The address with each variable's default filled in, without a trailing slash.
    pub default_url: String,
    /// What it is.
    pub description: Option<String>,
    /// Variables of the address.
    pub variables: IndexMap<String, ServerVariable>,
}

/// One variable of a server address.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServerVariable {
    /// Used when the caller gives none.
    pub default: String,
    /// Allowed values; empty is any.
    pub values: Vec<String>,
    /// What it is.
    pub description: Option<String>,
}

/// A group of operations: a tag, or one derived from the path where an operation has no tag.
#[derive(Debug, Clone, Default)]
pub struct Tag {
    /// The tag as the document writes it; the resource's name in SDKs once cleaned.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// `x-displayName` or the like.
    pub display_name: Option<String>,
    /// False when it was derived or only used, not declared under `tags`.
    pub declared: bool,
    /// Extensions of the tag.
    pub extensions: Extensions,
}

/// An event that the API sends.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The event's name: its key under `webhooks`, for example `key.created`.
    pub name: String,
    /// operationId, if given.
    pub id: Option<String>,
    /// Method that the receiver sees.
    pub method: Method,
    /// Tags of the operation.
    pub tags: Vec<String>,
    /// One line.
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// On its way out.
    pub deprecated: bool,
    /// Headers and the like that come with it.
    pub parameters: Vec<Parameter>,
    /// The payload.
    pub body: Option<RequestBody>,
    /// Extensions of the operation.
    pub extensions: Extensions,
    /// JSON pointer into the document, for diagnostics.
    pub pointer: String,
}

/// How SDKs of this document are named and set up.
#[derive(Debug, Clone, Default)]
pub struct SdkConfig {
    /// npm package name.
    pub typescript_package: String,
    /// Python distribution and import name (an identifier).
    pub python_package: String,
    /// Crate name.
    pub rust_package: String,
    /// Prefix of environment variables, for example `GATEPOST` for `GATEPOST_API_KEY`.
    pub environment: String,
    /// Which operations deal in tokens.
    pub tokens: TokenConfig,
    /// The whole `x-sdk` object, for what a single target reads.
    pub raw: Extensions,
}

/// Operations (by id) that SDKs call or watch to keep access tokens fresh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenConfig {
    /// Takes a refresh token, answers a new pair.
    pub refresh: Option<String>,
    /// Their answers hold a token pair to keep.
    pub issue: Vec<String>,
    /// After these the kept tokens are dead.
    pub revoke: Vec<String>,
    /// Ends the session of the kept tokens; a path parameter of it is the session's id, the claim `sid` of the access token.
    pub logout: Option<String>,
}

impl Api {
    /// The operation of that id.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// Operations of a resource, in document order.
    pub fn operations_of<'a>(&'a self, resource: &'a str) -> impl Iterator<Item = &'a Operation> {
        self.operations.iter().filter(move |operation| operation.resource == resource)
    }

    /// The schema behind a chain of references; `None` for a cycle of nothing but references.
    #[must_use]
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> Option<&'a Schema> {
        let mut at = schema;
        for _ in 0..64 {
            let Kind::Ref(name) = &at.kind else { return Some(at) };
            at = &self.types.get(name)?.schema;
        }
        None
    }

    /// Whether the schema, or what it refers to, allows null.
    #[must_use]
    pub fn is_nullable(&self, schema: &Schema) -> bool {
        let mut at = schema;
        for _ in 0..64 {
            if at.nullable || matches!(at.kind, Kind::Null) {
                return true;
            }
            let Kind::Ref(name) = &at.kind else { return false };
            let Some(named) = self.types.get(name) else { return false };
            at = &named.schema;
        }
        false
    }

    /// The address that SDKs use when none is given: the first server, if it is absolute.
    #[must_use]
    pub fn default_server(&self) -> Option<&str> {
        self.servers.iter().map(|server| server.default_url.as_str()).find(|url| url.contains("://"))
    }

    /// A copy in which every inline object, enum and union (but not arrays, maps and primitives) has become a named
    /// type: for targets whose language has no anonymous types. Names come from [`Schema::hint`], made unique.
    #[must_use]
    pub fn with_named_inlines(&self) -> Self {
        hoist::named_inlines(self)
    }
}
