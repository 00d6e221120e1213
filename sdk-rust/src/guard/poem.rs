//! Middleware for poem.

use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};

use super::{Credentials, KeyGuard, Refusal};

/// An endpoint that only callers with a good key reach; they stand as [`super::Caller`] in the request's data.
#[derive(Debug)]
pub struct Guarded<E> {
    guard: KeyGuard,
    inner: E,
}

impl<E: Endpoint> Middleware<E> for KeyGuard {
    type Output = Guarded<E>;

    fn transform(&self, inner: E) -> Guarded<E> {
        Guarded { guard: self.clone(), inner }
    }
}

impl<E: Endpoint> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let ip = request.remote_addr().as_socket_addr().map(|address| address.ip().to_string());
        let credentials = Credentials { ip, ..Credentials::of(request.headers()) };
        match self.guard.decide(credentials).await {
            Ok(caller) => {
                request.set_data(caller);
                self.inner.call(request).await.map(IntoResponse::into_response)
            }
            Err(refusal) => Ok(answer(&refusal)),
        }
    }
}

fn answer(refusal: &Refusal) -> Response {
    let mut response = Response::builder().status(refusal.status);
    for (name, value) in refusal.headers() {
        response = response.header(name, value);
    }
    response.body(refusal.to_json())
}
