//! `GET /metrics`, and nothing else, on a listener of its own.

use std::sync::Arc;

use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, Request, Response};

use super::text;
use crate::app::App;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The page that Prometheus reads.
#[derive(Debug)]
pub struct Page(Arc<App>);

impl Page {
    /// The page of that application.
    #[must_use]
    pub const fn new(app: Arc<App>) -> Self {
        Self(app)
    }
}

impl Endpoint for Page {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if request.uri().path() != "/metrics" {
            return Ok(Response::builder().status(StatusCode::NOT_FOUND).body("Metrics are at /metrics.\n"));
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let refused = Response::builder().status(StatusCode::METHOD_NOT_ALLOWED);
            return Ok(refused.header(header::ALLOW, "GET, HEAD").finish());
        }
        Ok(match text(&self.0) {
            Ok(text) => Response::builder().content_type(OPEN_METRICS).body(text),
            Err(error) => {
                tracing::error!(%error, "the metrics could not be written");
                Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).finish()
            }
        })
    }
}
