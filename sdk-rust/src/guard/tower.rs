//! A layer for tower, and so for axum, hyper and tonic.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::{Credentials, KeyGuard, Refusal};

/// A service that only callers with a good key reach; they stand as [`super::Caller`] in the request's extensions.
#[derive(Debug, Clone)]
pub struct Guarded<S> {
    guard: KeyGuard,
    inner: S,
}

impl<S> Layer<S> for KeyGuard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { guard: self.clone(), inner }
    }
}

impl<S, Body, Answer> Service<Request<Body>> for Guarded<S>
where
    S: Service<Request<Body>, Response = Response<Answer>> + Clone + Send + 'static,
    S::Future: Send,
    Body: Send + 'static,
    Answer: From<String>,
{
    type Response = Response<Answer>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let guard = self.guard.clone();
        // The service that said it is ready is the one to call; its clone takes its place.
        let copy = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, copy);
        Box::pin(async move {
            match guard.decide(Credentials::of(request.headers())).await {
                Ok(caller) => {
                    request.extensions_mut().insert(caller);
                    inner.call(request).await
                }
                Err(refusal) => Ok(answer(&refusal)),
            }
        })
    }
}

fn answer<Answer: From<String>>(refusal: &Refusal) -> Response<Answer> {
    let mut response = Response::new(refusal.to_json().into());
    *response.status_mut() = refusal.status;
    for (name, value) in refusal.headers() {
        response.headers_mut().insert(name, http::HeaderValue::from_static(value));
    }
    response
}
