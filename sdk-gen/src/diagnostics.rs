//! What is wrong with a document, where, and what to do about it.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Repaired; what was generated says what the document means.
    Warning,
    /// Something is missing from the output, or a rule is broken.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Short machine-readable name of the kind of finding, for example `dangling-ref`.
    pub code: &'static str,
    /// File name of the document.
    pub file: String,
    /// Line in the file, from 1; `None` until it has been looked up, or when there is none.
    pub line: Option<usize>,
    /// JSON pointer to the place.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// The operation that it costs or concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
}

impl Diagnostic {
    /// A finding that was repaired.
    pub fn warning(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, pointer.into(), message.into())
    }

    /// A finding that costs something.
    pub fn error(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, pointer.into(), message.into())
    }

    fn new(severity: Severity, code: &'static str, pointer: String, message: String) -> Self {
        let (file, line, remedy, operation) = (String::new(), None, String::new(), None);
        Self { severity, code, file, line, pointer, message, remedy, operation }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Says which operation it concerns.
    #[must_use]
    pub fn operation(mut self, id: impl Into<String>) -> Self {
        self.operation = Some(id.into());
        self
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}: ", self.file, self.line.unwrap_or(1))?;
        if self.severity == Severity::Warning {
            write!(out, "warning: ")?;
        }
        write!(out, "{}", self.message.trim_end_matches('.'))?;
        if !self.pointer.is_empty() {
            write!(out, " ({})", self.pointer)?;
        }
        write!(out, ".")?;
        if !self.remedy.is_empty() {
            write!(out, " {}", self.remedy)?;
        }
        Ok(())
    }
}
