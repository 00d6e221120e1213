//! One operation as its page shows it.

use sdk_gen::model::{Header, Location, MediaType, Operation, Response};

use super::credentials::Credentials;
use super::fields::{Field, fields, row};
use super::sample::{Sample, pretty};
use super::{Reference, Text, TypeText, title};

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct OperationView {
    pub id: String,
    pub title: String,
    pub method: &'static str,
    pub path: String,
    pub address: String,
    pub tag: String,
    pub tag_address: String,
    pub description: Text,
    pub deprecated: bool,
    pub credentials: Credentials,
    pub limit: Option<String>,
    pub idempotency_header: Option<String>,
    pub pages: bool,
    pub parameters: Vec<ParameterView>,
    pub body: Option<BodyView>,
    pub successes: Vec<AnswerView>,
    pub errors: Vec<AnswerView>,
    pub samples: Vec<Sample>,
}

/// One parameter.
#[derive(Debug, Clone)]
pub(crate) struct ParameterView {
    pub place: &'static str,
    pub field: Field,
    pub example: Option<String>,
}

/// A body that is sent.
#[derive(Debug, Clone)]
pub(crate) struct BodyView {
    pub required: bool,
    pub media: String,
    pub kind: TypeText,
    pub description: Text,
    pub fields: Vec<Field>,
    pub examples: Vec<ExampleView>,
}

/// An example of a body.
#[derive(Debug, Clone)]
pub(crate) struct ExampleView {
    pub name: String,
    pub json: String,
}

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct AnswerView {
    pub status: String,
    pub description: Text,
    pub headers: Vec<Field>,
    pub media: Option<String>,
    pub kind: Option<TypeText>,
    pub fields: Vec<Field>,
    pub examples: Vec<ExampleView>,
}

impl OperationView {
    pub fn of(reference: &Reference, operation: &Operation, samples: Vec<Sample>) -> Self {
        let success = |response: &&Response| operation.successes().any(|other| std::ptr::eq(other, *response));
        Self {
            id: operation.id.clone(),
            title: title(operation),
            method: operation.method.upper(),
            path: operation.path.clone(),
            address: reference.addresses.operation(&operation.id).to_owned(),
            tag: operation.resource.clone(),
            tag_address: reference.addresses.tag(&operation.resource).to_owned(),
            description: Text::of(operation.description.as_deref()),
            deprecated: operation.deprecated,
            credentials: Credentials::of(reference, operation),
            limit: operation.limit.clone(),
            idempotency_header: operation.idempotency_header.clone(),
            pages: operation.page.is_some(),
            parameters: operation.parameters.iter().map(|parameter| ParameterView::of(reference, parameter)).collect(),
            body: operation.body.as_ref().and_then(|body| BodyView::of(reference, body)),
            successes: operation
                .responses
                .iter()
                .filter(success)
                .map(|one| AnswerView::of(reference, one, true))
                .collect(),
            errors: operation
                .responses
                .iter()
                .filter(|one| !success(one))
                .map(|one| AnswerView::of(reference, one, false))
                .collect(),
            samples,
        }
    }
}

impl ParameterView {
    fn of(reference: &Reference, parameter: &sdk_gen::model::Parameter) -> Self {
        let mut field = row(reference, &parameter.name, parameter.required, &parameter.schema);
        if let Some(description) = &parameter.description {
            field.description = Text::of(Some(description));
        }
        field.deprecated |= parameter.deprecated;
        let example = parameter.examples.first().map(|example| super::facts::short(&example.value));
        Self { place: place(parameter.location), field, example }
    }
}

impl BodyView {
    fn of(reference: &Reference, body: &sdk_gen::model::RequestBody) -> Option<Self> {
        let media = body.preferred()?;
        let schema = media.schema.clone().unwrap_or_default();
        Some(Self {
            required: body.required,
            media: media.name.clone(),
            kind: TypeText::of(reference, &schema),
            description: Text::of(body.description.as_deref()),
            fields: fields(reference, &schema),
            examples: examples(media),
        })
    }
}

impl AnswerView {
    /// Errors mostly share one schema: it is linked, not written out on each page.
    fn of(reference: &Reference, response: &Response, whole: bool) -> Self {
        let media = response.preferred();
        let schema = media.and_then(|media| media.schema.as_ref());
        Self {
            status: response.status.text(),
            description: Text::of(response.description.as_deref()),
            headers: response.headers.iter().map(|header| header_row(reference, header)).collect(),
            media: media.map(|media| media.name.clone()),
            kind: schema.map(|schema| TypeText::of(reference, schema)),
            fields: schema.filter(|_| whole).map(|schema| fields(reference, schema)).unwrap_or_default(),
            examples: media.map(examples).unwrap_or_default(),
        }
    }
}

fn header_row(reference: &Reference, header: &Header) -> Field {
    let mut field = row(reference, &header.name, header.required, &header.schema);
    if let Some(description) = &header.description {
        field.description = Text::of(Some(description));
    }
    field
}

fn examples(media: &MediaType) -> Vec<ExampleView> {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "example".to_owned());
    media
        .examples
        .iter()
        .map(|example| ExampleView { name: name(&example.name), json: pretty(&example.value) })
        .collect()
}

const fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}
