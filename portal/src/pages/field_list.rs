//! Rows of fields with rows below them: a template that renders itself, since askama's macros cannot.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::html::SafeHtml;
use crate::markdown;
use crate::reference::Field;

/// Fields as a list.
#[derive(Template)]
#[template(path = "parts/fields.html")]
pub(crate) struct FieldList<'a> {
    fields: &'a [Field],
    depth: usize,
    answer: bool,
}

impl<'a> FieldList<'a> {
    pub const fn of(fields: &'a [Field]) -> Self {
        Self { fields, depth: 0, answer: false }
    }

    /// Fields of an answer: most are always there, so the others are marked.
    pub const fn of_answer(fields: &'a [Field]) -> Self {
        Self { fields, depth: 0, answer: true }
    }

    fn below(&self, field: &'a Field) -> Self {
        Self { fields: &field.children, depth: self.depth + 1, answer: self.answer }
    }
}

/// It is an escaping template, so its output is as safe as any page's.
impl HtmlSafe for FieldList<'_> {}

impl Field {
    /// Its bounds, with code as code.
    pub fn facts_html(&self) -> Vec<SafeHtml> {
        self.facts.iter().map(|fact| markdown::spec_line(fact)).collect()
    }
}
