//! What a generated route answers: one success, or a problem. Both carry their operation in the type, so that
//! poem-openapi's document says which statuses it can have.

use std::marker::PhantomData;

use bytes::Bytes;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde::Serialize;

use super::{ErrorForm, Op, etag};
use crate::problem::Problem;

/// A success with a JSON body, already written.
#[derive(Debug)]
pub struct Answer<T, O> {
    status: StatusCode,
    body: Bytes,
    replayed: bool,
    of: PhantomData<fn() -> (T, O)>,
}

/// A success without a body.
#[derive(Debug)]
pub struct Done<O>(PhantomData<fn() -> O>);

/// A success that is text, such as CSV.
#[derive(Debug)]
pub struct Text<O> {
    body: String,
    of: PhantomData<fn() -> O>,
}

/// A problem as the answer of an operation.
#[derive(Debug)]
pub struct Failure<O> {
    problem: Problem,
    of: PhantomData<fn() -> O>,
}

/// The status that the contract gives the operation's success.
pub fn success<O: Op>() -> StatusCode {
    StatusCode::from_u16(O::OPERATION.success).unwrap_or(StatusCode::OK)
}

impl<T: Serialize, O: Op> Answer<T, O> {
    /// Writes what the operation came to.
    ///
    /// # Errors
    /// The operation's own problem, or an internal one when its result cannot be written as JSON.
    pub fn of(result: Result<T, Problem>) -> Result<Self, Failure<O>> {
        let body = serde_json::to_vec(&result?).map_err(Problem::broken)?;
        Ok(Self { status: success::<O>(), body: body.into(), replayed: false, of: PhantomData })
    }

    /// The answer that was given to the same request before.
    #[must_use]
    pub fn replayed(status: StatusCode, body: Vec<u8>) -> Self {
        Self { status, body: body.into(), replayed: true, of: PhantomData }
    }
}

impl<O: Op> Done<O> {
    /// What the operation came to.
    ///
    /// # Errors
    /// The operation's own problem.
    pub fn of(result: Result<(), Problem>) -> Result<Self, Failure<O>> {
        Ok(result.map(|()| Self(PhantomData))?)
    }
}

impl<O: Op> Text<O> {
    /// What the operation came to.
    ///
    /// # Errors
    /// The operation's own problem.
    pub fn of(result: Result<String, Problem>) -> Result<Self, Failure<O>> {
        Ok(Self { body: result?, of: PhantomData })
    }
}

impl<O> From<Problem> for Failure<O> {
    fn from(problem: Problem) -> Self {
        Self { problem, of: PhantomData }
    }
}

impl<O> From<Failure<O>> for poem::Error {
    fn from(failure: Failure<O>) -> Self {
        failure.problem.into()
    }
}

impl<T: Send, O: Op> IntoResponse for Answer<T, O> {
    fn into_response(self) -> Response {
        let tag = O::OPERATION.carries_tag().then(|| etag::of(&self.body)).flatten();
        let mut response = Response::builder().status(self.status).body(self.body);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(O::OPERATION.media_type));
        if let Some(tag) = tag {
            response.headers_mut().insert(header::ETAG, tag);
        }
        if self.replayed {
            response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}

impl<O: Op> IntoResponse for Done<O> {
    fn into_response(self) -> Response {
        success::<O>().into_response()
    }
}

impl<O: Op> IntoResponse for Text<O> {
    fn into_response(self) -> Response {
        Response::builder().status(success::<O>()).content_type(O::OPERATION.media_type).body(self.body)
    }
}

impl<O: Op> ApiResponse for Text<O> {
    fn meta() -> MetaResponses {
        responses(vec![response(O::OPERATION.success, Some((O::OPERATION.media_type, String::schema_ref())))])
    }

    fn register(_: &mut Registry) {}
}

impl<T: Type, O: Op> ApiResponse for Answer<T, O> {
    fn meta() -> MetaResponses {
        responses(vec![response(O::OPERATION.success, Some((O::OPERATION.media_type, T::schema_ref())))])
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<O: Op> ApiResponse for Done<O> {
    fn meta() -> MetaResponses {
        responses(vec![response(O::OPERATION.success, None)])
    }

    fn register(_: &mut Registry) {}
}

impl<O: Op> ApiResponse for Failure<O> {
    fn meta() -> MetaResponses {
        let (media, schema) = match O::OPERATION.errors_as {
            ErrorForm::Problem => ("application/problem+json", "Problem"),
            ErrorForm::OAuth => ("application/json", "OauthError"),
        };
        let error = || Some((media, MetaSchemaRef::Reference(schema.to_owned())));
        responses(O::OPERATION.errors.iter().map(|status| response(*status, error())).collect())
    }

    fn register(registry: &mut Registry) {
        O::register_error(registry);
    }
}

fn responses(responses: Vec<MetaResponse>) -> MetaResponses {
    MetaResponses { responses }
}

fn response(status: u16, content: Option<(&'static str, MetaSchemaRef)>) -> MetaResponse {
    let content = content.map(|(content_type, schema)| MetaMediaType { content_type, schema });
    MetaResponse {
        description: "",
        status: Some(status),
        status_range: None,
        content: content.into_iter().collect(),
        headers: Vec::new(),
    }
}
