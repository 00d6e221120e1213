//! The layers around everything: who is calling, what is hostile, where it leads, how long it may take, what becomes of a
//! panic, and which headers, log line and usage every answer leaves behind.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use futures_util::FutureExt as _;
use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse as _, Request, Response};
use subtle::ConstantTimeEq as _;

use super::leftover::Leftover;
use super::numbers::Numbers;
use super::router::{PathEntry, Router};
use super::{RequestContext, address, admit, cors, etag, headers, hostile, logged, record, refusal};
use crate::app::App;
use crate::problem::{Problem, kind};
use crate::random::NoRandomness;

const VOUCH: HeaderName = HeaderName::from_static("x-gatepost-vouch");
const VISITOR: HeaderName = HeaderName::from_static("x-gatepost-visitor");

/// Addresses of the API, where also what is missing is answered as a problem and not as a page.
const API_PREFIXES: [&str; 2] = ["/v1/", "/oauth/"];

const METADATA: &str = "/.well-known/oauth-authorization-server";

/// The whole server as one endpoint: the API by its router, the portal for the rest.
#[derive(Debug)]
pub struct Onion<P> {
    app: Arc<App>,
    router: Router,
    numbers: Numbers,
    portal: P,
    vouch: Option<Arc<str>>,
    /// Where clients look for the metadata of an issuer whose address has a path (RFC 8414, 3.1).
    inserted: Option<String>,
}

impl<P: Endpoint> Onion<P> {
    /// The layers around the contract's routes and the portal.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system's source fails.
    pub fn new(app: Arc<App>, router: Router, portal: P) -> Result<Self, NoRandomness> {
        let numbers = Numbers::new(&app.random)?;
        let inserted = issuer_path(&app.public_url).map(|path| format!("{METADATA}{path}"));
        Ok(Self { app, router, numbers, portal, vouch: None, inserted })
    }

    /// Believes whoever knows this token about the visitor's address: for the listener that only the portal calls.
    #[must_use]
    pub fn vouched_by(self, token: Arc<str>) -> Self {
        Self { vouch: Some(token), ..self }
    }

    fn context(&self, request: &Request) -> RequestContext {
        let now = self.app.clock.now();
        let vouched = self.vouched(request);
        let trusted = &self.app.config.http.trusted_proxies;
        let address = vouched.unwrap_or_else(|| address::client(address::peer(request), request.headers(), trusted));
        RequestContext {
            app: Arc::clone(&self.app),
            request_id: self.numbers.next(now),
            now,
            started: Instant::now(),
            address,
            by_portal: vouched.is_some(),
            from_a_page: request.headers().contains_key(header::ORIGIN),
            method: request.method().clone(),
            uri: request.uri().clone(),
            reading: AtomicBool::new(false),
            form: OnceLock::new(),
            operation: OnceLock::new(),
            identity: OnceLock::new(),
            decision: OnceLock::new(),
            sent: OnceLock::new(),
            code: OnceLock::new(),
        }
    }

    /// The visitor's address, from a portal that proves to be ours.
    fn vouched(&self, request: &Request) -> Option<IpAddr> {
        let token = self.vouch.as_ref()?;
        let shown = request.headers().get(VOUCH)?;
        if !bool::from(shown.as_bytes().ct_eq(token.as_bytes())) {
            return None;
        }
        request.headers().get(VISITOR)?.to_str().ok()?.parse().ok()
    }

    async fn api(
        &self,
        request: Request,
        context: &Arc<RequestContext>,
        entry: Option<&PathEntry>,
    ) -> Result<Response, Problem> {
        hostile::check(&request)?;
        let Some(entry) = entry else {
            Box::pin(admit::astray(context, &request)).await?;
            return Err(refusal::nothing_here());
        };
        if cors::is_preflight(request.method(), request.headers()) {
            return Ok(cors::preflight(&entry.allow));
        }
        let Some(route) = entry.route(request.method()) else {
            if request.method() != Method::OPTIONS {
                Box::pin(admit::astray(context, &request)).await?;
            }
            return Ok(without_route(&request, entry, context));
        };
        let _ = context.operation.set(route.operation);
        logged::note(context, route.operation, &request);
        let known = etag::known(&request, route.operation);
        let answer = route.endpoint.call(request).await.map_err(|error| refusal::problem(error, context))?;
        Ok(etag::answer(answer, known.as_ref()))
    }

    async fn answer(&self, request: Request, context: &Arc<RequestContext>) -> Response {
        let path = request.uri().path();
        let path = if self.inserted.as_deref() == Some(path) { METADATA } else { path };
        let entry = self.router.find(path);
        if entry.is_none() && !API_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) {
            // On the heap: the API's answers need not carry its room about.
            return Box::pin(self.page(request)).await;
        }
        let until = tokio::time::Instant::from_std(context.started) + self.app.config.http.request_timeout;
        let work = AssertUnwindSafe(self.api(request, context, entry)).catch_unwind();
        let answer = match tokio::time::timeout_at(until, work).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(panic)) => Err(panicked(&*panic)),
            Err(_) => Err(out_of_time(context)),
        };
        let mut response = answer.unwrap_or_else(|problem| {
            let _ = context.code.set(problem.kind.code);
            refusal::answer_to(context, &problem)
        });
        let status = response.status();
        headers::complete(response.headers_mut(), context, status);
        response
    }

    /// What the portal answers; its own pages tell of its own faults.
    async fn page(&self, request: Request) -> Response {
        let answer = AssertUnwindSafe(self.portal.call(request)).catch_unwind().await;
        match answer {
            Ok(answer) => answer.map_or_else(poem::Error::into_response, poem::IntoResponse::into_response),
            Err(panic) => (StatusCode::INTERNAL_SERVER_ERROR, panicked(&*panic).detail.into_owned()).into_response(),
        }
    }
}

impl<P: Endpoint> Endpoint for Onion<P> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let context = Arc::new(self.context(&request));
        let mut ends = hostile::ends_connection(&request);
        let leftover = Leftover::watch(&mut request);
        request.extensions_mut().insert(Arc::clone(&context));
        let mut response = self.answer(request, &context).await;
        headers::identify(response.headers_mut(), &context);
        if let Some(leftover) = leftover {
            ends |= !leftover.read_away().await;
        }
        if ends {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        record::done(&context, response.status());
        Ok(response)
    }
}

/// The path of an address, if it has one.
fn issuer_path(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.find('/').and_then(|at| rest.get(at..))
}

/// OPTIONS tells what the path takes; any other method that it does not take is refused.
fn without_route(request: &Request, entry: &PathEntry, context: &RequestContext) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        Response::builder().status(StatusCode::NO_CONTENT).finish()
    } else {
        let detail = format!("This address takes {}.", entry.allow.to_str().unwrap_or_default());
        refusal::answer(&Problem::new(&kind::METHOD_NOT_ALLOWED, detail), context.request_id.as_str())
    };
    response.headers_mut().insert(header::ALLOW, entry.allow.clone());
    response
}

/// 408 when the client was still sending, 503 when we were still working.
fn out_of_time(context: &RequestContext) -> Problem {
    if context.reading.load(Ordering::Relaxed) {
        return Problem::new(&kind::REQUEST_TIMEOUT, "The body took longer to arrive than it may.");
    }
    Problem { retry_after_seconds: Some(1), ..Problem::new(&kind::DEADLINE, "The request took longer than it may.") }
}

/// The process lives on; the cause is for the operator (S123).
fn panicked(panic: &(dyn std::any::Any + Send)) -> Problem {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    Problem::broken(format_args!("panic: {text}"))
}
