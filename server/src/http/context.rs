//! What is known of one request, from its first byte to its last: made by the onion, completed by the gate, read again by
//! the onion for the headers, the log and the usage of every answer.

use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use poem::Request;
use poem::http::{Method, Uri};

use super::Operation;
use super::form::Form;
use crate::app::App;
use crate::auth::Identity;
use crate::domain::ids::RequestId;
use crate::domain::requests::Sent;
use crate::domain::time::Time;
use crate::limits::Decision;
use crate::problem::Problem;

/// One request.
#[derive(Debug)]
pub struct RequestContext {
    /// The application that answers it.
    pub app: Arc<App>,
    /// Its id; never taken from the request.
    pub request_id: RequestId,
    /// When it came, by the application's clock.
    pub now: Time,
    /// When it came, for measuring: this clock never jumps.
    pub started: Instant,
    /// Who sent it, as far as the trusted proxies tell.
    pub address: IpAddr,
    /// Whether our own portal asks, for the visitor at that address.
    pub by_portal: bool,
    /// Whether a page of another origin may be asking.
    pub from_a_page: bool,
    /// Its method.
    pub method: Method,
    /// Its target; the query may hold what must not be logged.
    pub uri: Uri,
    /// Whether its body is being read: if time runs out then, it is the client's.
    pub reading: AtomicBool,
    /// Its form, where it has one and that was read.
    pub(super) form: OnceLock<Form>,
    /// The operation that its method and path name.
    pub operation: OnceLock<&'static Operation>,
    /// Who is asking, once that is known.
    pub identity: OnceLock<Identity>,
    /// What the limits said, once they were asked.
    pub decision: OnceLock<Decision>,
    /// What was sent, for the request log.
    pub(super) sent: OnceLock<Arc<Sent>>,
    /// The code of the problem that it is refused with.
    pub(super) code: OnceLock<&'static str>,
}

impl RequestContext {
    /// The context that the onion left in the request.
    ///
    /// # Errors
    /// An internal problem when there is none, which only a route outside the onion can bring about.
    pub fn of(request: &Request) -> Result<&Arc<Self>, Problem> {
        request.extensions().get::<Arc<Self>>().ok_or_else(|| Problem::broken("a route stands outside the onion"))
    }
}
