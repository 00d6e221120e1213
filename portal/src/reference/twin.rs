//! The reference as Markdown: the same views as the HTML pages, for programs that read.

use std::fmt::Write as _;

use super::fields::Field;
use super::operation::{AnswerView, ExampleView, OperationView};
use super::{OperationLine, Reference, SchemaView, TagView};

/// Collects lines. Writing to a string cannot fail, so the results of `write!` are dropped.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: impl AsRef<str>) {
        self.0.push_str(text.as_ref());
        self.0.push('\n');
    }

    fn paragraph(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref().trim();
        if !text.is_empty() {
            let _ = write!(self.0, "{text}\n\n");
        }
    }

    fn code(&mut self, language: &str, code: &str) {
        let fence = if code.contains("```") { "````" } else { "```" };
        let _ = write!(self.0, "{fence}{language}\n{}\n{fence}\n\n", code.trim_end());
    }

    fn operations(&mut self, operations: &[OperationLine]) {
        for operation in operations {
            let OperationLine { title, address, method, path, .. } = operation;
            self.line(format!("- [{title}]({address}.md): `{method} {path}`"));
        }
        self.line("");
    }

    fn fields(&mut self, fields: &[Field], depth: usize) {
        for field in fields {
            let indent = "  ".repeat(depth);
            let need = if field.required { "required" } else { "optional" };
            let mut about = vec![field.kind.markdown(), need.to_owned()];
            about.extend(field.deprecated.then(|| "deprecated".to_owned()));
            about.extend(field.facts.iter().cloned());
            let mut words = field.description.markdown_line();
            if !field.values.is_empty() {
                let _ = write!(words, " One of: {}.", values(field));
            }
            self.line(format!("{indent}- `{}` ({}): {}", field.name, about.join("; "), words.trim()));
            self.fields(&field.children, depth + 1);
        }
        if depth == 0 && !fields.is_empty() {
            self.line("");
        }
    }

    fn examples(&mut self, examples: &[ExampleView]) {
        for example in examples {
            self.code("json", &example.json);
        }
    }

    fn answers(&mut self, answers: &[AnswerView]) {
        for answer in answers {
            self.paragraph(format!("### {}", answer.status));
            self.paragraph(answer.description.markdown());
            if let (Some(media), Some(kind)) = (&answer.media, &answer.kind) {
                self.paragraph(format!("`{media}`: {}", kind.markdown()));
            }
            self.fields(&answer.headers, 0);
            self.fields(&answer.fields, 0);
            self.examples(&answer.examples);
        }
    }
}

fn values(field: &Field) -> String {
    let mut values: Vec<String> = field.values.iter().map(|value| format!("`{value}`")).collect();
    if field.more_values > 0 {
        values.push(format!("and {} more", field.more_values));
    }
    values.join(", ")
}

/// The reference's first page.
pub(crate) fn index(reference: &Reference) -> String {
    let mut page = Page::default();
    page.paragraph(format!("# {} reference", reference.api.info.title));
    page.paragraph(reference.api.info.description.as_deref().unwrap_or_default());
    for tag in reference.tags() {
        page.paragraph(format!("## [{}]({}.md)", tag.label, tag.address));
        page.paragraph(tag.description.markdown());
        page.operations(&tag.operations);
    }
    page.paragraph("## Schemas");
    for (name, address) in reference.schemas() {
        page.line(format!("- [{name}]({address}.md)"));
    }
    page.0
}

/// A tag.
pub(crate) fn tag(tag: &TagView) -> String {
    let mut page = Page::default();
    page.paragraph(format!("# {}", tag.label));
    page.paragraph(tag.description.markdown());
    page.operations(&tag.operations);
    page.0
}

/// An operation.
pub(crate) fn operation(view: &OperationView) -> String {
    let mut page = Page::default();
    page.paragraph(format!("# {}", view.title));
    page.paragraph(format!(
        "`{} {}` · `{}` · [{}]({}.md)",
        view.method, view.path, view.id, view.tag, view.tag_address
    ));
    page.paragraph(if view.deprecated { "**Deprecated.**" } else { "" });
    page.paragraph(view.description.markdown());
    page.paragraph("## Access");
    page.paragraph(&view.credentials.sentence);
    if !view.credentials.scopes.is_empty() {
        page.paragraph(format!("Scopes: {}.", ticked(&view.credentials.scopes)));
    }
    if !view.credentials.callers.is_empty() {
        page.paragraph(format!("Callers: {}.", view.credentials.callers.join(", ")));
    }
    page.paragraph(view.limit.as_ref().map(|limit| format!("Limit class: `{limit}`.")).unwrap_or_default());
    request(&mut page, view);
    page.paragraph("## Answers");
    page.answers(&view.successes);
    if !view.errors.is_empty() {
        page.paragraph("## Errors");
        for error in &view.errors {
            let kind = error.kind.as_ref().map(|kind| format!(" ({})", kind.markdown())).unwrap_or_default();
            page.line(format!("- `{}`{kind}: {}", error.status, error.description.markdown_line()));
        }
        page.line("");
    }
    if !view.samples.is_empty() {
        page.paragraph("## Samples");
    }
    for sample in &view.samples {
        page.paragraph(format!("### {}", sample.label));
        page.code(if sample.language == "curl" { "sh" } else { sample.language }, &sample.code);
    }
    page.0
}

fn request(page: &mut Page, view: &OperationView) {
    if !view.parameters.is_empty() {
        page.paragraph("## Parameters");
        for parameter in &view.parameters {
            let mut field = parameter.field.clone();
            field.facts.insert(0, format!("in {}", parameter.place));
            page.fields(&[field], 1);
        }
        page.line("");
    }
    if let Some(body) = &view.body {
        page.paragraph("## Body");
        let need = if body.required { "required" } else { "optional" };
        page.paragraph(format!("`{}`, {need}: {}", body.media, body.kind.markdown()));
        page.paragraph(body.description.markdown());
        page.fields(&body.fields, 0);
        page.examples(&body.examples);
    }
}

/// A schema.
pub(crate) fn schema(view: &SchemaView) -> String {
    let mut page = Page::default();
    page.paragraph(format!("# {}", view.name));
    page.paragraph(view.description.markdown());
    let mut about = vec![view.kind.markdown()];
    about.extend(view.facts.iter().cloned());
    page.paragraph(format!("Type: {}.", about.join("; ")));
    if !view.values.is_empty() {
        page.paragraph(format!("One of: {}.", ticked(&view.values)));
    }
    page.fields(&view.fields, 0);
    if let Some(example) = &view.example {
        page.code("json", example);
    }
    if !view.used_by.is_empty() {
        page.paragraph("## Used by");
        page.operations(&view.used_by);
    }
    page.0
}

fn ticked(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
