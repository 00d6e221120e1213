//! What a method answers.

use std::collections::BTreeSet;

use super::annotate::{Alternatives, Annotator, Side};
use super::vocabulary::Vocabulary;
use crate::model::{Kind, MediaKind, MediaType, Operation, Page, Response, Schema, Status};

/// How the body is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// Read and typed.
    Value,
    /// Pages of this item.
    Pages(String),
    /// Bytes, as they come.
    Download,
    /// Values, as they come.
    Stream,
}

/// What a method answers.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub form: Form,
    /// The type of the body, as an annotation.
    pub annotation: String,
    /// The same, as an expression; `None` where there is no body.
    pub expression: Option<String>,
    /// Expressions by status, where successes differ.
    pub by_status: Vec<(u16, String)>,
    /// `Accept`.
    pub accept: String,
    /// Words to import.
    pub words: BTreeSet<&'static str>,
}

impl Answer {
    /// What the operation answers; where it may stream, the answer at once.
    pub(super) fn of(vocabulary: &Vocabulary<'_>, operation: &Operation) -> Self {
        let successes: Vec<&Response> = operation.successes().collect();
        let Some(media) = operation.success().and_then(Response::preferred) else { return Self::empty() };
        match media.kind {
            MediaKind::Json => Self::json(vocabulary, operation, &successes),
            MediaKind::EventStream | MediaKind::JsonLines => Self::stream(vocabulary, media),
            MediaKind::Text => Self::plain("str", Form::Value, media),
            _ => Self::plain("bytes", Form::Download, media),
        }
    }

    /// The stream that the operation offers besides its answer at once.
    pub(super) fn streamed(vocabulary: &Vocabulary<'_>, operation: &Operation) -> Option<Self> {
        let success = operation.success()?;
        let preferred = success.preferred()?;
        let media = success.content.iter().find(|media| media.kind == MediaKind::EventStream)?;
        (preferred.kind != MediaKind::EventStream).then(|| Self::stream(vocabulary, media))
    }

    pub(super) fn is_stream(&self) -> bool {
        self.form == Form::Stream
    }

    fn empty() -> Self {
        let (annotation, accept) = ("None".to_owned(), "*/*".to_owned());
        Self { form: Form::Value, annotation, expression: None, by_status: Vec::new(), accept, words: BTreeSet::new() }
    }

    fn plain(kind: &str, form: Form, media: &MediaType) -> Self {
        Self {
            form,
            annotation: kind.to_owned(),
            expression: Some(kind.to_owned()),
            accept: accept(media),
            ..Self::empty()
        }
    }

    fn stream(vocabulary: &Vocabulary<'_>, media: &MediaType) -> Self {
        let mut answer = Self { form: Form::Stream, accept: accept(media), ..Self::empty() };
        match media.schema.as_ref().filter(|schema| !matches!(schema.kind, Kind::Any | Kind::String(_))) {
            Some(schema) => {
                answer.annotation = answer.typed(vocabulary, schema, Alternatives::Bars);
                answer.expression = Some(answer.typed(vocabulary, schema, Alternatives::Union));
            }
            None => {
                answer.words.insert("Event");
                answer.annotation = "Event".to_owned();
                answer.expression = Some("Event".to_owned());
            }
        }
        answer
    }

    fn json(vocabulary: &Vocabulary<'_>, operation: &Operation, successes: &[&Response]) -> Self {
        let mut answer = Self { accept: "application/json".to_owned(), ..Self::empty() };
        let any = Schema::default();
        let mut kinds: Vec<(Status, String, String)> = Vec::new();
        for response in successes {
            let media = response.content.iter().find(|media| media.kind == MediaKind::Json);
            let schema = media.map(|media| media.schema.as_ref().unwrap_or(&any));
            let (annotation, expression) = match schema {
                Some(schema) => (
                    answer.typed(vocabulary, schema, Alternatives::Bars),
                    answer.typed(vocabulary, schema, Alternatives::Union),
                ),
                None => ("None".to_owned(), String::new()),
            };
            if let Some(media) = media.filter(|media| media.name != "*/*") {
                answer.accept = accept(media);
            }
            kinds.push((response.status, annotation, expression));
        }
        answer.join(vocabulary, &kinds);
        if let Some(page) = &operation.page {
            answer.form = answer.pages(vocabulary, operation, page);
        }
        answer
    }

    fn join(&mut self, vocabulary: &Vocabulary<'_>, kinds: &[(Status, String, String)]) {
        let mut annotator = Annotator::new(vocabulary, "models.", Side::Answer, Alternatives::Bars);
        self.annotation = annotator.union(kinds.iter().map(|(_, annotation, _)| annotation.clone()).collect());
        self.words.extend(annotator.mentions.words);
        let first =
            kinds.iter().map(|(_, _, expression)| expression).find(|expression| !expression.is_empty()).cloned();
        for (status, _, expression) in kinds {
            if let Status::Code(code) = status
                && !expression.is_empty()
                && Some(expression) != first.as_ref()
            {
                self.by_status.push((*code, expression.clone()));
            }
        }
        self.expression = first;
    }

    fn typed(&mut self, vocabulary: &Vocabulary<'_>, schema: &Schema, alternatives: Alternatives) -> String {
        let mut annotator = Annotator::new(vocabulary, "models.", Side::Answer, alternatives);
        let kind = annotator.write(schema);
        self.words.extend(annotator.mentions.words);
        kind
    }

    fn pages(&mut self, vocabulary: &Vocabulary<'_>, operation: &Operation, page: &Page) -> Form {
        let schema = operation.success().and_then(Response::preferred).and_then(|media| media.schema.as_ref());
        let item = schema.and_then(|schema| item_of(vocabulary, schema, &page.items));
        let kind = item.map_or_else(|| "Any".to_owned(), |item| self.typed(vocabulary, item, Alternatives::Bars));
        if kind == "Any" {
            self.words.insert("Any");
        }
        Form::Pages(kind)
    }
}

fn item_of<'a>(vocabulary: &Vocabulary<'a>, schema: &'a Schema, path: &[String]) -> Option<&'a Schema> {
    let mut at = vocabulary.api.resolve(schema)?;
    for name in path {
        at = vocabulary.api.resolve(&at.as_object()?.property(name)?.schema)?;
    }
    match &at.kind {
        Kind::Array(array) => Some(&array.items),
        _ => None,
    }
}

fn accept(media: &MediaType) -> String {
    media.name.split(';').next().unwrap_or("*/*").trim().to_owned()
}
