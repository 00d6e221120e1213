//! Why a document cannot be read at all.

use thiserror::Error;

/// The document is refused as a whole. Each says where and what to do.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{file}:1: the file cannot be read: {source}. Check the path")]
    Unreadable {
        /// Path as given.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Not UTF-8.
    #[error("{file}:{line}: the file is not UTF-8. Save it as UTF-8")]
    NotUtf8 {
        /// File name.
        file: String,
        /// Line of the first bad byte.
        line: usize,
    },
    /// Nothing in it.
    #[error("{file}:1: the file is empty. Give an OpenAPI 3.0 or 3.1 document")]
    Empty {
        /// File name.
        file: String,
    },
    /// Neither JSON nor YAML, or too deep, or too much.
    #[error("{file}:{line}: {message}. Correct the syntax here")]
    Syntax {
        /// File name.
        file: String,
        /// Line.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// Valid JSON or YAML, but no object.
    #[error("{file}:1: the document is not an object. An OpenAPI document begins with `openapi: 3.1.1`")]
    NotAnObject {
        /// File name.
        file: String,
    },
    /// No `openapi` member.
    #[error("{file}:1: there is no `openapi` member, so this is no OpenAPI document. Begin it with `openapi: 3.1.1`")]
    NotOpenApi {
        /// File name.
        file: String,
    },
    /// Swagger 2.0 and older.
    #[error(
        "{file}:1: this is Swagger {version}, which is not read. Convert it to OpenAPI 3 first (for example with swagger2openapi)"
    )]
    Swagger {
        /// File name.
        file: String,
        /// The version it names.
        version: String,
    },
    /// Another version.
    #[error("{file}:1: OpenAPI {version} is not read. Use 3.0 or 3.1")]
    Version {
        /// File name.
        file: String,
        /// The version it names.
        version: String,
    },
}

impl LoadError {
    /// Short machine-readable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::Empty { .. } => "empty",
            Self::Syntax { .. } => "syntax",
            Self::NotAnObject { .. } => "not-an-object",
            Self::NotOpenApi { .. } => "not-openapi",
            Self::Swagger { .. } => "swagger",
            Self::Version { .. } => "version",
        }
    }
}
